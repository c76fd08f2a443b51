/**
 * NamespaceLifecycle admission: nothing is created in a namespace that is not there or is going away, and the
 * system's own namespaces cannot be deleted (`staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle`).
 */

import type { StoreReader } from '../store.ts'
import type { Resource } from './resource.ts'
import { forbidden, notFound } from './status-error.ts'

const IMMORTAL = ['default', 'kube-system', 'kube-public']
const NAMESPACES = { group: '', plural: 'namespaces' }

export function admitIntoNamespace(options: { readonly store: StoreReader; readonly resource: Resource; readonly namespace: string; readonly name: string }): void {
  const { store, resource, namespace, name } = options
  const found = store.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace })
  if (found === undefined) throw notFound(NAMESPACES, namespace)
  if (found.metadata.deletionTimestamp === undefined) return
  const message = `namespace ${namespace} is being terminated`
  throw forbidden(resource, name, `unable to create new content in namespace ${namespace} because it is being terminated`, [
    { reason: 'NamespaceTerminating', message, field: 'metadata.namespace' },
  ])
}

export function admitNamespaceRemoval(name: string): void {
  if (IMMORTAL.includes(name)) throw forbidden(NAMESPACES, name, 'this namespace may not be deleted')
}
