/**
 * The state of a play's namespace and nodes, in words that both sides can share.
 *
 * What must differ is replaced: generated names by their owner and revision, uids and times by nothing. Pods of one
 * owner are a multiset: which of them has which drawn name, and on which of several equal nodes it stands, is chance.
 */

import { controllerOf, type KubeObject } from '../../src/model/kube-object.ts'
import { REVISION_ANNOTATION } from '../../src/model/kube/revision.ts'
import { rename, type Names } from './names.ts'
import { ownersOf, podState } from './normal-pod.ts'
import type { Side } from './sides.ts'

type Fields = Readonly<Record<string, unknown>>

const WORKLOADS = [
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'ReplicaSet'],
  ['v1', 'ReplicationController'],
  ['v1', 'PersistentVolumeClaim'],
  ['apps/v1', 'StatefulSet'],
  ['apps/v1', 'DaemonSet'],
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['v1', 'ResourceQuota'],
] as const

export interface StateOptions {
  /** All that the play has had, also what is gone: names that it gave live on in those of pods. */
  readonly past?: Pick<Side, 'objects'>
  /** Compare the zones of pods: where constraints decide them. */
  readonly zones: boolean
}

export function stateOf(side: Side, names: Names, options: StateOptions): unknown {
  const { namespace } = names
  const aliases = aliasesOf(options.past ?? side, names)
  const zones = new Map(side.objects('v1', 'Node').map((node) => [node.metadata.name ?? '', node.metadata.labels?.['topology.kubernetes.io/zone'] ?? '']))
  const rivals = rivalBudgets(side.objects('policy/v1', 'PodDisruptionBudget', namespace))
  const workloads = WORKLOADS.flatMap(([apiVersion, kind]) => side.objects(apiVersion, kind, namespace).map((object) => [`${kind} ${object.metadata.name ?? ''}`, rivals.has(object) ? {} : workloadState(object)] as const))
  const pods = side.objects('v1', 'Pod', namespace).map((pod) => podState(pod, { zones, comparesZones: options.zones }))
  const state = {
    workloads: Object.fromEntries(workloads),
    pods: counted(pods.map((pod) => aliased(pod, aliases))),
    endpoints: counted(side.objects('discovery.k8s.io/v1', 'EndpointSlice', namespace).map(sliceState)),
    revisions: counted(side.objects('apps/v1', 'ControllerRevision', namespace).map((revision) => aliased({ owners: ownersOf(revision), number: revision['revision'] }, aliases))),
    claims: Object.fromEntries(side.objects('v1', 'PersistentVolumeClaim', namespace).map((claim) => [claim.metadata.name ?? '', claimState(claim)])),
    volumes: Object.fromEntries(owned(side, 'PersistentVolume', names).map((volume) => [volume.metadata.name ?? '', volumeState(volume)])),
    nodes: Object.fromEntries(owned(side, 'Node', names).map((node) => [node.metadata.name ?? '', nodeState(node)])),
  }
  return rename(aliased(state, aliases), names)
}

/** Of the cluster-scoped objects those that the play made. */
function owned(side: Side, kind: 'Node' | 'PersistentVolume', { prefix }: Names): readonly KubeObject[] {
  return side.objects('v1', kind).filter(({ metadata }) => metadata.name?.startsWith(`${prefix}-`))
}

/**
 * Budgets that share their pods. Upstream tells one of them, drawn anew each time, that a pod changed (`getPdbForPod`); the
 * others hear of it when something else wakes them. What their status says is chance; no eviction is decided by it.
 */
function rivalBudgets(budgets: readonly KubeObject[]): ReadonlySet<KubeObject> {
  const selectorOf = (budget: KubeObject): string => JSON.stringify((budget['spec'] as { selector?: unknown } | undefined)?.selector)
  return new Set(budgets.filter((budget) => budgets.some((other) => other !== budget && selectorOf(other) === selectorOf(budget))))
}

/** ReplicaSets and revisions by their owner and number. Longer names first, so that no name is replaced inside another. */
export function aliasesOf(side: Pick<Side, 'objects'>, { namespace }: Pick<Names, 'namespace'>): readonly (readonly [string, string])[] {
  const sets = side.objects('apps/v1', 'ReplicaSet', namespace).flatMap((set) => {
    const owner = controllerOf(set)
    const hash = set.metadata.labels?.['pod-template-hash']
    const revision = set.metadata.annotations?.[REVISION_ANNOTATION] ?? '?'
    const name = set.metadata.name ?? ''
    if (hash === undefined) return []
    // Also where the owner has left it behind: the name still tells.
    const family = owner?.name ?? (name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : name)
    return [[name, `${family}~${revision}`] as const, [hash, `HASH~${revision}`] as const]
  })
  const revisions = side.objects('apps/v1', 'ControllerRevision', namespace).flatMap((revision) => {
    const number = String(revision['revision'])
    const hash = revision.metadata.labels?.['controller.kubernetes.io/hash'] ?? revision.metadata.labels?.['controller-revision-hash']
    const byName = [revision.metadata.name ?? '', `${controllerOf(revision)?.name ?? ''}~${number}`] as const
    return hash === undefined ? [byName] : [byName, [hash, `HASH~${number}`] as const]
  })
  return [...sets, ...revisions].sort(([left], [right]) => right.length - left.length)
}

