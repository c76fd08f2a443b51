/** JSON merge patch, RFC 7386. */

import { isRecord } from '../../kernel/json.ts'

/** `original` with the patch applied. Neither is changed. */
export function mergePatch(original: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const result: Record<string, unknown> = isRecord(original) ? { ...original } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = mergePatch(result[key], value)
  }
  return result
}
