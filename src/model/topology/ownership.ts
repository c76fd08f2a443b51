/**
 * Which workload a pod belongs to, also where collected manifests lost the links between.
 *
 * Owner references decide. A pod whose ReplicaSet was not collected, or that carries no owner at all, belongs to the
 * workload whose selector matches it, which is how the controllers themselves would adopt it.
 */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { controllerOf, objectKey, refOf, type KubeObject } from '../kube-object.ts'
import { matchesSelector } from '../kube/selector.ts'
import { isPod, isTerminating, podTemplateOf, type PodObject } from '../kube/workload.ts'
import type { View } from '../view.ts'
import { perView } from '../per-view.ts'

const TOP_KINDS = [['apps', 'Deployment'], ['apps', 'StatefulSet'], ['apps', 'DaemonSet'], ['batch', 'CronJob'], ['batch', 'Job'], ['apps', 'ReplicaSet'], ['', 'ReplicationController']] as const
const ADOPTERS = [['apps', 'Deployment'], ['apps', 'StatefulSet'], ['apps', 'DaemonSet'], ['apps', 'ReplicaSet']] as const
const KNOWN_KINDS = new Set<string>(TOP_KINDS.map(([, kind]) => kind))

export function keyOf(object: KubeObject): string {
  return objectKey(refOf(object))
}

/**
 * The highest Kubernetes workload above a pod or a workload; the object itself when there is none.
 *
 * Kinds of others count where they make pods: what owns pods or ReplicaSets and holds their template (an Argo Rollout,
 * a CloneSet), or owns pods without any workload of ours between.
 */
export function workloadOf(view: View, object: KubeObject): KubeObject {
  const known = found(view)
  const before = known.get(object)
  if (before !== undefined) return before
  const workload = findWorkload(view, object)
  known.set(object, workload)
  return workload
}

/** Every hazard asks for every pod. */
const found = perView(() => new WeakMap<KubeObject, KubeObject>())

function findWorkload(view: View, object: KubeObject): KubeObject {
  const owners = view.ownersOf(object)
  const top = owners.filter((owner) => KNOWN_KINDS.has(owner.kind)).at(-1) ?? object
  if (top.kind === 'Deployment' || top.kind === 'CronJob') return top
  if (isPod(top)) return makerAbove(owners) ?? adopterOf(view, top) ?? impliedOwner(view, top) ?? top
  const above = owners[owners.indexOf(top) + 1] ?? (top === object ? owners[0] : undefined)
  if (GENERATED.has(top.kind) && above !== undefined && podTemplateOf(above)?.spec !== undefined) return above
  return adopterOf(view, top) ?? (top.kind === 'ReplicaSet' ? impliedOwner(view, top) : undefined) ?? top
}

/** Kinds that nobody writes by hand where something stands above them. */
const GENERATED = new Set(['ReplicaSet', 'ReplicationController'])

/** One object a name, so that pods of one workload are of one. */
const implied = perView(() => new Map<string, KubeObject>())
const IMPLIED = new Set(['apps/ReplicaSet', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'batch/Job'])

/**
 * The workload that an owner reference names although it was not collected: a name to speak of, and nothing else. It is
 * not in the view, so no plan can be made for it. A ReplicaSet named after a template hash belongs to the Deployment before it.
 */
function impliedOwner(view: View, object: KubeObject): KubeObject | undefined {
  const owner = controllerOf(object)
  if (owner === undefined || !IMPLIED.has(`${owner.apiVersion.split('/')[0] ?? ''}/${owner.kind}`)) return undefined
  const hash = object.metadata.labels?.['pod-template-hash']
  const deployed = owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(`-${hash}`)
  const [kind, name] = deployed ? ['Deployment', owner.name.slice(0, -hash.length - 1)] : [owner.kind, owner.name]
  const { namespace } = object.metadata
  const made: KubeObject = { apiVersion: owner.apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } }
  const known = implied(view)
  const key = keyOf(made)
  if (!known.has(key)) known.set(key, made)
  return known.get(key)
}

/** A mirror pod is owned by its node, which makes no workload. */
function makerAbove(owners: readonly KubeObject[]): KubeObject | undefined {
  const [nearest] = owners
  return nearest === undefined || nearest.kind === 'Node' ? undefined : nearest
}

function adopterOf(view: View, object: KubeObject): KubeObject | undefined {
  const owner = controllerOf(object)
  const orphanOrReplicaSets = owner === undefined || owner.kind === 'ReplicaSet'
  if (!orphanOrReplicaSets || (!isPod(object) && object.kind !== 'ReplicaSet')) return undefined
  const labels = object.metadata.labels
  if (labels === undefined) return undefined
  for (const [group, kind] of ADOPTERS) {
    const found = view.list(group, kind, object.metadata.namespace).find((candidate) => candidate !== object && selects(candidate, labels))
    if (found !== undefined) return found
  }
  return undefined
}

function selects(workload: KubeObject, labels: Readonly<Record<string, string>>): boolean {
  const selector = (workload['spec'] as { selector?: LabelSelector } | undefined)?.selector
  return selector !== undefined && Object.keys(selector).length > 0 && matchesSelector(selector, labels)
}

interface Ownership {
  readonly workloads: readonly KubeObject[]
  readonly podsByWorkload: ReadonlyMap<string, readonly PodObject[]>
}

const ownership = perView((view): Ownership => {
  const podsByWorkload = new Map<string, PodObject[]>()
  for (const pod of view.list('', 'Pod').filter(isPod)) {
    const key = keyOf(workloadOf(view, pod))
    const pods = podsByWorkload.get(key)
    if (pods === undefined) podsByWorkload.set(key, [pod])
    else pods.push(pod)
  }
  const all = [...TOP_KINDS.flatMap(([group, kind]) => view.list(group, kind)), ...view.snapshot.objects.filter(isForeignWorkload)]
  return { podsByWorkload, workloads: all.filter((object) => workloadOf(view, object) === object) }
})

/** A kind of others that holds the template of its pods. */
function isForeignWorkload(object: KubeObject): boolean {
  if (KNOWN_KINDS.has(object.kind) || isPod(object) || object.kind === 'PodTemplate') return false
  return (podTemplateOf(object)?.spec as { containers?: unknown } | undefined)?.containers !== undefined
}

/** Every workload that no other workload owns. */
export function workloadsOf(view: View): readonly KubeObject[] {
  return ownership(view).workloads
}

const byNamespace = perView((view) => Map.groupBy(workloadsOf(view), (workload) => workload.metadata.namespace))

/** Those of `workloadsOf` in this namespace. */
export function workloadsIn(view: View, namespace: string | undefined): readonly KubeObject[] {
  return byNamespace(view).get(namespace) ?? []
}

/** The pods of a workload that are not on their way out; a bare pod is its own. */
export function livePodsOf(view: View, workload: KubeObject): readonly PodObject[] {
  if (isPod(workload)) return [workload]
  return (ownership(view).podsByWorkload.get(keyOf(workload)) ?? []).filter((pod) => !isTerminating(pod))
}
