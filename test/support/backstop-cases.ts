/** What the backstop of `boyd rbac` refuses to Boyd's own account, on whatever cluster it stands. */

import type { KubeObject } from '../../src/model/kube-object.ts'
import type { Cluster } from '../../src/ports/cluster.ts'
import { DEFAULT_HOME } from '../../src/app/rbac/manifests.ts'

export interface BackstopCase {
  readonly name: string
  readonly send: (actor: Cluster) => Promise<unknown>
  readonly says: string
}

const ROLE = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' }
export const TOUCH = { type: 'merge', body: { metadata: { labels: { touched: 'yes' } } } } as const

export function backstopSecret(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default' } }
}

export function backstopConfig(name: string, namespace: string): { readonly apiVersion: string; readonly kind: string; readonly name: string; readonly namespace: string } {
  return { apiVersion: 'v1', kind: 'ConfigMap', name, namespace }
}

/** What the cases are about; a node of the control plane, and a ConfigMap in a protected namespace and out of it. */
export const BACKSTOP_OBJECTS: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: 'kube-system' } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ours', namespace: 'default' } },
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'cp-1', labels: { 'node-role.kubernetes.io/control-plane': '' } } },
]

export const BACKSTOP_CASES: readonly BackstopCase[] = [
  { name: 'a change in kube-system', send: (actor) => actor.patch(backstopConfig('theirs', 'kube-system'), TOUCH), says: 'a protected namespace is out of reach' },
  { name: 'a Secret', send: (actor) => actor.create(backstopSecret('mine')), says: 'this kind is out of reach' },
  { name: 'a role', send: (actor) => actor.create({ ...ROLE, metadata: { name: 'mine' }, rules: [] }), says: 'this kind is out of reach' },
  { name: 'a pod of its own', send: (actor) => actor.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'mine', namespace: 'default' }, spec: { containers: [{ name: 'a', image: 'a:1' }] } }), says: 'no enabled verb makes this change' },
  { name: 'deleting a ConfigMap', send: (actor) => actor.remove(backstopConfig('ours', 'default')), says: 'no enabled verb makes this change' },
  { name: 'deleting a namespace', send: (actor) => actor.remove({ apiVersion: 'v1', kind: 'Namespace', name: DEFAULT_HOME }), says: 'a protected namespace is out of reach' },
  { name: 'a node of the control plane', send: (actor) => actor.patch({ apiVersion: 'v1', kind: 'Node', name: 'cp-1' }, TOUCH), says: 'nodes of the control plane are out of reach' },
]
