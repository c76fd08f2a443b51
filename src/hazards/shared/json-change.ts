/**
 * A change of fields as a JSON Patch with its own undo, made against the object as it was seen.
 *
 * Each replaced value is tested first: if somebody changed it in the meantime, the patch does not apply, and the next
 * look at the cluster decides again.
 */

import type { JsonValue } from '../../kernel/json.ts'

export interface FieldChange {
  /** Keys and list indexes from the root of the object. */
  readonly path: readonly (string | number)[]
  /** Undefined removes the field. */
  readonly value: JsonValue | undefined
}

type Operation = { readonly op: string; readonly path: string; readonly value?: JsonValue }

export interface JsonChange {
  readonly patch: Operation[]
  readonly undo: Operation[]
}

/** Patch and undo for one or more changes of distinct fields. Missing parents are added, and removed by the undo. */
export function jsonChange(object: unknown, changes: readonly FieldChange[]): JsonChange {
  const parts = changes.map((change) => oneChange(object, change))
  return { patch: parts.flatMap((part) => part.patch), undo: parts.toReversed().flatMap((part) => part.undo) }
}

function oneChange(object: unknown, { path, value }: FieldChange): JsonChange {
  const depth = presentDepth(object, path)
  const pointer = pointerOf(path)
  if (depth === path.length) {
    const before = at(object, path) as JsonValue
    const test = { op: 'test', path: pointer, value: before }
    if (value === undefined) return { patch: [test, { op: 'remove', path: pointer }], undo: [{ op: 'add', path: pointer, value: before }] }
    return { patch: [test, { op: 'replace', path: pointer, value }], undo: [{ op: 'replace', path: pointer, value: before }] }
  }
  if (value === undefined) return { patch: [], undo: [] }
  const missing = path.slice(0, depth + 1)
  const nested = path.slice(depth + 1).reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value)
  return { patch: [{ op: 'add', path: pointerOf(missing), value: nested }], undo: [{ op: 'remove', path: pointerOf(missing) }] }
}

function presentDepth(object: unknown, path: readonly (string | number)[]): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    if (at(object, path.slice(0, depth)) !== undefined) return depth
  }
  return 0
}

function at(object: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], object)
}

function pointerOf(path: readonly (string | number)[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
