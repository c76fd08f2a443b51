/**
 * Strategic merge patch (`staging/src/k8s.io/apimachinery/pkg/util/strategicpatch`): what kubectl cordon, apply and
 * set image send. Directives: `$patch: replace|delete|merge`, `$deleteFromPrimitiveList/…`, `$setElementOrder/…`,
 * `$retainKeys`.
 */

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
  if (isRecord(patch)) return mergeMaps(isRecord(original) ? original : {}, patch, field)
  if (!Array.isArray(patch)) return patch
  const schema = listSchema(field, parent)
  if (schema?.strategic === undefined) return patch
  const current = Array.isArray(original) ? original : []
  if (schema.strategic === 'set') return [...new Set([...current, ...patch])]
  return mergeKeyed({ current, patch, key: schema.strategic, field, order: options.order })
}

function mergeKeyed(options: { current: readonly unknown[]; patch: readonly unknown[]; key: string; field: string; order: unknown }): unknown[] {
  const { patch, key, field } = options
  const replaces = patch.some((item) => isRecord(item) && item['$patch'] === 'replace' && Object.keys(item).length === 1)
  let items = replaces ? [] : [...options.current]
  for (const item of patch) {
    if (!isRecord(item) || (item['$patch'] === 'replace' && Object.keys(item).length === 1)) continue
    const index = items.findIndex((candidate) => isRecord(candidate) && jsonEqual(candidate[key], item[key]))
    if (item['$patch'] === 'delete') items = items.filter((_, position) => position !== index)
    else if (index < 0) items.push(withoutDirectives(item))
    else items[index] = mergeMaps(items[index] as Fields, item, field)
  }
  return Array.isArray(options.order) ? inOrder(items, options.order, (item) => (isRecord(item) ? item[key] : item), (entry) => (isRecord(entry) ? entry[key] : entry)) : items
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
    result[field] = inOrder(result[field], value, keyOf, keyOf)
  }
}

/** Items named in `order` in that order; the others keep their place among them. */
function inOrder(items: readonly unknown[], order: readonly unknown[], keyOf: (item: unknown) => unknown, orderKeyOf: (entry: unknown) => unknown): unknown[] {
  const rank = (item: unknown): number => order.findIndex((entry) => jsonEqual(orderKeyOf(entry), keyOf(item)))
  const ordered = items.filter((item) => rank(item) >= 0).sort((left, right) => rank(left) - rank(right))
  const others = items.filter((item) => rank(item) < 0)
  return [...ordered, ...others]
}

function retainKeys(original: Fields, keys: unknown): Fields {
  return Array.isArray(keys) ? Object.fromEntries(Object.entries(original).filter(([key]) => keys.includes(key))) : { ...original }
}

/** What a patch means where there is nothing to merge with: its values, without nulls and directives. */
function withoutDirectives(patch: Fields): Fields {
  return Object.fromEntries(
    Object.entries(patch)
      .filter(([key, value]) => !key.startsWith('$') && value !== null)
      .map(([key, value]) => [key, isRecord(value) ? withoutDirectives(value) : value]),
  )
}
