/** A part of the API that another server serves (metrics, custom metrics) is not available, so autoscalers and deletions of namespaces wait for it. */

import { parseTimeMs } from '../../kernel/clock.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { isTooFresh } from '../shared/patience.ts'

const ID = 'api-service-unavailable'
const PATIENCE_MS = 2 * 60_000

function detect(view: View): Finding[] {
  return view.list('apiregistration.k8s.io', 'APIService').flatMap((service) => {
    const available = conditionOf(service, 'Available')
    const sinceMs = parseTimeMs(available?.lastTransitionTime)
    return available?.status !== 'False' || isTooFresh(view, sinceMs, PATIENCE_MS) ? [] : [findingFrom(view, service, sinceMs)]
  })
}

function findingFrom(view: View, service: KubeObject, sinceMs: number | undefined): Finding {
  const available = conditionOf(service, 'Available')
  const spec = service['spec'] as { group?: string; service?: { name?: string; namespace?: string } } | undefined
  const waiting = (spec?.group ?? '').endsWith('metrics.k8s.io') ? view.list('autoscaling', 'HorizontalPodAutoscaler').filter((scaler) => conditionOf(scaler, 'ScalingActive')?.status === 'False') : []
  const namespaces = view.list('', 'Namespace').filter((namespace) => conditionOf(namespace, 'NamespaceDeletionDiscoveryFailure')?.status === 'True')
  const backing = spec?.service === undefined ? '' : `; it is served by Service ${spec.service.namespace ?? ''}/${spec.service.name ?? ''}`
  return findingOf({
    hazard: ID,
    subject: service,
    symptoms: uniqueSubjects([subjectOf(service), ...waiting.map(subjectOf), ...namespaces.map(subjectOf)]),
    summary: `${subjectText(subjectOf(service))} is not available: ${available?.reason ?? ''} ${available?.message ?? ''}`.trim().slice(0, 300) + backing,
    evidence: [objectEvidence(service, 'status.conditions', `Available is False: ${available?.reason ?? ''} ${available?.message ?? ''}`)],
    confidence: 0.9,
    sinceMs,
    explains: ['hpa-cannot-scale', 'finalizer-stuck'],
    facts: { dependent: true },
  })
}

export const apiServiceUnavailable: Hazard = {
  id: ID,
  title: 'A part of the API is not served',
  severity: 2,
  family: 'control',
  appliesTo: ['apiregistration.k8s.io/APIService'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. Bring back what serves it, or remove the registration of what was uninstalled.`,
  lookAlikes: ['a part that the API server serves itself', 'a server that has just been started'],
  prevention: 'Run extension API servers with more than one replica, and remove their registration with them.',
  sources: [{ title: 'Kubernetes API aggregation layer', url: 'https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/' }],
  reviewBy: '2027-06-30',
}
