/**
 * A container ends again and again for reasons of its own: the generic crash, after the specific ones had their say.
 *
 * The exit code and the last lines of the log are the evidence. Whether a roll-back may help is decided by one
 * question: did it begin with the current revision, and is there one before it that worked?
 */

import type { Evidence } from '../../model/evidence.ts'
import { eventEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import type { View } from '../../model/view.ts'
import { byWorkloadContainer, troubledContainers, type ContainerTrouble } from '../shared/container-trouble.ts'
import { endingText } from '../shared/exit-codes.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { runsDifferently } from '../../model/topology/history.ts'
import { lastMatch, lineEvidence, troubleLines, type LogLine } from '../shared/logs.ts'
import { waysBack } from '../shared/ways-back.ts'
import { killedByProbe } from '../shared/probe-events.ts'

const ID = 'container-exits'
const START_WAITS = new Set(['CrashLoopBackOff', 'RunContainerError', 'CreateContainerError', 'StartError', 'PostStartHookError', 'PreStartHookError'])
/** Lines that say why, the ones nearest to an end first. */
const TELLING = /\b(panic|fatal|exception|traceback|error|failed|cannot|could not|unable|missing|invalid|not found|required|denied|segmentation|abort)\b/i

function detect(view: View): Finding[] {
  const crashed = troubledContainers(view).filter((trouble) => isCrash(trouble) && !killedByProbe(view, trouble))
  return byWorkloadContainer(crashed).flatMap((group) => {
    const [first] = group
    return first === undefined ? [] : [findingFrom(view, first, group)]
  })
}

/** An end or a failed start that is not the memory limit's. A waiting image or a missing map never started. */
function isCrash(trouble: ContainerTrouble): boolean {
  // Without a limit of its own it was the node that ran out of memory.
  if (trouble.ending?.reason === 'OOMKilled') return trouble.spec?.resources?.limits?.['memory'] === undefined
  if (trouble.waiting !== undefined && START_WAITS.has(trouble.waiting.reason)) return true
  return trouble.waiting === undefined && trouble.ending !== undefined
}

function findingFrom(view: View, first: ContainerTrouble, group: readonly ContainerTrouble[]): Finding {
  const how = first.ending === undefined ? (first.waiting?.message ?? '').slice(0, 200) : endingText(first.ending)
  const lines = troubleLines(view, group)
  const telling = lastMatch(lines, TELLING)?.line ?? lines.at(-1)
  const where = first.init ? 'init container' : 'container'
  return findingOf({
    hazard: ID,
    subject: first.workload,
    symptoms: podSymptoms(group),
    summary: `${where} ${first.name} of ${subjectText(subjectOf(first.workload))} keeps ending (${how})${telling === undefined ? '' : `; it says: ${telling.text.trim().slice(0, 160)}`}`,
    evidence: evidenceOf(view, group, telling),
    confidence: 0.7,
    sinceMs: earliest(group),
    explains: ['rollout-stuck', 'service-without-endpoints', 'bad-probe', 'application-unhealthy', 'failed-job'],
    facts: { container: first.name, init: first.init, exitCode: first.ending?.exitCode ?? null, reason: first.ending?.reason ?? first.waiting?.reason ?? '' },
  })
}

function evidenceOf(view: View, group: readonly ContainerTrouble[], telling: LogLine | undefined): Evidence[] {
  const ends = group.slice(0, 5).map((trouble) =>
    trouble.ending === undefined
      ? objectEvidence(trouble.pod, `${trouble.path}.state.waiting`, `container ${trouble.name} of ${subjectText(subjectOf(trouble.pod))} waits: ${trouble.waiting?.reason ?? ''} ${trouble.waiting?.message ?? ''}`.trim())
      : objectEvidence(trouble.pod, trouble.ending.path, `container ${trouble.name} of ${subjectText(subjectOf(trouble.pod))} ended with ${endingText(trouble.ending)}${trouble.ending.message === '' ? '' : ` (${trouble.ending.message.slice(0, 200)})`}`),
  )
  const backOff = group.flatMap((trouble) => view.eventsFor(trouble.pod)).find((event) => event.reason === 'BackOff')
  return [...ends, ...(telling === undefined ? [] : [lineEvidence(telling)]), ...(backOff === undefined ? [] : [eventEvidence(backOff)])]
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  return workload === undefined ? [] : waysBack({ hazard: ID, view, workload, differs: runsDifferently, sinceMs: finding.sinceMs })
}

export const containerExits: Hazard = {
  id: ID,
  title: 'A container keeps ending',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. No earlier revision that worked explains it, so the application or its configuration has to be mended by its owners; restarting changes nothing.`,
  lookAlikes: [
    'a container that restarted once and has been ready since',
    'a restart counter that is high and old',
    'OOMKilled, which is the memory limit; a kill after failed liveness probes, which is the probe',
    'a Job whose pod ended with 0',
  ],
  prevention: 'A rollout that waits for ready pods, and a start-up that names what it misses.',
  sources: [
    { title: 'Pod lifecycle: container states and restarts', url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/' },
    { title: 'Debug running pods', url: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/' },
  ],
  reviewBy: '2027-06-30',
}
