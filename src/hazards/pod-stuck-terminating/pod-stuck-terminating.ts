/**
 * A pod that was told to go long ago and is still there, without a finalizer that holds it: its kubelet does not
 * confirm. Deleting it by force only forgets it; where its node still runs, its containers would run on.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { eventEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { isPod, type PodObject } from '../../model/kube/workload.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf, podSymptoms } from '../shared/finding.ts'

const ID = 'pod-stuck-terminating'
/** Past the grace period, which the deletion time already includes. */
const PATIENCE_MS = 5 * 60_000

function detect(view: View): Finding[] {
  const stuck = view.list('', 'Pod').filter(isPod).filter((pod) => {
    const dueMs = parseTimeMs(pod.metadata.deletionTimestamp)
    return dueMs !== undefined && view.nowMs - dueMs > PATIENCE_MS && (pod.metadata.finalizers ?? []).length === 0
  })
  return [...Map.groupBy(stuck, (pod) => `${keyOf(workloadOf(view, pod))}|${pod.spec?.nodeName ?? ''}`).values()].map((pods) => findingFrom(view, pods))
}

function findingFrom(view: View, pods: readonly PodObject[]): Finding {
  const first = pods[0] as PodObject
  const told = view.eventsFor(first).find((event) => event.type === 'Warning' && /kill|unmount|terminat|stop|sandbox/i.test(`${event.reason} ${event.message}`))
  const node = first.spec?.nodeName
  return findingOf({
    hazard: ID,
    subject: first,
    symptoms: podSymptoms(pods.map((pod) => ({ pod }))),
    summary: `${subjectText(subjectOf(first))} was to be gone at ${first.metadata.deletionTimestamp ?? ''}; ${node === undefined ? 'no node has it' : `the kubelet of ${node} does not say that it ended`}${told === undefined ? '' : ` (${told.message.slice(0, 160)})`}`,
    evidence: [...pods.slice(0, 3).map((pod) => objectEvidence(pod, 'metadata.deletionTimestamp', `${subjectText(subjectOf(pod))} should have ended at ${pod.metadata.deletionTimestamp ?? ''}`)), ...(told === undefined ? [] : [eventEvidence(told)])],
    confidence: 0.78,
    sinceMs: parseTimeMs(first.metadata.deletionTimestamp),
    explains: ['rollout-stuck', 'volume-held-elsewhere', 'stuck-creating'],
    facts: { dependent: true },
  })
}

export const podStuckTerminating: Hazard = {
  id: ID,
  title: 'A pod does not finish terminating',
  severity: 3,
  family: 'control',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. Look at its node first; deleting by force is safe only when the machine is known to be down.`,
  lookAlikes: ['a long grace period that has not passed', 'a pod that a finalizer holds', 'a pod on a node that is lost: the node is the cause'],
  prevention: 'Handle SIGTERM, and let nodes that are shut down say so.',
  sources: [{ title: 'Pod lifecycle: termination of pods', url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination' }],
  reviewBy: '2027-06-30',
}
