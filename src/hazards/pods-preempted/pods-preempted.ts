/**
 * Pods had to go because more important ones wanted their place, and nobody has room for them now. The scheduler did what
 * priorities say; the fault is with who came: what it asks for, or how important it says it is.
 *
 * The workload that took the room is the subject. Where it was displaced itself, that is a chain, and the one at its
 * head is told. Evictions for the node's own sake, and pods that found another place, are not this.
 */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText } from '../../model/kube-object.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import type { Plan } from '../../model/plan.ts'
import type { View } from '../../model/view.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { requestsOf } from '../shared/placement.ts'
import { askPlan, canChangeTemplate } from '../shared/plan-parts.ts'
import { waysBack } from '../shared/ways-back.ts'
import { preemptionsIn, priorityText, workloadTexts, type Preemption } from './preemptions.ts'

const ID = 'pods-preempted'

function detect(view: View): Finding[] {
  const groups = Map.groupBy(preemptionsIn(view), ({ by }) => keyOf(workloadOf(view, by)))
  return [...groups.values()].flatMap((group) => (group[0] === undefined ? [] : [findingFrom(view, [group[0], ...group.slice(1)])]))
}

function findingFrom(view: View, group: readonly [Preemption, ...Preemption[]]): Finding {
  const [{ by, told }] = group
  const workload = workloadOf(view, by)
  const victims = group.map(({ victim }) => victim)
  const names = workloadTexts(view, victims)
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: uniqueSubjects([...podSymptoms(victims.map((pod) => ({ pod }))), ...victims.map((pod) => subjectOf(workloadOf(view, pod)))]),
    summary: `${subjectText(subjectOf(workload))} (${priorityText(by)}) took the place of pods of ${names.slice(0, 4).join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''}, and nothing has room for them`,
    evidence: group.slice(0, 4).map(({ evidence }) => evidence),
    confidence: told ? 0.94 : 0.72,
    sinceMs: earliest(group),
    explains: ['unschedulable', 'pods-preempted', 'rollout-stuck', 'service-without-endpoints', 'dependency-unreachable', 'quota-exceeded'],
    facts: { victims: names },
  })
}

/** Does the earlier revision ask for less, or call itself less important? */
function askedForLess(earlier: PodTemplateSpec, current: PodTemplateSpec): boolean {
  const [before, now] = [earlier.spec, current.spec]
  return before !== undefined && now !== undefined && (before.priorityClassName !== now.priorityClassName || !jsonEqual(requestsOf(before), requestsOf(now)))
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined || !canChangeTemplate(workload)) return []
  const back = waysBack({ hazard: ID, view, workload, differs: askedForLess })
  return back.length > 0 ? back : [askWhoYields(finding, workload)]
}

function askWhoYields(finding: Finding, workload: NonNullable<ReturnType<typeof workloadOfFinding>>): Plan {
  const name = subjectText(subjectOf(workload))
  const victims = (finding.facts['victims'] as readonly string[]).slice(0, 4).join(', ')
  return askPlan({
    hazard: ID,
    workload,
    goal: `${name} and those that it displaced have room`,
    rationale: 'The cluster is too small for all of them. Which is worth more, or whether nodes are added, is a decision of their owners.',
    needsInput: [{ name: 'requests', question: `What should ${name} ask for, or which priority class should it have, so that ${victims} find room again?`, target: refOf(workload) }],
  })
}

export const podsPreempted: Hazard = {
  id: ID,
  title: 'Pods were displaced by more important ones',
  severity: 2,
  family: 'placement',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Either nodes are added, or one of them must ask for less or matter less; which is a decision of their owners.`,
  lookAlikes: ['pods that were displaced and run elsewhere', 'pods that wait for room although nobody more important came', 'pods that a node evicted for its own memory or disk', 'a more important workload that has stood for long'],
  prevention: 'Few priority classes, each with an owner and a quota (scopeSelector PriorityClass), and requests that are checked against free capacity before the rollout.',
  sources: [{ title: 'Pod priority and preemption', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/' }],
  reviewBy: '2027-11-30',
}
