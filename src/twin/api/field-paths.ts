/**
 * The fields of an object as paths: the arithmetic under field managers.
 *
 * A path is a list of steps in the notation of `fieldsV1` (`f:spec`, `k:{"name":"web"}`, `v:"x"`, `.`), joined by a
 * character that no step contains. A leaf is a plain value, an atomic list or map, or the being of a list item.
 */

import { canonicalJson } from '../../kernel/canonical-json.ts'
import { isRecord } from '../../kernel/json.ts'
import { isAtomicMap, listSchema } from './list-schema.ts'

export const STEP_SEPARATOR = '\u0001'

/** Leaf path → canonical text of its value. */
export type Leaves = ReadonlyMap<string, string>

/** Fields that nobody manages: identity, and what the server stamps. */
const UNMANAGED = new Set(['apiVersion', 'kind'])
const UNMANAGED_METADATA = new Set([
  'name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink', 'deletionTimestamp', 'deletionGracePeriodSeconds',
])

export function leavesOf(object: Readonly<Record<string, unknown>>, options: { readonly custom: boolean }): Leaves {
  const leaves = new Map<string, string>()
  for (const [key, value] of Object.entries(object)) {
    if (UNMANAGED.has(key) || value === undefined) continue
    if (key !== 'metadata') walk({ value, field: key, parent: '', path: `f:${key}`, leaves, custom: options.custom })
    else
      for (const [name, entry] of Object.entries(value as object)) {
        if (!UNMANAGED_METADATA.has(name) && entry !== undefined) walk({ value: entry, field: name, parent: 'metadata', path: join('f:metadata', `f:${name}`), leaves, custom: false })
      }
  }
  return leaves
}

interface Walk {
  readonly value: unknown
  readonly field: string
  readonly parent: string
  readonly path: string
  readonly leaves: Map<string, string>
  readonly custom: boolean
}

function walk(step: Walk): void {
  const { value, field, parent, path, leaves, custom } = step
  if (isRecord(value) && Object.keys(value).length > 0 && (custom || !isAtomicMap(field))) {
    for (const [key, entry] of Object.entries(value)) {
      if (entry !== undefined) walk({ ...step, value: entry, field: key, parent: field, path: join(path, `f:${key}`) })
    }
    return
  }
  const schema = Array.isArray(value) && !custom ? listSchema(field, parent)?.apply : undefined
  if (schema === undefined) leaves.set(path, canonicalJson(value ?? null))
  else if (schema === 'set') for (const item of value as unknown[]) leaves.set(join(path, `v:${JSON.stringify(item)}`), '')
  else for (const item of value as Record<string, unknown>[]) walkItem(step, item, schema)
}

function walkItem(step: Walk, item: Record<string, unknown>, keys: readonly string[]): void {
  const path = join(step.path, itemStep(item, keys))
  step.leaves.set(join(path, '.'), '')
  for (const [key, entry] of Object.entries(item)) {
    if (entry !== undefined) walk({ ...step, value: entry, field: key, parent: step.field, path: join(path, `f:${key}`) })
  }
}

/** `protocol` is a key with a default: an item without it is the TCP one. */
export function itemStep(item: Readonly<Record<string, unknown>>, keys: readonly string[]): string {
  const entries = keys.map((key) => [key, item[key] ?? (key === 'protocol' ? 'TCP' : null)])
  return `k:${JSON.stringify(Object.fromEntries(entries))}`
}

export function join(path: string, step: string): string {
  return path + STEP_SEPARATOR + step
}

/** The tree that `managedFields[].fieldsV1` holds. */
export function toFieldsV1(paths: Iterable<string>): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const path of paths) {
    let node = root
    for (const step of path.split(STEP_SEPARATOR)) node = (node[step] ??= {}) as Record<string, unknown>
  }
  return root
}

export function fromFieldsV1(tree: unknown, prefix = ''): string[] {
  if (!isRecord(tree)) return []
  return Object.entries(tree).flatMap(([step, child]) => {
    const path = prefix === '' ? step : join(prefix, step)
    return isRecord(child) && Object.keys(child).length > 0 ? fromFieldsV1(child, path) : [path]
  })
}

/** `.spec.containers[name="web"].image`, as conflicts name a field. */
export function pathText(path: string): string {
  return path
    .split(STEP_SEPARATOR)
    .filter((step) => step !== '.')
    .map((step) => (step.startsWith('f:') ? `.${step.slice(2)}` : step.startsWith('k:') ? `[${keyText(step)}]` : `[=${step.slice(2)}]`))
    .join('')
}

function keyText(step: string): string {
  return Object.entries(JSON.parse(step.slice(2)) as object)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')
}
