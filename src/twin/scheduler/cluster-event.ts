/**
 * Writes as the scheduler reads them: what about the cluster changed in a way that may let a pod in.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import { podRequests } from '../../model/kube/pod-requests.ts'
import { isNode, isPod, isTerminal, isTerminating, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { declaredBy } from '../node-features.ts'
import type { Change } from '../store.ts'

export type ClusterEvent =
  | { readonly type: 'node-added'; readonly node: NodeObject }
  | { readonly type: 'node-changed'; readonly aspects: ReadonlySet<NodeAspect>; readonly node: NodeObject }
  | { readonly type: 'node-gone' }
  /** A pod came to hold a node. */
  | { readonly type: 'pod-placed'; readonly pod: PodObject }
  /** A pod that holds a node changed. */
  | { readonly type: 'pod-changed'; readonly aspects: ReadonlySet<PodAspect>; readonly pod: PodObject }
  /** A pod no longer holds its node. */
  | { readonly type: 'pod-gone'; readonly pod: PodObject }
  /** Anything else that is watched: claims, volumes, classes, namespaces. */
  | { readonly type: 'object'; readonly groupKind: string; readonly object: KubeObject }

export type PodAspect = 'labels' | 'spec' | 'terminating'

export type NodeAspect = 'allocatable' | 'features' | 'labels' | 'taints' | 'unschedulable'

/** Undefined when nothing that a plugin looks at has changed. */
export function clusterEventOf(change: Change): ClusterEvent | undefined {
  const object = change.after ?? change.before
  if (object === undefined) return undefined
  if (isPod(object)) return podEvent(change.before as PodObject | undefined, change.after as PodObject | undefined)
  if (isNode(object)) return nodeEvent(change.before as NodeObject | undefined, change.after as NodeObject | undefined)
  return change.after === undefined ? undefined : { type: 'object', groupKind: change.groupKind, object }
}

function podEvent(before: PodObject | undefined, after: PodObject | undefined): ClusterEvent | undefined {
  const held = before !== undefined && holdsNode(before)
  const holds = after !== undefined && holdsNode(after)
  if (held && !holds) return { type: 'pod-gone', pod: before }
  if (!held && holds) return { type: 'pod-placed', pod: after }
  if (!held || !holds) return undefined
  const aspects = new Set<PodAspect>()
  if (!jsonEqual(before.metadata.labels, after.metadata.labels)) aspects.add('labels')
  if (!jsonEqual(before.spec, after.spec) || isScaledDown(before, after)) aspects.add('spec')
  if (isTerminating(before) !== isTerminating(after)) aspects.add('terminating')
  return aspects.size === 0 ? undefined : { type: 'pod-changed', aspects, pod: after }
}

/** What a resized pod gives back is free when its kubelet says so (`extractPodScaleDown`). */
function isScaledDown(before: PodObject, after: PodObject): boolean {
  if (before.status === after.status || !(isResized(before) || isResized(after))) return false
  const now = podRequests(after)
  return Object.entries(podRequests(before)).some(([name, amount]) => amount > (now[name] ?? 0))
}

function isResized({ status }: PodObject): boolean {
  return status?.conditions?.some(({ type }) => type === 'PodResizeInProgress' || type === 'PodResizePending') === true
}

function nodeEvent(before: NodeObject | undefined, after: NodeObject | undefined): ClusterEvent | undefined {
  if (after === undefined) return { type: 'node-gone' }
  if (before === undefined) return { type: 'node-added', node: after }
  const aspects = new Set<NodeAspect>()
  if (!jsonEqual(before.metadata.labels, after.metadata.labels)) aspects.add('labels')
  if (!jsonEqual(before.status?.allocatable, after.status?.allocatable)) aspects.add('allocatable')
  if (!jsonEqual(declaredBy(before), declaredBy(after))) aspects.add('features')
  if (!jsonEqual(before.spec?.taints, after.spec?.taints)) aspects.add('taints')
  if ((before.spec?.unschedulable ?? false) !== (after.spec?.unschedulable ?? false)) aspects.add('unschedulable')
  return aspects.size === 0 ? undefined : { type: 'node-changed', aspects, node: after }
}

function holdsNode(pod: PodObject): boolean {
  return (pod.spec?.nodeName ?? '') !== '' && !isTerminal(pod)
}
