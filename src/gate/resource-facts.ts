/**
 * The target of a step as policies see it, read from the object in the cluster and not from the plan: the API
 * server's spelling of the name, the object's own labels.
 */

import { subjectText, type KubeObject } from '../model/kube-object.ts'
import { isNode, isPod, podTemplateOf, type NodeObject } from '../model/kube/workload.ts'
import type { Target } from '../model/plan.ts'
import type { View } from '../model/view.ts'
import type { ResourceFacts } from './cedar-request.ts'

export type Resolved = { readonly type: 'resolved'; readonly object: KubeObject } | { readonly type: 'unknown'; readonly detail: string }

/** The object that the plan means, as it is in the snapshot. A plan about another object of that name is not about this one. */
export function resolveTarget(target: Target, view: Pick<View, 'get'>): Resolved {
  const object = view.get(target)
  if (object === undefined) return { type: 'unknown', detail: `${subjectText(target)} is not in the cluster` }
  const { uid } = object.metadata
  if (target.uid !== undefined && uid !== undefined && uid !== '' && uid !== target.uid) return { type: 'unknown', detail: `${subjectText(target)} is another object than the plan was made for` }
  return { type: 'resolved', object }
}

export function resourceFacts(object: KubeObject): ResourceFacts {
  const { name = '', namespace } = object.metadata
  const { kind } = object
  if (isNode(object)) return { type: 'Node', kind, name, controlPlane: isControlPlane(object) }
  if (kind === 'Namespace' && object.apiVersion === 'v1') return { type: 'Namespace', kind, name }
  if (namespace === undefined) return { type: 'ClusterObject', kind, name }
  if (!isPod(object) && podTemplateOf(object) === undefined) return { type: 'Object', kind, name, namespace }
  return { type: 'Workload', kind, name, namespace, stateful: kind === 'StatefulSet' }
}

/** Either label or taint: kubeadm sets both, older clusters say `master`. */
const CONTROL_PLANE_KEYS = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master', 'node-role.kubernetes.io/controlplane', 'node-role.kubernetes.io/etcd']

function isControlPlane(node: NodeObject): boolean {
  const labels = node.metadata.labels ?? {}
  const taints = node.spec?.taints?.map((taint) => taint.key) ?? []
  return CONTROL_PLANE_KEYS.some((key) => Object.hasOwn(labels, key) || taints.includes(key))
}
