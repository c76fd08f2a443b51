/**
 * Pods match a Service and none is ready: what its callers feel. Almost always the consequence of something that
 * another hazard names; alone it says only where to look.
 */

import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { conditionOf, type PodObject } from '../../model/kube/workload.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import { isServed, podsBehind, servicesOf, type ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf } from '../shared/finding.ts'
import { isTooFresh } from '../shared/patience.ts'

const ID = 'service-without-endpoints'
/** An ordinary start takes this long. */
const PATIENCE_MS = 3 * 60_000

function detect(view: View): Finding[] {
  return servicesOf(view).flatMap((service) => {
    const pods = podsBehind(view, service)
    const stated = pods.filter((pod) => pod.status?.conditions !== undefined)
    if (stated.length === 0 || isServed(view, service)) return []
    const sinceMs = earliest(stated.map((pod) => ({ sinceMs: unreadySinceMs(pod) })))
    return isTooFresh(view, sinceMs, PATIENCE_MS) ? [] : [findingFrom(service, stated, sinceMs)]
  })
}

/** A pod that no node has taken has no Ready condition yet: then since it was made. */
function unreadySinceMs(pod: PodObject): number | undefined {
  return parseTimeMs(conditionOf(pod, 'Ready')?.lastTransitionTime ?? pod.metadata.creationTimestamp)
}

function findingFrom(service: ServiceObject, pods: ReturnType<typeof podsBehind>, sinceMs: number | undefined): Finding {
  return findingOf({
    hazard: ID,
    subject: service,
    symptoms: uniqueSubjects([subjectOf(service), ...pods.map(subjectOf)]),
    summary: `${subjectText(subjectOf(service))} has ${pods.length} pods and none is ready`,
    evidence: pods.slice(0, 3).map((pod) => objectEvidence(pod, 'status.conditions', `${subjectText(subjectOf(pod))} is not Ready`)),
    confidence: 0.4,
    sinceMs,
    explains: [],
    facts: { dependent: true },
  })
}

export const serviceWithoutEndpoints: Hazard = {
  id: ID,
  title: 'No pod behind a Service is ready',
  severity: 2,
  family: 'traffic',
  appliesTo: ['/Service'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}, and nothing in the cluster says why the pods do not become ready.`,
  lookAlikes: ['pods that have just started', 'a Service that publishes unready addresses'],
  prevention: 'More than one replica, spread, with readiness that reflects the application.',
  sources: [{ title: 'Debug Services', url: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/' }],
  reviewBy: '2027-06-30',
}
