/**
 * All containers of a pod are ready and the pod is not: it has a readiness gate, a condition that a controller outside
 * of Kubernetes has to set, and nobody sets it.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { conditionOf, isPod, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import type { Plan } from '../../model/plan.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { isTooFresh } from '../shared/patience.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'readiness-gate-unset'
/** A load balancer needs a few minutes to find a target well. */
const PATIENCE_MS = 5 * 60_000

interface Row {
  readonly pod: PodObject
  readonly gate: string
  readonly sinceMs: number | undefined
}

function detect(view: View): Finding[] {
  const rows = view.list('', 'Pod').filter(isPod).flatMap((pod) => rowOf(view, pod))
  return [...Map.groupBy(rows, ({ pod }) => keyOf(workloadOf(view, pod))).values()].flatMap((group) => (group[0] === undefined ? [] : [findingFrom(view, [group[0], ...group.slice(1)])]))
}

function rowOf(view: View, pod: PodObject): Row[] {
  const gate = pod.spec?.readinessGates?.find(({ conditionType }) => conditionOf(pod, conditionType)?.status !== 'True')?.conditionType
  const statuses = pod.status?.containerStatuses ?? []
  const wellInside = pod.status?.phase === 'Running' && statuses.length > 0 && statuses.every(({ ready }) => ready) && conditionOf(pod, 'Ready')?.status !== 'True'
  const sinceMs = parseTimeMs(conditionOf(pod, 'ContainersReady')?.lastTransitionTime ?? statuses[0]?.state?.running?.startedAt)
  return gate === undefined || !wellInside || isTerminating(pod) || isTooFresh(view, sinceMs, PATIENCE_MS) ? [] : [{ pod, gate, sinceMs }]
}

function findingFrom(view: View, group: readonly [Row, ...Row[]]): Finding {
  const [{ pod, gate }] = group
  const workload = workloadOf(view, pod)
  const said = conditionOf(pod, gate)
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: podSymptoms(group),
    summary: `${group.length} pods of ${subjectText(subjectOf(workload))} are well and not ready, because their readiness gate ${gate} ${said === undefined ? 'is set by nobody' : `is ${said.status}${said.message === undefined ? '' : `: ${said.message}`}`}`,
    evidence: group.slice(0, 3).map((row) => objectEvidence(row.pod, 'spec.readinessGates', `all containers of ${subjectText(subjectOf(row.pod))} are ready; condition ${row.gate} is ${conditionOf(row.pod, row.gate)?.status ?? 'not there'}`)),
    confidence: 0.9,
    sinceMs: earliest(group),
    explains: ['rollout-stuck', 'service-without-endpoints', 'application-unhealthy', 'dependency-unreachable'],
    facts: { gate },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  return workload === undefined ? [] : waysBack({ hazard: ID, view, workload, differs: (earlier, current) => !jsonEqual(earlier.spec?.readinessGates ?? [], current.spec?.readinessGates ?? []), what: () => `added the readiness gate ${String(finding.facts['gate'])}` })
}

export const readinessGateUnset: Hazard = {
  id: ID,
  title: 'A readiness gate is never set',
  severity: 2,
  family: 'traffic',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Look at the controller that sets it (of a load balancer, of a mesh): is it there, and does it know these pods?`,
  lookAlikes: ['a container that is not ready itself', 'a gate that has waited for a few minutes', 'a gate that is set'],
  prevention: 'Gates only where their controller is part of the same delivery, and an alert on pods whose containers are ready and which are not.',
  sources: [{ title: 'Pod lifecycle: pod readiness', url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-readiness-gate' }],
  reviewBy: '2027-11-30',
}
