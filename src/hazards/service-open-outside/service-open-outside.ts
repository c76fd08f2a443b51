/** A Service that the network outside reaches by itself: a port on every node, a load balancer for everybody, or an address that the author of the Service claims. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { servicesOf, type ServiceObject } from '../../model/topology/services.ts'

/** Annotations by which the clouds are asked for an address of the inside. */
const INTERNAL = /(load-balancer-(internal|scheme|type|source-ranges)|internal-load-balancer|azure-load-balancer-internal|allow-load-balancer-global-access|inbound-cidrs)$/

type Fault = Omit<AuditFinding, 'of'>

function audit({ cluster }: AuditView): AuditFinding[] {
  return servicesOf(cluster).flatMap((service) => [...claimed(service), ...opened(service)].map((fault) => ({ of: service, ...fault })))
}

function claimed(service: ServiceObject): Fault[] {
  return (service.spec?.externalIPs ?? []).length === 0 ? [] : [{ path: ['spec', 'externalIPs'], summary: `${subjectText(subjectOf(service))} claims ${(service.spec?.externalIPs ?? []).join(', ')}: its pods get what others send there`, advice: 'A load balancer gives addresses; let admission refuse externalIPs.', cause: 'addresses that it claims itself', severity: 2 }]
}

function opened(service: ServiceObject): Fault[] {
  const { type, loadBalancerSourceRanges = [], loadBalancerClass } = service.spec ?? {}
  const of = subjectText(subjectOf(service))
  if (type === 'NodePort') return [{ path: ['spec', 'type'], summary: `${of} opens a port on every node`, advice: 'ClusterIP behind an Ingress or a Gateway.', cause: 'a port on every node' }]
  const asks = Object.keys(service.metadata.annotations ?? {}).some((key) => INTERNAL.test(key))
  const open = type === 'LoadBalancer' && !asks && loadBalancerClass === undefined && (loadBalancerSourceRanges.length === 0 || loadBalancerSourceRanges.includes('0.0.0.0/0'))
  return open ? [{ path: ['spec', ...(loadBalancerSourceRanges.length === 0 ? ['type'] : ['loadBalancerSourceRanges'])], summary: `${of} asks for a load balancer that takes from everybody`, advice: 'loadBalancerSourceRanges, or the annotation that asks the cloud for an internal address.', cause: 'a load balancer for everybody' }] : []
}

export const serviceOpenOutside: AuditRule = {
  id: 'service-open-outside',
  title: 'A Service that is open to the outside',
  severity: 4,
  appliesTo: ['/Service'],
  audit,
  lookAlikes: ['a Service of the cluster alone', 'a load balancer with source ranges, a class or an annotation of its own'],
  prevention: 'One way in, an Ingress or Gateway, and admission for the rest.',
  sources: [
    { title: 'Service: publishing', url: 'https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types' },
    { title: 'CVE-2020-8554', url: 'https://github.com/kubernetes/kubernetes/issues/97076' },
  ],
  reviewBy: '2027-06-30',
}
