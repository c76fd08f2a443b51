/**
 * The difference between two states of an object as a strategic merge patch: what a person pastes into a manifest, and
 * what kustomize applies. Lists of named things are given by name, so that nobody has to count in a file we have not seen.
 *
 * Merge keys: https://kubernetes.io/docs/reference/kubernetes-api/ ("patch strategy: merge on key") of the fields that plans change.
 */

import { isRecord, jsonEqual, type JsonValue } from '../../kernel/json.ts'
import { groupOf, type KubeObject } from '../../model/kube-object.ts'
import { withoutDefaults } from '../../model/kube/template-defaults.ts'

const KEYS: Readonly<Record<string, string>> = { containers: 'name', initContainers: 'name', ephemeralContainers: 'name', env: 'name', volumes: 'name', volumeMounts: 'mountPath', imagePullSecrets: 'name', hostAliases: 'ip', topologySpreadConstraints: 'topologyKey' }
/** Its merge key depends on where it stands: of a container, and of a Service. */
const PORT_KEYS = ['containerPort', 'port'] as const
const BUILT_IN = /^$|^(apps|batch|autoscaling|policy|extensions)$|(^|\.)k8s\.io$/

/** Nothing where the two say the same. Only what a manifest holds is compared: no status, no server's metadata. */
export function manifestPatch(before: KubeObject, after: KubeObject): { readonly [key: string]: JsonValue } | undefined {
  const [was, is] = [written(before), written(after)]
  const change = differenceOf(was, is, BUILT_IN.test(groupOf(after.apiVersion)))
  if (change === undefined) return undefined
  const { name = '', namespace } = after.metadata
  const { metadata, ...rest } = change as { metadata?: Record<string, JsonValue> }
  return { apiVersion: after.apiVersion, kind: after.kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...metadata }, ...rest }
}

/** What an author writes: labels and annotations of the metadata, and no defaults of the server's in a pod template. */
function written(object: KubeObject): Record<string, unknown> {
  const { status: _status, metadata, apiVersion: _version, kind: _kind, ...rest } = object as KubeObject & { readonly status?: unknown }
  const spec = rest['spec']
  const template = isRecord(spec) && isRecord(spec['template']) && isRecord(spec['template']['spec']) ? withoutDefaults(spec['template']) : undefined
  const { labels, annotations } = metadata
  return { ...rest, ...(template === undefined ? {} : { spec: { ...(spec as object), template } }), metadata: { ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) } }
}

function differenceOf(before: Record<string, unknown>, after: Record<string, unknown>, keyed: boolean): Record<string, JsonValue> | undefined {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  const changes = keys.flatMap((key): [string, JsonValue][] => {
    const [was, is] = [before[key], after[key]]
    if (jsonEqual(was, is)) return []
    if (is === undefined) return [[key, null]]
    if (isRecord(was) && isRecord(is)) return pair(key, differenceOf(was, is, keyed))
    const by = keyed ? mergeKey(key, was, is) : undefined
    return by === undefined ? [[key, is as JsonValue]] : pair(key, listDifference(was as Record<string, unknown>[], is as Record<string, unknown>[], by))
  })
  return changes.length === 0 ? undefined : Object.fromEntries(changes)
}

function pair(key: string, value: JsonValue | undefined): [string, JsonValue][] {
  return value === undefined ? [] : [[key, value]]
}

/** Undefined for a list that is one value, or whose items do not all carry the key once. */
function mergeKey(field: string, was: unknown, is: unknown): string | undefined {
  if (!Array.isArray(was) || !Array.isArray(is)) return undefined
  const candidates = field === 'ports' ? PORT_KEYS : KEYS[field] === undefined ? [] : [KEYS[field]]
  return candidates.find((key) => [was, is].every((list) => list.every((item: unknown) => isRecord(item) && item[key] !== undefined) && new Set(list.map((item: Record<string, unknown>) => item[key])).size === list.length))
}

function listDifference(before: readonly Record<string, unknown>[], after: readonly Record<string, unknown>[], by: string): JsonValue | undefined {
  const changed = after.flatMap((item): JsonValue[] => {
    const was = before.find((other) => other[by] === item[by])
    if (was === undefined) return [item as JsonValue]
    const change = differenceOf(was, item, true)
    return change === undefined ? [] : [{ [by]: item[by] as JsonValue, ...change }]
  })
  const removed = before.filter((item) => !after.some((other) => other[by] === item[by])).map((item): JsonValue => ({ [by]: item[by] as JsonValue, $patch: 'delete' }))
  return changed.length + removed.length === 0 ? undefined : [...changed, ...removed]
}
