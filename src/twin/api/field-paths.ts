/**
 * The fields of an object as paths: the arithmetic under field managers.
 *
 * A path is a list of steps in the notation of `fieldsV1` (`f:spec`, `k:{"name":"web"}`, `v:"x"`), joined by a character that no
 * step contains. It names a plain value, an atomic list or map, or the being of a list item, struct, map or list.
 */

import { canonicalJson } from '../../kernel/canonical-json.ts'
import { isRecord } from '../../kernel/json.ts'
import type { ListKey, Shape } from './merge/shape.ts'

export const STEP_SEPARATOR = '\u0001'

/** Leaf path → canonical text of its value. */
export type Leaves = ReadonlyMap<string, string>

/** Fields that nobody manages: identity, and what the server stamps. */
const UNMANAGED = new Set(['apiVersion', 'kind'])
const UNMANAGED_METADATA = new Set([
  'name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink', 'deletionTimestamp', 'deletionGracePeriodSeconds',
])

/**
 * `marked`: with the being of maps, structs and lists too. An update owns a map or list that it makes; an apply owns only what it says
 * (`structured-merge-diff`, `typed/compare.go` and `typed/tofieldset.go`).
 */
export function leavesOf(object: Readonly<Record<string, unknown>>, shape: Shape, options: { readonly marked?: boolean } = {}): Leaves {
  const leaves = new Map<string, string>()
  const isMarked = options.marked === true
  for (const [key, value] of fieldsOf(object, shape, isMarked)) {
    if (UNMANAGED.has(key)) continue
    const field = shape.field(key)
    if (key !== 'metadata') walk({ value, shape: field, path: `f:${key}`, leaves, isMarked })
    else
      for (const [name, entry] of Object.entries(value as object)) {
        if (!UNMANAGED_METADATA.has(name) && entry !== undefined) walk({ value: entry, shape: field.field(name), path: join('f:metadata', `f:${name}`), leaves, isMarked })
      }
  }
  return leaves
}

interface Walk {
  readonly value: unknown
  readonly shape: Shape
  readonly path: string
  readonly leaves: Map<string, string>
  readonly isMarked: boolean
  /** It stands in something that may be missing, and is new with it: the template of a ReplicationController is a pointer. */
  readonly isOptional?: boolean
}

/** Fields that have a value and, where beings are marked, those that are always there. */
function fieldsOf(value: Readonly<Record<string, unknown>>, shape: Shape, isMarked: boolean): [string, unknown][] {
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined)
  const absent = isMarked ? shape.always().filter((name) => value[name] === undefined) : []
  return [...entries, ...absent.map((name): [string, unknown] => [name, {}])]
}

function walk(step: Walk): void {
  const { value, shape, path, leaves, isMarked } = step
  if (isRecord(value) && shape.map === 'granular') {
    const fields = fieldsOf(value, shape, isMarked)
    if (isMarked || fields.length === 0) leaves.set(path, '')
    const isOptional = step.isOptional === true || !shape.isAlways
    for (const [key, entry] of fields) walk({ ...step, value: entry, shape: shape.field(key), path: join(path, `f:${key}`), isOptional })
  } else if (Array.isArray(value) && shape.list !== 'atomic') {
    if (isMarked && value.length > 0 && (!shape.isAlways || step.isOptional === true)) leaves.set(path, '')
    for (const item of value) {
      if (shape.list === 'set') leaves.set(join(path, `v:${JSON.stringify(item)}`), '')
      else walkItem(step, item as Record<string, unknown>, shape.list)
    }
  } else leaves.set(path, canonicalJson((value ?? null) as never))
}

function walkItem(step: Walk, item: Record<string, unknown>, keys: readonly ListKey[]): void {
  const path = join(step.path, itemStep(item, keys))
  const shape = step.shape.item()
  if (shape.map === 'atomic') {
    step.leaves.set(path, canonicalJson(item as never))
    return
  }
  step.leaves.set(path, '')
  for (const [key, entry] of fieldsOf(item, shape, step.isMarked)) walk({ ...step, value: entry, shape: shape.field(key), path: join(path, `f:${key}`) })
}

export function itemStep(item: Readonly<Record<string, unknown>>, keys: readonly ListKey[]): string {
  return `k:${JSON.stringify(Object.fromEntries(keys.map(({ name, fallback }) => [name, item[name] ?? fallback ?? null])))}`
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
    node['.'] = {}
  }
  return withoutLoneMarks(root) as Record<string, unknown>
}

/** A dot says that a field is owned where what is in it is named too. */
function withoutLoneMarks(tree: Readonly<Record<string, unknown>>): object {
  const entries = Object.entries(tree)
  if (entries.length === 1 && entries[0]?.[0] === '.') return {}
  return Object.fromEntries(entries.map(([step, child]) => [step, withoutLoneMarks(child as Record<string, unknown>)]))
}

export function fromFieldsV1(tree: unknown, prefix = ''): string[] {
  if (!isRecord(tree)) return []
  return Object.entries(tree).flatMap(([step, child]) => {
    if (step === '.') return [prefix]
    const path = prefix === '' ? step : join(prefix, step)
    return isRecord(child) && Object.keys(child).length > 0 ? fromFieldsV1(child, path) : [path]
  })
}

/** `.spec.containers[name="web"].image`, as conflicts name a field. */
export function pathText(path: string): string {
  return path
    .split(STEP_SEPARATOR)
    .map((step) => (step.startsWith('f:') ? `.${step.slice(2)}` : step.startsWith('k:') ? `[${keyText(step)}]` : `[=${step.slice(2)}]`))
    .join('')
}

function keyText(step: string): string {
  return Object.entries(JSON.parse(step.slice(2)) as object)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')
}
