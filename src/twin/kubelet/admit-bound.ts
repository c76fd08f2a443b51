/**
 * A pod that was bound to a node past the scheduler is looked at by the node's kubelet (`pkg/kubelet/lifecycle/predicate.go`): what the
 * node cannot hold, or what may not be there, has failed before it began.
 */

import { amountsOf, podRequests } from '../../model/kube/pod-requests.ts'
import { podAllowsNode } from '../../model/kube/node-selector.ts'
import { firstUntolerated } from '../../model/kube/toleration.ts'
import { conditionOf, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import { isCritical } from './admit-on-node.ts'

/** In the order in which the first that is short is told. */
const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const

export interface Bound {
  readonly pod: PodObject
  readonly node: NodeObject
  /** The other active pods of the node, as they were granted. */
  readonly others: () => readonly PodObject[]
}

/** Why it is refused; undefined for one that the scheduler put there. A critical pod is not refused for lack of room. */
export function boundRefusal({ pod, node, others }: Bound): { readonly reason: string; readonly message: string } | undefined {
  if (conditionOf(pod, 'PodScheduled')?.status === 'True' || (pod.status?.phase ?? 'Pending') !== 'Pending') return undefined
  const short = isCritical(pod) ? undefined : lacking({ pod, node, others })
  const refusal = short ?? misplaced(pod, node)
  return refusal === undefined ? undefined : { reason: refusal.reason, message: `Pod was rejected: ${refusal.message}` }
}

function lacking({ pod, node, others }: Bound): { readonly reason: string; readonly message: string } | undefined {
  const room = amountsOf((node.status?.allocatable ?? node.status?.capacity) as Readonly<Record<string, string>> | undefined)
  const wanted = podRequests(pod)
  const beside = others()
  const checks = [
    { name: 'pods', requested: 1, used: beside.length },
    ...RESOURCES.map((name) => ({ name, requested: wanted[name] ?? 0, used: beside.reduce((sum, other) => sum + (podRequests(other)[name] ?? 0), 0) })),
  ]
  const short = checks.find(({ name, requested, used }) => requested > 0 && requested > (room[name] ?? Infinity) - used)
  if (short === undefined) return undefined
  const { name, requested, used } = short
  return { reason: `OutOf${name}`, message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${room[name] ?? 0}` }
}

function misplaced(pod: PodObject, node: NodeObject): { readonly reason: string; readonly message: string } | undefined {
  const spec = pod.spec ?? { containers: [] }
  if (!podAllowsNode(spec, { name: node.metadata.name ?? '', labels: node.metadata.labels ?? {} })) return { reason: 'NodeAffinity', message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector" }
  const driving = (node.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute')
  return firstUntolerated(driving, spec.tolerations ?? []) === undefined ? undefined : { reason: 'TaintToleration', message: "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate" }
}
