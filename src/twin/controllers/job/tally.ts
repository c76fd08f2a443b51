/** What has become of a Job's pods so far: those counted in its status, and those that ended since. */

import type { PodObject } from '../../../model/kube/workload.ts'
import { isActive } from '../pod-state.ts'
import { failureVerdict } from './failure-policy.ts'
import { parseIndexes } from './indexes.ts'
import { hasFailed, hasValidIndex, indexOf, isIndexed, isUncounted, moreOf, type JobObject } from './job-pods.ts'
import { countsPerIndex, heldPods, newlyFailedIndexes } from './per-index.ts'

export interface Tally {
  readonly succeeded: number
  /** Counted failures and new ones, those of held pods included: what the limits are held against. */
  readonly failedSoFar: number
  readonly completed: ReadonlySet<number>
  /** With `backoffLimitPerIndex` only. */
  readonly failedIndexes?: ReadonlySet<number>
  /** Failed pods that stay until their index has a new one; they are counted then. */
  readonly held: ReadonlyMap<number, PodObject>
  readonly ended: { readonly succeeded: readonly PodObject[]; readonly failed: readonly PodObject[] }
  readonly failJob?: string
}

export function tallyOf(job: JobObject, pods: readonly PodObject[]): Tally {
  const fresh = pods.filter((pod) => isUncounted(pod) && (!isIndexed(job) || hasValidIndex(pod, job)))
  const succeeded = fresh.filter((pod) => pod.status?.phase === 'Succeeded')
  const failed = fresh.filter((pod) => hasFailed(pod, job))
  const completed = new Set([...knownIndexes(job, job.status?.completedIndexes), ...(isIndexed(job) ? succeeded.map(indexOf) : [])])
  const failedIndexes = countsPerIndex(job) ? new Set([...knownIndexes(job, moreStatusOf(job).failedIndexes), ...newlyFailedIndexes(job, pods)]) : undefined
  const settled = new Set([...completed, ...(failedIndexes ?? []), ...pods.filter(isActive).map(indexOf)])
  const failJob = failJobMessage(job, pods)
  return {
    succeeded: isIndexed(job) ? completed.size : (job.status?.succeeded ?? 0) + succeeded.length,
    failedSoFar: (job.status?.failed ?? 0) + countable(job, failed).length,
    completed,
    ...(failedIndexes === undefined ? {} : { failedIndexes }),
    held: heldPods(job, pods, settled),
    ended: { succeeded, failed },
    ...(failJob === undefined ? {} : { failJob }),
  }
}

/** Without those that a rule of the Job's ignores. */
export function countable(job: JobObject, pods: readonly PodObject[]): PodObject[] {
  return pods.filter((pod) => failureVerdict(moreOf(job).podFailurePolicy, pod).type !== 'ignore')
}

function knownIndexes(job: JobObject, text: string | undefined): number[] {
  return parseIndexes(text).filter((index) => index < (job.spec?.completions ?? 0))
}

function moreStatusOf(job: JobObject): { readonly failedIndexes?: string } {
  return (job.status ?? {}) as { readonly failedIndexes?: string }
}

function failJobMessage(job: JobObject, pods: readonly PodObject[]): string | undefined {
  for (const pod of pods.filter((candidate) => hasFailed(candidate, job))) {
    const verdict = failureVerdict(moreOf(job).podFailurePolicy, pod)
    if (verdict.type === 'fail-job') return verdict.message
  }
  return undefined
}
