/** JSON values as types, and the few questions every room asks of them. */

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined
}

/** True for a plain object: not null, not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Is there an object or a list inside? */
export function hasParts(value: object): boolean {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) return true
  return false
}

/** Structural equality of JSON values; a property that is undefined equals one that is absent. */
export function jsonEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (Array.isArray(left) || Array.isArray(right)) return arraysEqual(left, right)
  if (!isRecord(left) || !isRecord(right)) return false
  for (const key of Object.keys(left)) if (!jsonEqual(left[key], right[key])) return false
  for (const key of Object.keys(right)) if (right[key] !== undefined && !Object.hasOwn(left, key)) return false
  return true
}

/** As `jsonEqual` for two objects, whatever one property of theirs is. */
export function jsonEqualBut(left: object, right: object, skipped: string): boolean {
  const [one, other] = [left as Record<string, unknown>, right as Record<string, unknown>]
  for (const key of Object.keys(one)) if (key !== skipped && !jsonEqual(one[key], other[key])) return false
  for (const key of Object.keys(other)) if (key !== skipped && other[key] !== undefined && !Object.hasOwn(one, key)) return false
  return true
}

function arraysEqual(left: unknown, right: unknown): boolean {
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false
  return left.every((item, index) => jsonEqual(item, right[index]))
}
