/** Pods that nobody tries to place, because a scheduling gate holds them and whoever set it has not lifted it. */

import type { PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { conditionOf, isPod, isTerminating, podTemplateOf, type PodObject } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { isTooFresh } from '../shared/patience.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'scheduling-gated'
/** A controller that gates pods lifts the gate within moments or queues them on purpose. */
const PATIENCE_MS = 10 * 60_000

function detect(view: View): Finding[] {
  const gated = view.list('', 'Pod').filter(isPod).filter((pod) => gatesOf(pod.spec).length > 0 && pod.spec?.nodeName === undefined && !isTerminating(pod) && !isTooFresh(view, sinceMs(pod), PATIENCE_MS))
  return [...Map.groupBy(gated, (pod) => keyOf(workloadOf(view, pod))).values()].map((pods) => findingFrom(view, pods))
}

function gatesOf(spec: PodSpec | undefined): string[] {
  return ((spec as { schedulingGates?: readonly { name: string }[] } | undefined)?.schedulingGates ?? []).map((gate) => gate.name)
}

function sinceMs(pod: PodObject): number | undefined {
  return parseTimeMs(conditionOf(pod, 'PodScheduled')?.lastTransitionTime ?? pod.metadata.creationTimestamp)
}

function findingFrom(view: View, pods: readonly PodObject[]): Finding {
  const first = pods[0] as PodObject
  const workload = workloadOf(view, first)
  const gates = gatesOf(first.spec).join(', ')
  const inTemplate = gatesOf(podTemplateOf(workload)?.spec).length > 0
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: podSymptoms(pods.map((pod) => ({ pod }))),
    summary: `${pods.length} pods of ${subjectText(subjectOf(workload))} are held back by scheduling gate ${gates}${inTemplate ? ', which its own template sets' : ''}, and nobody lifts it`,
    evidence: pods.slice(0, 3).map((pod) => objectEvidence(pod, 'spec.schedulingGates', `${subjectText(subjectOf(pod))} is gated by ${gates}`)),
    confidence: 0.9,
    sinceMs: sinceMs(first),
    explains: ['rollout-stuck', 'service-without-endpoints', 'dependency-unreachable', 'unschedulable'],
    facts: { gates },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  return workload === undefined ? [] : waysBack({ hazard: ID, view, workload, differs: (earlier) => gatesOf(earlier.spec).length === 0, what: () => `added scheduling gate ${String(finding.facts['gates'])}` })
}

export const schedulingGated: Hazard = {
  id: ID,
  title: 'Pods are held back by a scheduling gate',
  severity: 3,
  family: 'placement',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Look at the controller that owns the gate; lifting it by hand bypasses what it waits for.`,
  lookAlikes: ['a pod that is gated for a moment', 'a pod that no node takes'],
  prevention: 'Alert on pods that stay gated, and run the controller that lifts the gates with more than one replica.',
  sources: [{ title: 'Pod scheduling readiness', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/pod-scheduling-readiness/' }],
  reviewBy: '2027-06-30',
}
