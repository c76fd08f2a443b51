/**
 * Which pool a node belongs to, by the label its maker gave it and that other nodes share. A node without siblings is
 * nobody's pool: nothing says that it would be replaced.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import type { View } from '../../model/view.ts'

export interface Pool {
  readonly matchLabels: Readonly<Record<string, string>>
  readonly nodes: readonly KubeObject[]
}

/** Labels of GKE, EKS, AKS, Karpenter, kOps, Cluster API and the usual home-grown ones: their last word says pool or group. */
const POOL_LABEL = /(^|[./_-])(node-?pool(-name)?|node-?group(-name)?|agent-?pool|instance-?group|machine-?(set|pool|deployment)|pool(-name)?)$/i
export const CONTROL_PLANE_LABELS = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master', 'node-role.kubernetes.io/etcd']

/** The pool of this node; undefined when no label shared with another node names one. */
export function poolOf(view: View, node: KubeObject): Pool | undefined {
  const nodes = view.list('', 'Node')
  const pools = Object.entries(node.metadata.labels ?? {})
    .filter(([label, value]) => POOL_LABEL.test(label) && value !== '')
    .map(([label, value]) => ({ matchLabels: { [label]: value }, nodes: nodes.filter((other) => other.metadata.labels?.[label] === value) }))
  return pools.filter((pool) => pool.nodes.length > 1).sort((left, right) => left.nodes.length - right.nodes.length)[0]
}

export function isControlPlane(node: KubeObject): boolean {
  return CONTROL_PLANE_LABELS.some((label) => node.metadata.labels?.[label] !== undefined)
}

/** Ready and open for new pods. */
export function takesPods(node: KubeObject): boolean {
  return conditionOf(node, 'Ready')?.status === 'True' && (node['spec'] as { unschedulable?: boolean } | undefined)?.unschedulable !== true
}
