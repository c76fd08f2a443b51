/**
 * What is in every cluster before anybody does anything: the system namespaces, the system priority classes, flow schemas with their
 * priority levels, the `kubernetes` Service. Whatever a snapshot brings along is kept as it is.
 */

import { isFault } from '../kernel/fault.ts'
import { refOf, type KubeObject } from '../model/kube-object.ts'
import { bootstrapNamespace } from './api/bootstrap-namespace.ts'
import { BOOTSTRAP_FLOW_OBJECTS } from './api/flow-bootstrap.ts'
import type { Api } from './api/api.ts'
import type { StoreReader } from './store.ts'

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

/** `pkg/apis/scheduling/v1/helpers.go`. */
const PRIORITIES = [
  { name: 'system-cluster-critical', value: 2_000_000_000, description: 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.' },
  { name: 'system-node-critical', value: 2_000_001_000, description: 'Used for system critical pods that must not be moved from their current node.' },
]

/** The address that kubeadm's service range gives to the API server. */
const API_SERVICE: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, targetPort: 6443 }] },
}

export function bootstrapCluster(store: StoreReader, api: Api): void {
  const ensure = (object: KubeObject): void => {
    if (store.get(refOf(object)) === undefined) api.create(object)
  }
  for (const name of NAMESPACES) ensure({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  for (const { name, ...rest } of PRIORITIES) ensure({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, ...rest })
  for (const object of BOOTSTRAP_FLOW_OBJECTS) ensure(object)
  for (const namespace of store.list('/Namespace')) {
    if (namespace.metadata.deletionTimestamp === undefined) bootstrapNamespace(store, namespace.metadata.name ?? '', (object) => api.create(object))
  }
  unlessRefused(() => ensure(API_SERVICE))
}

/** What was collected may hold that address or a quota that leaves no room, and nothing in a twin needs the Service. */
function unlessRefused(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!isFault(error)) throw error
  }
}
