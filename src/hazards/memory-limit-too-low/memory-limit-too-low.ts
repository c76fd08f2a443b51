/**
 * The kernel ends a container because it wanted more memory than its own limit.
 *
 * Only `OOMKilled` says so: exit code 137 alone is any SIGKILL, of a failed liveness probe or a node that shuts down.
 * A container without a limit that is OOMKilled ran out of its node's memory, which is another hazard.
 */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { objectEvidence, eventEvidence } from '../../model/evidence.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { formatBytes, parseQuantity } from '../../model/kube/quantity.ts'
import { replicasOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import type { View } from '../../model/view.ts'
import { byWorkloadContainer, troubledContainers, type ContainerTrouble } from '../shared/container-trouble.ts'
import { earliest, findingOf, podSymptoms, workloadOfFinding } from '../shared/finding.ts'
import { containerNamed } from '../../model/topology/history.ts'
import { canChangeTemplate, containerPath, patchWorkloadPlan } from '../shared/plan-parts.ts'
import { limitRangeMax, quotaRoom } from '../shared/quota-room.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'memory-limit-too-low'

function detect(view: View): Finding[] {
  const killed = troubledContainers(view).filter((trouble) => wasOomKilled(trouble) && limitOf(trouble) !== undefined)
  return byWorkloadContainer(killed).flatMap((group) => {
    const [first] = group
    return first === undefined ? [] : [findingFrom(view, first, group)]
  })
}

function wasOomKilled(trouble: ContainerTrouble): boolean {
  return trouble.ending?.reason === 'OOMKilled' || trouble.status.lastState?.terminated?.reason === 'OOMKilled'
}

/** What the kubelet enforces now, else what the pod asks for. */
function limitOf(trouble: ContainerTrouble): number | undefined {
  const enforced = (trouble.status as { resources?: { limits?: Record<string, string> } }).resources?.limits?.['memory']
  return parseQuantity(enforced ?? trouble.spec?.resources?.limits?.['memory'])
}

function findingFrom(view: View, first: ContainerTrouble, group: readonly ContainerTrouble[]): Finding {
  const limit = limitOf(first) ?? 0
  const where = first.ending?.reason === 'OOMKilled' ? first.ending.path : `${first.path}.lastState.terminated`
  return findingOf({
    hazard: ID,
    subject: first.workload,
    symptoms: podSymptoms(group),
    summary: `container ${first.name} of ${subjectText(subjectOf(first.workload))} needs more memory than its limit of ${formatBytes(limit)} and is killed for it (${first.restarts} restarts)`,
    evidence: [
      ...group.slice(0, 5).map((trouble) => objectEvidence(trouble.pod, where, `container ${trouble.name} of ${subjectText(subjectOf(trouble.pod))} was OOMKilled with a memory limit of ${formatBytes(limitOf(trouble) ?? 0)}`)),
      ...view.eventsFor(first.pod).filter((event) => /BackOff|OOM/i.test(event.reason)).slice(0, 1).map((event) => eventEvidence(event)),
    ],
    confidence: 0.95,
    sinceMs: earliest(group),
    explains: ['container-exits', 'bad-probe', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'failed-job', 'dependency-unreachable'],
    facts: { container: first.name, limit },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined) return []
  const container = String(finding.facts['container'])
  const back = rollBack(view, workload, container)
  return !canChangeTemplate(workload) ? back : [...back, ...raise({ view, workload, container, limit: Number(finding.facts['limit']) })]
}

function memoryLimitIn(template: PodTemplateSpec, container: string): number | undefined {
  return parseQuantity(containerNamed(template, container)?.resources?.limits?.['memory'])
}

function rollBack(view: View, workload: KubeObject, container: string): Plan[] {
  return waysBack({ hazard: ID, view, workload, differs: (earlier, current) => leavesRoom(earlier, current, container), what: (earlier, current) => changedText(earlier, current, container) })
}

function changedText(earlier: PodTemplateSpec, current: PodTemplateSpec, container: string): string {
  const [before, after] = [memoryLimitIn(earlier, container), memoryLimitIn(current, container)]
  return before === after ? `brought image ${containerNamed(current, container)?.image ?? 'unknown'}` : `set the memory limit of ${container} from ${textOf(before)} to ${textOf(after)}`
}

function textOf(bytes: number | undefined): string {
  return bytes === undefined ? 'none' : formatBytes(bytes)
}

/** A revision with more room, or with another program in the same room. */
function leavesRoom(earlier: PodTemplateSpec, current: PodTemplateSpec, container: string): boolean {
  const before = containerNamed(earlier, container)
  const now = containerNamed(current, container)
  if (before === undefined || now === undefined) return false
  const [roomBefore, roomNow] = [memoryLimitIn(earlier, container) ?? Infinity, memoryLimitIn(current, container) ?? Infinity]
  return roomBefore > roomNow || (roomBefore === roomNow && before.image !== now.image)
}

/**
 * Doubling is ours, so the plan says `assumed` and policy asks. It stays within a LimitRange; where a quota leaves
 * less than the doubling but a useful step, it takes that; a quota with no room at all is left for the rehearsal to show.
 */
function raise(options: { readonly view: View; readonly workload: KubeObject; readonly container: string; readonly limit: number }): Plan[] {
  const { view, workload, container, limit } = options
  const path = containerPath(workload, container)
  const wanted = Math.min(limit * 2, limitRangeMax(view, workload.metadata.namespace, 'memory') ?? Infinity, withinQuota(view, workload, limit))
  if (path === undefined || wanted <= limit) return []
  const [from, to] = [formatBytes(limit), formatBytes(wanted)]
  return [
    patchWorkloadPlan({
      hazard: ID, view, workload,
      approach: `raise-memory-${container}`,
      goal: `container ${container} of ${subjectText(subjectOf(workload))} stays below its memory limit`,
      changes: [{ path: [...path, 'resources', 'limits', 'memory'], value: to }],
      reason: `raise the memory limit of ${container} from ${from} to ${to}`,
      rationale: `${from} is too little; how much is enough is not recorded in the cluster, so ${to} is an assumption for a person to confirm.`,
      values: 'assumed',
    }),
  ]
}

const USEFUL_STEP = 1.25
const MEBIBYTE = 2 ** 20

function withinQuota(view: View, workload: KubeObject, limit: number): number {
  const room = quotaRoom(view, workload.metadata.namespace, 'limits.memory')
  if (room === undefined) return Infinity
  const share = Math.floor(room.left / Math.max(1, replicasOf(workload)) / MEBIBYTE) * MEBIBYTE
  return share >= limit * (USEFUL_STEP - 1) ? limit + share : Infinity
}

export const memoryLimitTooLow: Hazard = {
  id: ID,
  title: 'A container needs more memory than its limit',
  severity: 2,
  family: 'start-up',
  appliesTo: ['/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Nothing here can be changed safely: say which memory limit is right, or find what makes it grow.`,
  lookAlikes: [
    'exit code 137 without the reason OOMKilled: a failed liveness probe, a node that shut down, a kill by hand',
    'OOMKilled without a limit of its own: the node ran out of memory',
    'one OOMKilled end long ago in a container that has been ready since',
  ],
  prevention: 'Set memory limits from observed peaks, and let the rollout of a lower limit wait for one pod that survives its peak.',
  sources: [
    { title: 'Assign memory resources to containers and pods', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/' },
    { title: 'Resource management for pods and containers', url: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/' },
  ],
  reviewBy: '2027-06-30',
}
