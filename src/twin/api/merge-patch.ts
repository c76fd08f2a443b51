/** JSON merge patch, RFC 7386. */

import { isRecord } from '../../kernel/json.ts'

/** `original` with the patch applied. Neither is changed. */
export function mergePatch(original: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  // Entries and not assignments: `__proto__` is a key like any other, and assigning to it is not.
  const result = new Map(Object.entries(isRecord(original) ? original : {}))
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key)
    else result.set(key, mergePatch(result.get(key), value))
  }
  return Object.fromEntries(result)
}
