/**
 * A pod that was bound to a node past the scheduler is looked at by the node's kubelet (`pkg/kubelet/lifecycle/predicate.go`): what the
 * node cannot hold, or what may not be there, has failed before it began.
 */

import { amountsOf, podRequests } from '../../model/kube/pod-requests.ts'
import { podAllowsNode } from '../../model/kube/node-selector.ts'
import { firstUntolerated } from '../../model/kube/toleration.ts'
import { conditionOf, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import { isCritical } from './admit-on-node.ts'
import { findVictims } from './find-victims.ts'

/** In the order in which the first that is short is told. */
const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const

export interface Bound {
  readonly pod: PodObject
  readonly node: NodeObject
  /** The other active pods of the node, as they were granted. */
  readonly others: () => readonly PodObject[]
}

export type BoundVerdict =
  | { readonly type: 'taken' }
  | { readonly type: 'refused'; readonly reason: string; readonly message: string }
  /** A critical pod is not refused for lack of room: these make it, one after the other. */
  | { readonly type: 'makes-room'; readonly victims: readonly PodObject[] }

const TAKEN: BoundVerdict = { type: 'taken' }

/** What its kubelet makes of a pod; one that the scheduler put there is taken. */
export function judgeBound(bound: Bound): BoundVerdict {
  const { pod, node } = bound
  if (conditionOf(pod, 'PodScheduled')?.status === 'True' || (pod.status?.phase ?? 'Pending') !== 'Pending') return TAKEN
  const short = shortfallsOf(bound)
  const wrong = misplaced(pod, node)
  if (isCritical(pod)) return wrong === undefined ? madeRoom(bound, short) : refused(wrong)
  const [first] = short
  return first === undefined ? (wrong === undefined ? TAKEN : refused(wrong)) : refused({ reason: `OutOf${first.name}`, message: lackText(first) })
}

function refused({ reason, message }: { readonly reason: string; readonly message: string }): BoundVerdict {
  return { type: 'refused', reason, message: `Pod was rejected: ${message}` }
}

function madeRoom({ pod, others }: Bound, short: readonly Shortfall[]): BoundVerdict {
  if (short.length === 0) return TAKEN
  const found = findVictims({ pod, others: others(), lacks: short.map(({ name, requested, used, capacity }) => ({ name, amount: requested - (capacity - used) })) })
  return found.type === 'found' ? { type: 'makes-room', victims: found.pods } : refused({ reason: 'UnexpectedAdmissionError', message: `Unexpected error while attempting to recover from admission failure: ${found.message}` })
}

interface Shortfall {
  readonly name: string
  readonly requested: number
  readonly used: number
  readonly capacity: number
}

function lackText({ name, requested, used, capacity }: Shortfall): string {
  return `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`
}

function shortfallsOf({ pod, node, others }: Bound): Shortfall[] {
  const room = amountsOf((node.status?.allocatable ?? node.status?.capacity) as Readonly<Record<string, string>> | undefined)
  const wanted = podRequests(pod)
  const beside = others()
  const checks = [
    { name: 'pods', requested: 1, used: beside.length },
    ...RESOURCES.map((name) => ({ name, requested: wanted[name] ?? 0, used: beside.reduce((sum, other) => sum + (podRequests(other)[name] ?? 0), 0) })),
  ]
  return checks.filter(({ name, requested, used }) => requested > 0 && requested > (room[name] ?? Infinity) - used).map((check) => ({ ...check, capacity: room[check.name] ?? 0 }))
}

function misplaced(pod: PodObject, node: NodeObject): { readonly reason: string; readonly message: string } | undefined {
  const spec = pod.spec ?? { containers: [] }
  if (!podAllowsNode(spec, { name: node.metadata.name ?? '', labels: node.metadata.labels ?? {} })) return { reason: 'NodeAffinity', message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector" }
  const driving = (node.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute')
  return firstUntolerated(driving, spec.tolerations ?? []) === undefined ? undefined : { reason: 'TaintToleration', message: "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate" }
}
