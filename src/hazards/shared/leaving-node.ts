/**
 * Who already works on a node: its autoscaler is about to remove it, or a repair of the cloud or of an operator is
 * under way. To race either is how one lost node becomes two.
 */

import { subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { View } from '../../model/view.ts'

/** Taints of cluster-autoscaler and of Karpenter, of medik8s, and of a machine that the cloud has shut down. */
const TAINTS: readonly (readonly [RegExp, string])[] = [
  [/^(ToBeDeletedByClusterAutoscaler|DeletionCandidateOfClusterAutoscaler)$/, 'cluster-autoscaler is taking it away'],
  [/^karpenter\.sh\/(disrupted|disruption)$/, 'Karpenter is replacing it'],
  [/^(medik8s\.io|remediation\.medik8s\.io)\//, 'a remediation is under way'],
]

interface Machine {
  readonly status?: { readonly nodeRef?: { readonly name?: string }; readonly conditions?: readonly { readonly type?: string; readonly status?: string }[] }
}

/** What is being done, as a clause; undefined when nobody does anything. */
export function handledElsewhere(view: View, node: KubeObject): string | undefined {
  if (node.metadata.deletionTimestamp !== undefined) return 'it is being deleted'
  const taints = (node['spec'] as { taints?: readonly { readonly key: string }[] } | undefined)?.taints ?? []
  const tainted = TAINTS.find(([pattern]) => taints.some((taint) => pattern.test(taint.key)))
  return tainted?.[1] ?? byMachine(view, node)
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
