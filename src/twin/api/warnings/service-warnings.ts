/** What a server warns of in a Service, though it takes it (`pkg/api/service/warnings.go`). */

import type { ServiceSpec } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../../model/kube-object.ts'

const HINTS = 'service.kubernetes.io/topology-aware-hints'
const EXTERNAL_IPS_SINCE_MINOR = 36
const PREFER_CLOSE_SINCE_MINOR = 35

export function serviceWarnings(service: KubeObject, minor: number): string[] {
  const spec = (service['spec'] ?? {}) as ServiceSpec
  const isHeadless = spec.type === 'ClusterIP' && spec.clusterIP === 'None'
  return [
    ...(service.metadata.annotations?.[HINTS] === undefined ? [] : [`annotation ${HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead`]),
    ...(isHeadless ? headlessWarnings(spec) : []),
    ...typeWarnings(spec, { minor, isHeadless }),
    ...(spec.trafficDistribution === 'PreferClose' && minor >= PREFER_CLOSE_SINCE_MINOR ? ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'] : []),
  ]
}

/** What there is no address for. */
function headlessWarnings({ loadBalancerIP = '', externalIPs = [], sessionAffinity = 'None' }: ServiceSpec): string[] {
  return [
    ...(loadBalancerIP === '' ? [] : ['spec.loadBalancerIP is ignored for headless services']),
    ...(externalIPs.length === 0 ? [] : ['spec.externalIPs is ignored for headless services']),
    ...(sessionAffinity === 'None' ? [] : ['spec.SessionAffinity is ignored for headless services']),
  ]
}

function typeWarnings({ type, externalIPs = [], externalName = '' }: ServiceSpec, { minor, isHeadless }: { readonly minor: number; readonly isHeadless: boolean }): string[] {
  const isName = type === 'ExternalName'
  const isOld = externalIPs.length > 0 && !isHeadless && !isName && minor >= EXTERNAL_IPS_SINCE_MINOR
  return [
    ...(isOld ? ['spec.externalIPs is deprecated and may no longer be implemented in some clusters'] : []),
    ...(isName && externalIPs.length > 0 ? ['spec.externalIPs is ignored when spec.type is "ExternalName"'] : []),
    ...(!isName && externalName !== '' ? ['spec.externalName is ignored when spec.type is not "ExternalName"'] : []),
  ]
}