export function aliased(value: unknown, aliases: readonly (readonly [string, string])[]): unknown {
  const text = aliases.reduce((all, [from, to]) => all.replaceAll(from, to), JSON.stringify(value))
  return JSON.parse(text)
}

/** The same things by how often they are there. */
function counted(items: readonly unknown[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const item of items.map((each) => JSON.stringify(each)).sort()) counts[item] = (counts[item] ?? 0) + 1
  return counts
}

function workloadState(object: KubeObject): Fields {
  const spec = (object['spec'] ?? {}) as Fields
  const { metadata } = object
  const { observedGeneration, ...status } = (object['status'] ?? {}) as Fields
  // A Deployment sizes its sets in as many steps as it is given time for: then it counts that the last was seen.
  const isSized = object.kind === 'ReplicaSet' && metadata.annotations?.[REVISION_ANNOTATION] !== undefined
  return {
    ...(isSized ? { isObserved: observedGeneration === metadata.generation } : { generation: metadata.generation, observedGeneration }),
    replicas: spec['replicas'],
    revision: metadata.annotations?.[REVISION_ANNOTATION],
    deleting: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers,
    owners: ownersOf(object),
    status: statusOf(status),
  }
}

const TIMES = new Set(['startTime', 'completionTime', 'lastSuccessfulTime', 'lastScaleTime'])

function statusOf(status: Fields): Fields {
  const entries = Object.entries(status).filter(([key]) => !TIMES.has(key))
  return Object.fromEntries(entries.map(([key, value]) => [key, key === 'conditions' ? conditionsOf(value as readonly Fields[]) : key === 'active' && Array.isArray(value) ? value.map(unversioned) : value]))
}

/** What a CronJob says of a Job that runs. */
function unversioned(reference: Fields): Fields {
  return { ...reference, resourceVersion: undefined }
}

export function conditionsOf(conditions: readonly Fields[]): Fields {
  return Object.fromEntries(conditions.map(({ type, status, reason, message }) => [type, podless([status, reason, message].filter((part) => part !== undefined && part !== '').join(' '))]))
}

/** The names of generated pods in messages: `Error creating: pods "web-7c4-x2x1z" is forbidden`. */
function podless(text: string): string {
  return text.replaceAll(/(pods? "[a-z0-9.-]+-)[a-z0-9]{5}(")/g, '$1*$2').replaceAll(/(for pod [a-z0-9-]+\/[a-z0-9.-]+-)[a-z0-9]{5}( failed)/g, '$1*$2')
}

function sliceState(slice: KubeObject): Fields {
  // Go writes a list that holds nothing as null, and an object without ports has no list.
  const endpoints = (slice['endpoints'] ?? []) as readonly Fields[]
  return { service: slice.metadata.labels?.['kubernetes.io/service-name'], endpoints: counted(endpoints.map(({ conditions }) => conditions)), ports: slice['ports'] ?? [] }
}

function claimState({ spec, status, metadata }: KubeObject): Fields {
  return { deleting: metadata.deletionTimestamp !== undefined, ...(status as Fields | undefined), volume: (spec as Fields | undefined)?.['volumeName'], finalizers: metadata.finalizers, owners: ownersOf({ metadata }) }
}

function volumeState({ spec, status, metadata }: KubeObject): Fields {
  const { name, namespace } = ((spec as Fields | undefined)?.['claimRef'] ?? {}) as Fields
  return { deleting: metadata.deletionTimestamp !== undefined, phase: (status as Fields | undefined)?.['phase'], claim: [namespace, name], finalizers: metadata.finalizers }
}

function nodeState(node: KubeObject): Fields {
  const spec = (node['spec'] ?? {}) as { readonly unschedulable?: boolean; readonly taints?: readonly Fields[] }
  const conditions = ((node['status'] as Fields | undefined)?.['conditions'] ?? []) as readonly Fields[]
  return {
    unschedulable: spec.unschedulable === true,
    taints: (spec.taints ?? []).map(({ key, value, effect }) => [key, value ?? '', effect].join(' ')).sort(),
    ready: conditions.find(({ type }) => type === 'Ready')?.['status'],
  }
}
