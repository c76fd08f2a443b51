/**
 * A container without a memory limit is ended by the kernel because the node ran out of memory. The limit of the
 * container cannot be the cause, for it has none: the node is too full, and this container was chosen.
 */

import { eventEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import { containerNamed } from '../../model/topology/history.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { byWorkloadContainer, troubledContainers, type ContainerTrouble } from '../shared/container-trouble.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { askPlan } from '../shared/plan-parts.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'memory-unlimited'

function detect(view: View): Finding[] {
  const killed = troubledContainers(view).filter((trouble) => trouble.spec !== undefined && trouble.spec.resources?.limits?.['memory'] === undefined && (trouble.ending?.reason === 'OOMKilled' || nodeKilled(view, trouble)))
  return byWorkloadContainer(killed).map((group) => findingFrom(view, group))
}

/** The kernel's kill that the runtime did not recognise: SIGKILL, and the node says at that time that it ran out of memory. */
function nodeKilled(view: View, { ending, pod }: ContainerTrouble): boolean {
  const node = view.get({ apiVersion: 'v1', kind: 'Node', name: pod.spec?.nodeName ?? '' })
  if (ending?.exitCode !== 137 || node === undefined) return false
  const endedMs = ending.finishedMs ?? view.nowMs
  return view.eventsFor(node).some(({ reason, firstMs, lastMs }) => /OOM/.test(reason) && (firstMs ?? 0) - NEAR_MS < endedMs && endedMs < (lastMs ?? view.nowMs) + NEAR_MS)
}

/** Kubelets tell of it within a minute or so, and repeat themselves. */
const NEAR_MS = 10 * 60_000

function findingFrom(view: View, group: readonly ContainerTrouble[]): Finding {
  const first = group[0] as ContainerTrouble
  const names = new Set(group.map((trouble) => trouble.pod.spec?.nodeName).filter((name) => name !== undefined))
  const nodes = view.list('', 'Node').filter((node) => names.has(node.metadata.name ?? ''))
  const told = nodes.flatMap((node) => view.eventsFor(node)).filter((event) => /OOM/.test(event.reason)).slice(0, 2)
  return findingOf({
    hazard: ID,
    subject: first.workload,
    symptoms: uniqueSubjects([...podSymptoms(group), ...nodes.map(subjectOf)]),
    summary: `container ${first.name} of ${subjectText(subjectOf(first.workload))} has no memory limit and was ended because ${[...names].map((name) => `Node ${name}`).join(', ') || 'its node'} ran out of memory`,
    evidence: [...group.slice(0, 3).map((trouble) => objectEvidence(trouble.pod, trouble.ending?.path ?? trouble.path, `container ${trouble.name} of ${subjectText(subjectOf(trouble.pod))} was ${trouble.ending?.reason === 'OOMKilled' ? 'OOMKilled' : 'killed (137)'} without a limit of its own`)), ...told.map((event) => eventEvidence(event))],
    confidence: 0.88,
    sinceMs: earliest(group),
    explains: ['container-exits', 'bad-probe', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'failed-job', 'dependency-unreachable'],
    facts: { container: first.name },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const container = String(finding.facts['container'])
  const back = waysBack({ hazard: ID, view, workload, differs: (earlier) => containerNamed(earlier, container)?.resources?.limits?.['memory'] !== undefined, what: () => `took the memory limit from ${container}` })
  if (back.length > 0) return back
  return [
    askPlan({
      hazard: ID,
      workload,
      goal: `container ${container} of ${subjectText(subjectOf(workload))} is placed where its memory is, and stays within it`,
      rationale: 'How much it needs is not recorded in the cluster.',
      needsInput: [{ name: 'memory', question: `How much memory should container ${container} request, and at most use?`, target: refOf(workload) }],
    }),
  ]
}

export const memoryUnlimited: Hazard = {
  id: ID,
  title: 'A node ran out of memory and ended a container without a limit',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Give it a request and a limit, so that it is placed where the memory is.`,
  lookAlikes: ['OOMKilled at the container\'s own limit', 'exit code 137 without OOMKilled and without a word of the node about its memory, which is any SIGKILL', 'an eviction, which the kubelet announces'],
  prevention: 'Require memory requests and limits, for instance by a LimitRange.',
  sources: [{ title: 'Node-pressure eviction: node out of memory behaviour', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#node-out-of-memory-behavior' }],
  reviewBy: '2027-06-30',
}
