/** Which running pods a Job gives up (`activePodsForRemoval`): doubles and strays of an indexed Job first, then the least far on. */

import { parseTimeMs } from '../../../kernel/clock.ts'
import { isReady, type PodObject } from '../../../model/kube/workload.ts'
import { readySinceMs } from '../pod-state.ts'
import { hasValidIndex, indexOf, isIndexed, type JobObject } from './job-pods.ts'

const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }

export function surplusOf(job: JobObject, active: readonly PodObject[], wanted: number): PodObject[] {
  const ranked = [...active].sort(leastFarOnFirst)
  const kept = new Map(ranked.filter((pod) => hasValidIndex(pod, job)).map((pod) => [indexOf(pod), pod] as const))
  const misfits = isIndexed(job) ? ranked.filter((pod) => kept.get(indexOf(pod)) !== pod) : []
  const others = ranked.filter((pod) => !misfits.includes(pod))
  return [...misfits, ...others.slice(0, Math.max(0, active.length - wanted - misfits.length))]
}

/** `ActivePods`: without node, waiting, not ready, ready for a short time, often restarted, young. */
function leastFarOnFirst(left: PodObject, right: PodObject): number {
  return Number(isBound(left)) - Number(isBound(right))
    || phaseOf(left) - phaseOf(right)
    || Number(isReady(left)) - Number(isReady(right))
    || (readySinceMs(right) ?? 0) - (readySinceMs(left) ?? 0)
    || restartsOf(right) - restartsOf(left)
    || createdMs(right) - createdMs(left)
}

function isBound(pod: PodObject): boolean {
  return (pod.spec?.nodeName ?? '') !== ''
}

function phaseOf(pod: PodObject): number {
  return PHASE_ORDER[pod.status?.phase ?? 'Pending'] ?? 1
}

function restartsOf(pod: PodObject): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount))
}

function createdMs(pod: PodObject): number {
  return parseTimeMs(pod.metadata.creationTimestamp as string | undefined) ?? 0
}
