/**
 * JSON merge patch, RFC 7386; nulls in objects of a list are taken out too, as the API server does
 * (gopkg.in/evanphx/json-patch.v4), unless the list takes the place of an object.
 */

import { isRecord } from '../../kernel/json.ts'

/** `original` with the patch applied. Neither is changed. */
export function mergePatch(original: unknown, patch: unknown): unknown {
  if (Array.isArray(patch)) return isRecord(original) && !Array.isArray(original) ? patch : patch.map(withoutNulls)
  if (!isRecord(patch)) return patch
  // Entries and not assignments: `__proto__` is a key like any other, and assigning to it is not.
  const result = new Map(Object.entries(isRecord(original) ? original : {}))
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key)
    else result.set(key, mergePatch(result.get(key), value))
  }
  return Object.fromEntries(result)
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, part]) => (part === null ? [] : [[key, withoutNulls(part)] as const])))
}
