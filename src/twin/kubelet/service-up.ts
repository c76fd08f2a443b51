/**
 * Is there a ready endpoint behind a Service? Asked when a process that depends on it is about to give up.
 */

import type { Service } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { isReady, isTerminating } from '../../model/kube/workload.ts'
import type { StoreReader } from '../store.ts'

/** `name` is looked up in `namespace`, `name.namespace` where it says. A Service that is not there is down. */
export function isServiceUp(store: Pick<StoreReader, 'get' | 'list' | 'podsCarrying'>, name: string, namespace: string): boolean {
  const [serviceName = '', ownNamespace = namespace] = name.split('.')
  const service = store.get({ apiVersion: 'v1', kind: 'Service', namespace: ownNamespace, name: serviceName }) as (KubeObject & Service) | undefined
  if (service === undefined) return false
  if (service.spec?.type === 'ExternalName') return true
  const selector = service.spec?.selector ?? {}
  if (Object.keys(selector).length === 0) return hasReadyEndpoint(store, serviceName, ownNamespace)
  return store.podsCarrying(ownNamespace, selector).some((pod) => isReady(pod) && !isTerminating(pod))
}

/** A Service without a selector: somebody else wrote its endpoints. */
function hasReadyEndpoint(store: Pick<StoreReader, 'get' | 'list'>, name: string, namespace: string): boolean {
  for (const slice of store.list('discovery.k8s.io/EndpointSlice', namespace)) {
    if (slice.metadata.labels?.['kubernetes.io/service-name'] !== name) continue
    const endpoints = (slice['endpoints'] ?? []) as readonly { readonly conditions?: { readonly ready?: boolean } }[]
    if (endpoints.some((endpoint) => endpoint.conditions?.ready !== false)) return true
  }
  const endpoints = store.get({ apiVersion: 'v1', kind: 'Endpoints', namespace, name })
  return ((endpoints?.['subsets'] ?? []) as readonly { readonly addresses?: readonly object[] }[]).some((subset) => (subset.addresses ?? []).length > 0)
}
