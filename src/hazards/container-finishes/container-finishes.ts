/**
 * The process ends well (code 0) although the pod expects it to run on, so it is started again and again: a task in a
 * Deployment, a shell without anything to do, a server that puts itself into the background.
 */

import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText } from '../../model/kube-object.ts'
import { runsDifferently } from '../../model/topology/history.ts'
import type { Plan } from '../../model/plan.ts'
import type { View } from '../../model/view.ts'
import { byWorkloadContainer, troubledContainers, type ContainerTrouble } from '../shared/container-trouble.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { lineEvidence, troubleLines } from '../shared/logs.ts'
import { askPlan } from '../shared/plan-parts.ts'
import { killedByProbe } from '../shared/probe-events.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'container-finishes'

function detect(view: View): Finding[] {
  const finished = troubledContainers(view).filter((trouble) => !trouble.init && trouble.ending?.exitCode === 0 && trouble.ending.reason !== 'OOMKilled' && (trouble.pod.spec?.restartPolicy ?? 'Always') === 'Always' && !killedByProbe(view, trouble) && !view.eventsFor(trouble.pod).some(({ reason }) => reason === 'FailedPostStartHook'))
  return byWorkloadContainer(finished).map((group) => findingFrom(view, group))
}

function findingFrom(view: View, group: readonly ContainerTrouble[]): Finding {
  const first = group[0] as ContainerTrouble
  const last = troubleLines(view, group).at(-1)
  const started = [...(first.spec?.command ?? []), ...(first.spec?.args ?? [])].join(' ')
  return findingOf({
    hazard: ID,
    subject: first.workload,
    symptoms: podSymptoms(group),
    summary: `container ${first.name} of ${subjectText(subjectOf(first.workload))} finishes its work and ends (code 0), although a ${first.workload.kind} expects it to run on${started === '' ? '' : `; it is started with: ${started.slice(0, 120)}`}`,
    evidence: [...group.slice(0, 3).map((trouble) => objectEvidence(trouble.pod, trouble.ending?.path ?? trouble.path, `container ${trouble.name} of ${subjectText(subjectOf(trouble.pod))} ended with code 0, ${trouble.restarts} restarts`)), ...(last === undefined ? [] : [lineEvidence(last)])],
    confidence: 0.84,
    sinceMs: earliest(group),
    explains: ['container-exits', 'rollout-stuck', 'service-without-endpoints', 'application-unhealthy', 'dependency-unreachable'],
    facts: { container: first.name },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const container = String(finding.facts['container'])
  const back = waysBack({ hazard: ID, view, workload, differs: runsDifferently, sinceMs: finding.sinceMs })
  if (back.length > 0) return back
  return [
    askPlan({
      hazard: ID,
      workload,
      goal: `container ${container} of ${subjectText(subjectOf(workload))} runs on, or its task runs as a Job`,
      rationale: 'Whether it is a task or a server that was started wrongly is not recorded in the cluster.',
      needsInput: [{ name: 'command', question: `Is container ${container} a task that should be a Job or CronJob? If it is a server, how is it started so that it stays?`, target: refOf(workload) }],
    }),
  ]
}

export const containerFinishes: Hazard = {
  id: ID,
  title: 'A container finishes although it should run on',
  severity: 3,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Run it as a Job, or start it so that it stays in the foreground.`,
  lookAlikes: ['a Job whose pod ended with 0', 'an init container that is done', 'a server that shuts down well after a failed liveness probe'],
  prevention: 'Use a Job for what ends, and start servers in the foreground.',
  sources: [{ title: 'Pod lifecycle: container restart policy', url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy' }],
  reviewBy: '2027-06-30',
}
