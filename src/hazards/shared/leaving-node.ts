/**
 * Who already works on a node: its autoscaler is about to remove it, or a repair of the cloud or of an operator is
 * under way. To race either is how one lost node becomes two.
 */

import { subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { View } from '../../model/view.ts'

/** Taints of cluster-autoscaler, of Karpenter and of a termination handler. */
const TAINTS: readonly (readonly [RegExp, string])[] = [
  [/^(ToBeDeletedByClusterAutoscaler|DeletionCandidateOfClusterAutoscaler)$/, 'cluster-autoscaler is taking it away'],
  [/^karpenter\.sh\/(disrupted|disruption)$/, 'Karpenter is replacing it'],
  [/^aws-node-termination-handler\//, 'its termination handler is emptying it'],
]
/** Cluster API, medik8s and the clouds all mark what they repair; the word is the same, the prefix is theirs. */
const REPAIR = /(^|[./_-])(auto-?)?(medik8s|repair(ing)?|remediat(e|ion|ing)(-machine)?)([./_-]|$)/i
const NOT_NOW = /^(false|no|none|disabled|done|completed?|succeeded|failed|enabled|allowed|0)?$/i
const REPAIRING = /^(Repairing|UnderRepair|RepairInProgress|NodeRepair)$/

interface Machine {
  readonly status?: { readonly nodeRef?: { readonly name?: string }; readonly conditions?: readonly { readonly type?: string; readonly status?: string }[] }
}

/** What is being done, as a clause; undefined when nobody does anything. */
export function handledElsewhere(view: View, node: KubeObject): string | undefined {
  if (node.metadata.deletionTimestamp !== undefined) return 'it is being deleted'
  const taints = (node['spec'] as { taints?: readonly { readonly key: string }[] } | undefined)?.taints ?? []
  const tainted = TAINTS.find(([pattern]) => taints.some((taint) => pattern.test(taint.key)))
  return tainted?.[1] ?? (isUnderRepair(node) ? 'a repair is under way' : byMachine(view, node))
}

/** A taint, an annotation or a condition says so. */
function isUnderRepair(node: KubeObject): boolean {
  const taints = (node['spec'] as { taints?: readonly { readonly key: string }[] } | undefined)?.taints ?? []
  const conditions = (node['status'] as { conditions?: readonly { readonly type: string; readonly status: string }[] } | undefined)?.conditions ?? []
  const noted = Object.entries(node.metadata.annotations ?? {}).some(([key, value]) => REPAIR.test(key) && !NOT_NOW.test(value))
  return noted || taints.some((taint) => REPAIR.test(taint.key)) || conditions.some((condition) => condition.status === 'True' && REPAIRING.test(condition.type))
}

/** Cluster API: the Machine behind the node is being deleted, or its health check has it remediated. */
function byMachine(view: View, node: KubeObject): string | undefined {
  const machines = view.list('cluster.x-k8s.io', 'Machine') as readonly (KubeObject & Machine)[]
  const machine = machines.find((candidate) => candidate.status?.nodeRef?.name === node.metadata.name)
  if (machine === undefined) return undefined
  const remediated = machine.status?.conditions?.some(({ type, status }) => type === 'OwnerRemediated' && status === 'False') === true
  const leaving = machine.metadata.deletionTimestamp !== undefined
  return leaving || remediated ? `its ${subjectText({ kind: 'Machine', name: machine.metadata.name ?? '' })} is being replaced` : undefined
}
