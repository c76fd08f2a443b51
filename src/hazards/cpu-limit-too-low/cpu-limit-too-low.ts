/**
 * A container gets so little CPU time that it cannot answer its own probes: they time out, nobody is refused, and the
 * limit is far below what a start takes or was lowered by the last change.
 */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { eventEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { containerNamed, historyOf } from '../../model/topology/history.ts'
import type { View } from '../../model/view.ts'
import { appliedTemplate } from '../shared/applied.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { canChangeTemplate, containerPath, patchWorkloadPlan } from '../shared/plan-parts.ts'
import { unreadyContainers, type Unready } from '../shared/unready.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'cpu-limit-too-low'
/** A twentieth of a core: below it, an interpreter or a JVM does not start within any usual probe. */
const STARVING_MILLI = 50

function detect(view: View): Finding[] {
  const starved = unreadyContainers(view).filter((row) => row.failures.some((failure) => failure.how === 'timeout') && isStarved(view, row))
  const groups = Map.groupBy(starved, (row) => `${subjectText(subjectOf(row.workload))}|${row.container.name}`)
  return [...groups.values()].map((group) => findingFrom(view, group))
}

function limitIn(template: PodTemplateSpec | undefined, container: string): number | undefined {
  return parseMilli(containerNamed(template, container)?.resources?.limits?.['cpu'])
}

function isStarved(view: View, { workload, container }: Unready): boolean {
  const limit = parseMilli(container.resources?.limits?.['cpu'])
  if (limit === undefined) return false
  const before = limitBefore(view, workload, container.name)
  return limit <= STARVING_MILLI || (before !== undefined && before >= 2 * limit)
}

/** The limit of the template before, `Infinity` where it had none; undefined where no earlier template is known. */
function limitBefore(view: View, workload: Unready['workload'], container: string): number | undefined {
  const earlier = historyOf(view, workload)?.earlier[0]?.template ?? appliedTemplate(workload)
  return containerNamed(earlier, container) === undefined ? undefined : (limitIn(earlier, container) ?? Infinity)
}

function findingFrom(view: View, group: readonly Unready[]): Finding {
  const row = group[0] as Unready
  const { workload, container } = row
  const limit = String(container.resources?.limits?.['cpu'])
  const before = limitBefore(view, workload, container.name)
  const text = before === undefined || before <= (parseMilli(limit) ?? 0) ? '' : `, and ${before === Infinity ? 'none' : `${before}m`} before the last change`
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: podSymptoms(group),
    summary: `container ${container.name} of ${subjectText(subjectOf(workload))} is starved by its CPU limit of ${limit}${text}: its ${row.probe} probe times out`,
    evidence: [...row.failures.slice(0, 3).map((failure) => eventEvidence(failure.event)), objectEvidence(row.pod, 'spec.containers', `container ${container.name} has a CPU limit of ${limit}`)],
    confidence: text === '' ? 0.86 : 0.94,
    sinceMs: earliest(group),
    explains: ['bad-probe', 'application-unhealthy', 'container-exits', 'rollout-stuck', 'service-without-endpoints', 'dependency-unreachable'],
    facts: { container: container.name, limit },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const { container, limit } = finding.facts as { container: string; limit: string }
  const now = parseMilli(limit) ?? 0
  const back = waysBack({ hazard: ID, view, workload, differs: (earlier) => containerNamed(earlier, container) !== undefined && (limitIn(earlier, container) ?? Infinity) > now, what: () => `lowered the CPU limit of ${container} to ${limit}` })
  const path = containerPath(workload, container)
  if (back.length > 0 || path === undefined || !canChangeTemplate(workload)) return back
  const requested = parseMilli(containerNamed(podTemplateOf(workload), container)?.resources?.requests?.['cpu']) ?? now
  return [
    patchWorkloadPlan({
      hazard: ID, view, workload,
      approach: `lift-cpu-limit-${container}`,
      goal: `container ${container} of ${subjectText(subjectOf(workload))} gets the CPU time it needs to answer`,
      changes: [{ path: [...path, 'resources', 'limits', 'cpu'], value: undefined }],
      reason: `take the CPU limit of ${container} away; its request of ${requested}m stays`,
      rationale: `${limit} is too little, and how much is enough is not recorded. Without a limit the request still guards its neighbours; that this is acceptable here is an assumption.`,
      values: 'assumed',
    }),
  ]
}

export const cpuLimitTooLow: Hazard = {
  id: ID,
  title: 'A CPU limit starves a container',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Give it a limit that fits its start.`,
  lookAlikes: ['a refused connection: nobody listens, with or without CPU time', 'a time-out of an application that waits for somebody else', 'a low limit of a container that is ready'],
  prevention: 'Set CPU limits from measurements of the start, or leave them out and set requests.',
  sources: [{ title: 'Resource management for pods and containers', url: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/' }],
  reviewBy: '2027-06-30',
}
