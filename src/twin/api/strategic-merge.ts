/**
 * Strategic merge patch (`staging/src/k8s.io/apimachinery/pkg/util/strategicpatch`): what kubectl cordon, apply and
 * set image send. Directives: `$patch: replace|delete|merge`, `$deleteFromPrimitiveList/…`, `$setElementOrder/…`,
 * `$retainKeys`.
 */

import { statusError } from './status-error.ts'
import { goMap } from './go-map.ts'
import { isRecord, jsonEqual } from '../../kernel/json.ts'
import { listSchema } from './list-schema.ts'

type Fields = Record<string, unknown>

const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/'
const ELEMENT_ORDER = '$setElementOrder/'

/** `original` with the patch applied. Neither is changed. */
export function strategicMerge(original: unknown, patch: unknown): unknown {
  return isRecord(patch) ? mergeMaps(isRecord(original) ? original : {}, patch, '') : patch
}

function mergeMaps(original: Fields, patch: Fields, parent: string): Fields | undefined {
  if (patch['$patch'] === 'replace') return withoutDirectives(patch)
  if (patch['$patch'] === 'delete') return undefined
  const directive = patch['$patch'] ?? 'merge'
  if (directive !== 'merge') throw statusError('', `unknown patch type: ${String(directive)} in map: ${goMap(patch)}`)
  const result = retainKeys(original, patch['$retainKeys'])
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue
    const merged = mergeValue({ original: result[key], patch: value, field: key, parent, order: patch[`${ELEMENT_ORDER}${key}`] })
    if (merged === undefined) delete result[key]
    else result[key] = merged
  }
  for (const [key, value] of Object.entries(patch)) applyListDirective(result, { key, value, patch, parent })
  return result
}

function mergeValue(options: { original: unknown; patch: unknown; field: string; parent: string; order: unknown }): unknown {
  const { original, patch, field, parent } = options
  if (patch === null) return undefined
  if (isRecord(patch)) return isRecord(original) ? mergeMaps(original, patch, field) : bare(patch)
  if (!Array.isArray(patch)) return patch
  if (!Array.isArray(original)) return bare(patch)
  const schema = listSchema(field, parent)
  if (schema?.strategic === undefined) return patch
  if (schema.strategic === 'set') return [...new Set([...original, ...patch])]
  return mergeKeyed({ current: original, patch, key: schema.strategic, field, order: options.order })
}

function mergeKeyed(options: { current: readonly unknown[]; patch: readonly unknown[]; key: string; field: string; order: unknown }): unknown[] {
  const { patch, key, field } = options
  const isReplace = (item: unknown): boolean => isRecord(item) && item['$patch'] === 'replace' && Object.keys(item).length === 1
  const keyOf = (item: unknown): unknown => (isRecord(item) ? item[key] : item)
  let items = patch.some(isReplace) ? [] : [...options.current]
  const given = patch.filter((item) => isRecord(item) && !isReplace(item)) as Fields[]
  const unkeyed = given.find((item) => item[key] === undefined)
  if (unkeyed !== undefined) throw statusError('', `map: ${goMap(unkeyed)} does not contain declared merge key: ${key}`)
  for (const item of given) {
    const index = items.findIndex((candidate) => isRecord(candidate) && jsonEqual(candidate[key], item[key]))
    if (item['$patch'] === 'delete') items = items.filter((_, position) => position !== index)
    else if (index < 0) items.push(asDecoded(item))
    else items[index] = mergeMaps(items[index] as Fields, item, field)
  }
  const wanted = Array.isArray(options.order) ? options.order.map(keyOf) : given.map(keyOf)
  return interleaved(items, { wanted, before: options.current.map(keyOf), keyOf })
}

/**
 * `normalizeElementOrder`: what the patch names keeps the patch's order, the rest keeps its own, and of two whose places
 * were known the earlier goes first. So an element that is new stands before those that the patch does not name.
 */
function interleaved(items: readonly unknown[], order: { readonly wanted: readonly unknown[]; readonly before: readonly unknown[]; keyOf(item: unknown): unknown }): unknown[] {
  const rankIn = (list: readonly unknown[], item: unknown): number => list.findIndex((entry) => jsonEqual(entry, order.keyOf(item)))
  const named = items.filter((item) => rankIn(order.wanted, item) >= 0).sort((left, right) => rankIn(order.wanted, left) - rankIn(order.wanted, right))
  const others = items.filter((item) => rankIn(order.wanted, item) < 0)
  const result: unknown[] = []
  while (named.length > 0 && others.length > 0) {
    const [ours, theirs] = [rankIn(order.before, others[0]), rankIn(order.before, named[0])]
    result.push(ours >= 0 && theirs >= 0 && ours < theirs ? others.shift() : named.shift())
  }
  return [...result, ...others, ...named]
}

/** Directives about a list that the patch itself does not carry: deletions from sets, a new order. */
function applyListDirective(result: Fields, entry: { key: string; value: unknown; patch: Fields; parent: string }): void {
  const { key, value, patch, parent } = entry
  if (!Array.isArray(value)) return
  if (key.startsWith(DELETE_PRIMITIVES)) {
    const field = key.slice(DELETE_PRIMITIVES.length)
    if (Array.isArray(result[field])) result[field] = result[field].filter((item) => !value.some((gone) => jsonEqual(gone, item)))
  }
  if (key.startsWith(ELEMENT_ORDER)) {
    const field = key.slice(ELEMENT_ORDER.length)
    const mergeKey = listSchema(field, parent)?.strategic
    if (patch[field] !== undefined || !Array.isArray(result[field]) || mergeKey === undefined) return
    const keyOf = (item: unknown): unknown => (isRecord(item) ? item[mergeKey] : item)
    result[field] = interleaved(result[field], { wanted: value.map(keyOf), before: result[field].map(keyOf), keyOf })
  }
}

function retainKeys(original: Fields, keys: unknown): Fields {
  return Array.isArray(keys) ? Object.fromEntries(Object.entries(original).filter(([key]) => keys.includes(key))) : { ...original }
}

/**
 * What a patch means where there is nothing to merge with (`removeDirectives`): its values, without nulls. What is itself
 * under a directive is dropped whole, also under `$patch: replace`.
 */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare).filter((item) => item !== undefined)
  if (!isRecord(value)) return value
  if (value['$patch'] !== undefined) return undefined
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => {
      const kept = key.startsWith('$') || part === null ? undefined : bare(part)
      return kept === undefined ? [] : [[key, kept]]
    }),
  )
}

/** A new element of a list is taken as it stands, directives deep inside included; decoding then drops only their keys. */
function asDecoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asDecoded)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, part]) => (key.startsWith('$') || part === null ? [] : [[key, asDecoded(part)]])))
}

/** The values of a map that replaces another. */
function withoutDirectives(patch: Fields): Fields {
  return Object.fromEntries(Object.entries(patch).filter(([key, value]) => !key.startsWith('$') && value !== null))
}
