/**
 * The change as Helm values, where the values that the cluster holds leave no doubt which of them made the field: the
 * old value stands there once under such a name. A chart's templates are not in the cluster, so anything less is a guess.
 */

import { isRecord, type JsonValue } from '../../kernel/json.ts'

interface Leaf {
  readonly path: readonly string[]
  readonly before: unknown
  readonly after: JsonValue
}

type Values = Readonly<Record<string, JsonValue>>

/** Undefined where a change has no certain place in the values. `patch` is a manifest patch, `before` the object that it changes. */
export function valuesPatch(values: unknown, before: unknown, patch: Values): Values | undefined {
  if (!isRecord(values)) return undefined
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...body } = patch
  const leaves = leavesOf(body, before, [])
  const changes = leaves.map((leaf) => changeFor(values, leaf))
  if (leaves.length === 0 || changes.some((change) => change === undefined)) return undefined
  return changes.flatMap((change) => change ?? []).reduce<Values>((tree, { path, value }) => set(tree, path, value), {})
}

function leavesOf(patch: JsonValue, before: unknown, path: readonly string[]): Leaf[] {
  if (Array.isArray(patch)) {
    return patch.flatMap((item): Leaf[] => {
      const key = isRecord(item) ? ['name', 'mountPath', 'containerPort', 'port'].find((name) => item[name] !== undefined) : undefined
      if (!isRecord(item) || key === undefined || item['$patch'] !== undefined) return [{ path, before, after: patch }]
      const was = Array.isArray(before) ? before.find((other: unknown) => isRecord(other) && other[key] === item[key]) : undefined
      const { [key]: _name, ...rest } = item
      return leavesOf(rest as JsonValue, was, path)
    })
  }
  if (isRecord(patch)) return Object.entries(patch).flatMap(([key, value]) => leavesOf(value as JsonValue, isRecord(before) ? before[key] : undefined, [...path, key]))
  return [{ path, before, after: patch }]
}

interface Change {
  readonly path: readonly string[]
  readonly value: JsonValue
}

function changeFor(values: Record<string, unknown>, leaf: Leaf): Change[] | undefined {
  const name = leaf.path.at(-1) ?? ''
  if (leaf.before === undefined || leaf.after === null || typeof leaf.after === 'object') return undefined
  if (name === 'image') return imageChange(values, String(leaf.before), String(leaf.after))
  const names = name === 'replicas' ? ['replicas', 'replicaCount'] : [name]
  const found = placesOf(values, leaf.before, []).filter((path) => names.includes(path.at(-1) ?? ''))
  const near = found.filter((path) => path.at(-2) === leaf.path.at(-2))
  const [only] = found.length === 1 ? found : near.length === 1 ? near : []
  return only === undefined ? undefined : [{ path: only, value: leaf.after }]
}

/** Charts name an image whole, or as repository and tag. */
function imageChange(values: Record<string, unknown>, before: string, after: string): Change[] | undefined {
  const whole = placesOf(values, before, [])
  if (whole.length === 1 && whole[0] !== undefined) return [{ path: whole[0], value: after }]
  const [was, is] = [before, after].map(splitImage) as [SplitImage, SplitImage]
  const tags = placesOf(values, was.tag, []).filter((path) => ['tag', 'version', 'imageTag'].includes(path.at(-1) ?? ''))
  const fitting = tags.filter((path) => {
    const repository = at(values, [...path.slice(0, -1), 'repository'])
    return repository === undefined || (typeof repository === 'string' && (was.repository === repository || was.repository.endsWith(`/${repository}`)))
  })
  const [tag] = fitting
  if (fitting.length !== 1 || tag === undefined || was.repository !== is.repository) return undefined
  return [{ path: tag, value: is.tag }]
}

interface SplitImage {
  readonly repository: string
  readonly tag: string
}

function splitImage(image: string): SplitImage {
  const colon = image.lastIndexOf(':')
  return colon > image.lastIndexOf('/') ? { repository: image.slice(0, colon), tag: image.slice(colon + 1) } : { repository: image, tag: '' }
}

const DEPTH_MAX = 12

function placesOf(node: unknown, value: unknown, path: readonly string[]): (readonly string[])[] {
  if (value === '') return []
  if (typeof node !== 'object' || node === null) return String(node) === String(value) ? [path] : []
  return Array.isArray(node) || path.length > DEPTH_MAX ? [] : Object.entries(node).flatMap(([key, child]) => placesOf(child, value, [...path, key]))
}

function at(node: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), node)
}

function set(tree: Values, [key = '', ...rest]: readonly string[], value: JsonValue): Values {
  const child = tree[key]
  return { ...tree, [key]: rest.length === 0 ? value : set(isRecord(child) ? (child as Values) : {}, rest, value) }
}
