/** A Service of type LoadBalancer that gets no address: the cloud refuses it, or there is nobody who gives out addresses. */

import type { Service } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { eventEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { isTooFresh } from '../shared/patience.ts'

const ID = 'load-balancer-pending'
/** Clouds take a few minutes. */
const PATIENCE_MS = 10 * 60_000

function detect(view: View): Finding[] {
  return (view.list('', 'Service') as readonly (KubeObject & Service)[]).flatMap((service) => {
    const bornMs = parseTimeMs(service.metadata.creationTimestamp)
    const status = service.status?.loadBalancer
    if (service.spec?.type !== 'LoadBalancer' || status === undefined || (status.ingress ?? []).length > 0 || isTooFresh(view, bornMs, PATIENCE_MS)) return []
    const told = view.eventsFor(service).find((event) => event.type === 'Warning')
    return [
      findingOf({
        hazard: ID,
        subject: service,
        symptoms: told === undefined ? [] : [subjectOf(service)],
        summary: `${subjectText(subjectOf(service))} gets no address from a load balancer${told === undefined ? ', and nobody says why: is there a controller that gives out addresses?' : `: ${told.message.slice(0, 200)}`}`,
        evidence: [objectEvidence(service, 'status.loadBalancer', 'it has no address'), ...(told === undefined ? [] : [eventEvidence(told)])],
        confidence: told === undefined ? 0.5 : 0.9,
        sinceMs: told?.firstMs ?? bornMs,
      }),
    ]
  })
}

export const loadBalancerPending: Hazard = {
  id: ID,
  title: 'A load balancer gives no address',
  severity: 3,
  family: 'traffic',
  appliesTo: ['/Service'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. The fault is with the provider, its quota or its annotations; the pods behind it are not to be touched.`,
  lookAlikes: ['a load balancer that was asked for a moment ago', 'a Service that was collected without its status', 'an address without endpoints behind it'],
  prevention: 'Check the quota of addresses and the annotations of the provider before a rollout.',
  sources: [{ title: 'Service: type LoadBalancer', url: 'https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer' }],
  reviewBy: '2027-06-30',
}
