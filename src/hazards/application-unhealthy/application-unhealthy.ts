/**
 * The application runs and says that it is not well, or does not answer: probes fail, and the probe is right.
 *
 * The fault is in the application, its data or what it calls. Where it came with the last rollout, the revision before
 * it is the way out; otherwise nothing in the cluster is to be changed.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { eventEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { containerStatusesOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { runsDifferently } from '../../model/topology/history.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { lastMatch, lineEvidence, linesOf } from '../shared/logs.ts'
import { isTooFresh } from '../shared/patience.ts'
import { waysBack } from '../shared/ways-back.ts'
import { isWrongPathStatus } from '../shared/probe-events.ts'
import { patienceMs } from '../shared/probe-target.ts'
import { probeOf, unreadyContainers, type Unready } from '../shared/unready.ts'

const ID = 'application-unhealthy'
const TELLING = /\b(error|fail(ed|ure)?|exception|panic|refused|timeout|timed out|unavailable|cannot|unable|denied|exhausted)\b/i

function detect(view: View): Finding[] {
  const unwell = unreadyContainers(view).filter((row) => isSaid(row) && !asksWrongPath(row) && !isStarting(view, row))
  const groups = Map.groupBy(unwell, (row) => `${subjectText(subjectOf(row.workload))}|${row.container.name}`)
  return [...groups.values()].map((group) => findingFrom(view, group))
}

/** A kill alone is nobody's word about the application. */
function isSaid({ failures, probe }: Unready): boolean {
  return failures.length > 0 || probe !== 'liveness'
}

/** A healthy server says of a path that it has none there. */
function asksWrongPath({ failures, probe }: Unready): boolean {
  return isWrongPathStatus(failures.find((failure) => failure.probe === probe)?.status)
}

/** It has not used up the time that its own probes give a start, and was not restarted for it. */
function isStarting(view: View, { pod, container, probe, restarts }: Unready): boolean {
  const status = containerStatusesOf(pod).find((row) => row.name === container.name)
  const startedMs = parseTimeMs(status?.state?.running?.startedAt)
  if (restarts > 0 || startedMs === undefined || view.nowMs <= startedMs) return false
  const startMs = container.startupProbe === undefined ? 0 : patienceMs(container.startupProbe)
  const asked = probeOf(container, probe)
  return isTooFresh(view, startedMs, startMs + (asked === undefined || probe === 'startup' ? 0 : patienceMs(asked)))
}

function findingFrom(view: View, group: readonly Unready[]): Finding {
  const row = group[0] as Unready
  const failure = row.failures[0]
  const telling = lastMatch(group.flatMap((item) => linesOf(view, item.pod, item.container.name)), TELLING)?.line
  return findingOf({
    hazard: ID,
    subject: row.workload,
    symptoms: podSymptoms(group),
    summary: `container ${row.container.name} of ${subjectText(subjectOf(row.workload))} does not pass its ${row.probe} probe${failure === undefined ? '' : ` (${failure.message.slice(0, 120)})`}${telling === undefined ? '' : `; it says: ${telling.text.trim().slice(0, 160)}`}`,
    evidence: [...row.failures.slice(0, 3).map((item) => eventEvidence(item.event)), ...(failure === undefined ? [objectEvidence(row.pod, 'status.containerStatuses', `container ${row.container.name} of ${subjectText(subjectOf(row.pod))} runs and is not ready`)] : []), ...(telling === undefined ? [] : [lineEvidence(telling)])],
    confidence: 0.6,
    sinceMs: earliest(group),
    explains: ['rollout-stuck', 'service-without-endpoints'],
    facts: { container: row.container.name, probe: row.probe, dependent: true },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  return workload === undefined ? [] : waysBack({ hazard: ID, view, workload, differs: runsDifferently, sinceMs: finding.sinceMs })
}

export const applicationUnhealthy: Hazard = {
  id: ID,
  title: 'An application runs and does not pass its probes',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. The fault lies in the application or in what it calls; nothing in the cluster is to be changed.`,
  lookAlikes: ['404 from a healthy server: the probe is wrong', 'a start that is slow and still within its probes'],
  prevention: 'Readiness that reflects only what the application itself needs, and rollouts that wait for it.',
  sources: [{ title: 'Configure liveness, readiness and startup probes', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/' }],
  reviewBy: '2027-06-30',
}
