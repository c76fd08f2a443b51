/**
 * Where the signals point: their targets, looked up in the cluster. A target that is not there is not believed; a pod
 * that is gone leads to the workload that made it.
 */

import { subjectOf, type KubeObject, type Subject } from '../model/kube-object.ts'
import { isNode } from '../model/kube/workload.ts'
import type { Signal } from '../model/signal.ts'
import { objectOf, uniqueSubjects } from '../model/topology/find-object.ts'
import { unitOf, upstreamOf } from '../model/topology/upstream.ts'
import { workloadOf } from '../model/topology/ownership.ts'
import type { View } from '../model/view.ts'

export interface Scope {
  /** Signals point here, as far as the cluster knows it. Empty: look everywhere. */
  readonly units: readonly KubeObject[]
  readonly targets: readonly Subject[]
  /** Keys of all that the units need, with the distance to it. */
  readonly upstream: ReadonlyMap<string, number>
  /** When the earliest firing signal began, in milliseconds. */
  readonly startedMs: number | undefined
}

export function scopeOf(view: View, signals: readonly Signal[]): Scope {
  const firing = signals.filter((signal) => signal.status === 'firing')
  const pointing = firing.length > 0 ? firing : signals
  const objects = pointing.flatMap((signal) => signal.targets).flatMap((target) => lookUp(view, target))
  const units = [...new Set(objects.map((object) => unitOf(view, object)))]
  const starts = firing.map((signal) => signal.startsAtMs)
  return {
    units,
    targets: uniqueSubjects(objects.map(subjectOf)),
    upstream: units.length === 0 ? new Map() : upstreamOf(view, units),
    startedMs: starts.length === 0 ? undefined : Math.min(...starts),
  }
}

function lookUp(view: View, target: Subject): KubeObject[] {
  const found = objectOf(view, target)
  if (found !== undefined) return [found]
  if (target.kind === 'Pod') return formerOwner(view, target)
  const implied = impliedBy(view, target)
  if (implied.length > 0) return implied
  if (target.kind === 'Node') return view.list('', 'Node').filter((node) => isNode(node) && (node.status?.addresses ?? []).some((address) => address.address === target.name))
  return []
}

/** What was not collected, and its pods were: the workloads of a namespace, the one of that kind and name, or a Service's namesake. */
function impliedBy(view: View, target: Subject): KubeObject[] {
  const namespace = target.kind === 'Namespace' ? target.name : target.namespace
  const workloads = namespace === undefined ? [] : [...new Set(view.list('', 'Pod', namespace).map((pod) => workloadOf(view, pod)))]
  if (target.kind === 'Namespace') return workloads
  return workloads.filter(({ kind, metadata }) => metadata.name === target.name && (kind === target.kind || target.kind === 'Service'))
}

/** Generated pod names are the owner's name and one more part: of a ReplicaSet, a DaemonSet, a Job; or an ordinal. */
function formerOwner(view: View, pod: Subject): KubeObject[] {
  const owner = pod.name.replace(/-[a-z0-9]+$/, '')
  for (const kind of ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job']) {
    const found = objectOf(view, { ...pod, kind, name: owner })
    if (found !== undefined) return [workloadOf(view, found)]
  }
  const deployment = objectOf(view, { ...pod, kind: 'Deployment', name: owner.replace(/-[a-z0-9]+$/, '') })
  return deployment === undefined ? [] : [deployment]
}
