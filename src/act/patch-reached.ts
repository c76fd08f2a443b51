/**
 * Is the object already as a patch wants it? Told from the object alone, for where the server's dry run cannot tell:
 * it does none, or the patch no longer applies to what it made itself (a failed `test`, a removed path).
 *
 * The answer is about end states, not about history: a JSON patch is reached when every value it sets is there and
 * every path it removes is not.
 */

import { isRecord, jsonEqual } from '../kernel/json.ts'
import type { Patch } from '../ports/cluster.ts'

export function isReached(object: unknown, patch: Patch): boolean {
  if (patch.type === 'json') return patch.body.every((operation) => operationReached(object, operation))
  return patch.type === 'merge' ? mergeReached(object, patch.body) : strategicReached(object, patch.body)
}

/**
 * Operations on array positions that would do something else on a second run. Adding at a position shifts the rest,
 * and removing a position takes the next one away; only a `test` in the same patch stops that.
 */
export function repeatsBadly(patch: Patch): boolean {
  if (patch.type !== 'json') return false
  const operations: Record<string, unknown>[] = (patch.body as readonly unknown[]).filter(isRecord)
  if (operations.some((operation) => operation['op'] === 'test')) return false
  return operations.some((operation) => ['remove', 'move', 'copy'].includes(String(operation['op'])) && /\/\d+$/.test(String(operation['path'])))
}

function operationReached(object: unknown, operation: unknown): boolean {
  if (!isRecord(operation) || typeof operation['path'] !== 'string') return false
  const { op, path, value } = operation
  if (op === 'test') return true
  if (op === 'remove') return readPointer(object, path) === undefined
  if (op !== 'add' && op !== 'replace') return false
  if (!path.endsWith('/-')) return jsonEqual(readPointer(object, path), value)
  const list = readPointer(object, path.slice(0, -2))
  return Array.isArray(list) && list.some((item) => jsonEqual(item, value))
}

/** RFC 6901. Undefined where the path leads nowhere. */
export function readPointer(document: unknown, pointer: string): unknown {
  let current = document
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(current)) current = /^\d+$/.test(key) ? current[Number(key)] : undefined
    else current = isRecord(current) && Object.hasOwn(current, key) ? current[key] : undefined
  }
  return current
}

/** RFC 7386: null means absent, arrays are values. */
function mergeReached(current: unknown, patch: unknown): boolean {
  if (!isRecord(patch)) return jsonEqual(current, patch)
  return Object.entries(patch).every(([key, wanted]) => {
    const value = isRecord(current) ? current[key] : undefined
    return wanted === null ? value === undefined || value === null : mergeReached(value, wanted)
  })
}

/** As a merge, but lists of objects are merged item by item: each item of the patch must be found in the list. */
function strategicReached(current: unknown, patch: unknown): boolean {
  if (Array.isArray(patch) && patch.length > 0 && patch.every(isRecord)) return patch.every((item) => itemReached(current, item))
  if (!isRecord(patch)) return jsonEqual(current, patch)
  const { $patch: directive, ...fields } = patch
  if (directive === 'delete') return current === undefined || current === null
  if (directive === 'replace') return jsonEqual(current, fields)
  return Object.entries(fields).every(([key, wanted]) => {
    if (key.startsWith('$')) return true
    const value = isRecord(current) ? current[key] : undefined
    return wanted === null ? value === undefined || value === null : strategicReached(value, wanted)
  })
}

function itemReached(current: unknown, item: Readonly<Record<string, unknown>>): boolean {
  const list = Array.isArray(current) ? current : []
  const { $patch: directive, ...fields } = item
  const found = list.some((candidate) => strategicReached(candidate, fields))
  return directive === 'delete' ? !found : found
}
