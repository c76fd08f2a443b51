/**
 * Failures counted for each index (`backoffLimitPerIndex`; `pkg/controller/job/indexed_job_utils.go`). The count of an
 * index lives on its pods: a failed pod is held by its finalizer until its successor, which carries the next count, exists.
 */

import type { PodObject } from '../../../model/kube/workload.ts'
import { BACKOFF_MAX_MS, BACKOFF_MS, endedAtMs } from './back-off.ts'
import { failureVerdict } from './failure-policy.ts'
import { hasFailed, hasValidIndex, indexOf, isUncounted, moreOf, type JobObject } from './job-pods.ts'

const FAILURES = 'batch.kubernetes.io/job-index-failure-count'
const IGNORED = 'batch.kubernetes.io/job-index-ignored-failure-count'

export function countsPerIndex(job: JobObject): boolean {
  return moreOf(job).backoffLimitPerIndex !== undefined
}

function failuresOn(pod: PodObject): number {
  return countIn(pod, FAILURES)
}

function countIn(pod: PodObject, annotation: string): number {
  const count = Number(pod.metadata.annotations?.[annotation] ?? 0)
  return Number.isInteger(count) && count >= 0 ? count : 0
}

/** Indexes that newly ended pods bring past their limit, or that a rule gives up. */
export function newlyFailedIndexes(job: JobObject, pods: readonly PodObject[]): number[] {
  const { backoffLimitPerIndex: limit, podFailurePolicy } = moreOf(job)
  if (limit === undefined) return []
  return pods.filter((pod) => isUncounted(pod) && hasValidIndex(pod, job) && hasFailed(pod, job)).filter((pod) => {
    const { type } = failureVerdict(podFailurePolicy, pod)
    return type === 'fail-index' || (type !== 'ignore' && failuresOn(pod) >= limit)
  }).map(indexOf)
}

/** By index: the last failed pod of an index that still waits for its successor. */
export function heldPods(job: JobObject, pods: readonly PodObject[], settled: ReadonlySet<number>): ReadonlyMap<number, PodObject> {
  const held = new Map<number, PodObject>()
  if (!countsPerIndex(job)) return held
  for (const pod of pods.filter((candidate) => isUncounted(candidate) && hasFailed(candidate, job) && hasValidIndex(candidate, job) && !settled.has(indexOf(candidate)))) {
    const before = held.get(indexOf(pod))
    if (before === undefined || (attempts(before) <= attempts(pod) && endedAtMs(pod) >= endedAtMs(before))) held.set(indexOf(pod), pod)
  }
  return held
}

function attempts(pod: PodObject): number {
  return failuresOn(pod) + countIn(pod, IGNORED)
}

/** How long an index has to wait after its last pod failed; zero for one that never did. */
export function indexWaitMs(last: PodObject | undefined, nowMs: number): number {
  if (last === undefined) return 0
  return Math.max(0, endedAtMs(last) + Math.min(BACKOFF_MS * 2 ** attempts(last), BACKOFF_MAX_MS) - nowMs)
}

/** What the successor of `last` carries. */
export function failureAnnotations(job: JobObject, last: PodObject | undefined): Record<string, string> {
  if (!countsPerIndex(job)) return {}
  if (last === undefined) return { [FAILURES]: '0' }
  const isIgnored = failureVerdict(moreOf(job).podFailurePolicy, last).type === 'ignore'
  const ignored = countIn(last, IGNORED) + (isIgnored ? 1 : 0)
  return { [FAILURES]: String(failuresOn(last) + (isIgnored ? 0 : 1)), ...(ignored > 0 ? { [IGNORED]: String(ignored) } : {}) }
}
