/** How long a Job waits after failures (`pkg/controller/job/backoff_utils.go`): twice as long each time, from the end of the last failed pod. */

import { parseTimeMs } from '../../../kernel/clock.ts'
import { conditionOf, type PodObject } from '../../../model/kube/workload.ts'

/** `DefaultJobPodFailureBackOff`, `MaxJobPodFailureBackOff`. */
export const BACKOFF_MS = 10_000
export const BACKOFF_MAX_MS = 600_000

/** Failures since the last success, and when the last of them ended. */
export interface FailureRecord {
  readonly count: number
  readonly lastMs: number
}

export const NO_FAILURES: FailureRecord = { count: 0, lastMs: 0 }

/**
 * Of a Job that was at work before this twin began. Its controller remembers what no object holds; what is left of it are the
 * pods that were counted, and the count of those that were taken away since, where none has succeeded.
 */
export function recordBefore(status: { readonly failed?: number; readonly succeeded?: number } | undefined, counted: { readonly succeeded: readonly PodObject[]; readonly failed: readonly PodObject[] }): FailureRecord {
  const { count, lastMs } = recordAfter(NO_FAILURES, counted)
  return { count: count > 0 && (status?.succeeded ?? 0) === 0 ? Math.max(count, status?.failed ?? 0) : count, lastMs }
}

/** The record after some pods ended. */
export function recordAfter(before: FailureRecord, ended: { readonly succeeded: readonly PodObject[]; readonly failed: readonly PodObject[] }): FailureRecord {
  const successMs = Math.max(-Infinity, ...ended.succeeded.map(endedAtMs))
  const failures = ended.failed.map(endedAtMs).filter((endMs) => endMs > successMs)
  const base = ended.succeeded.length > 0 ? NO_FAILURES : before
  return failures.length === 0 ? base : { count: base.count + failures.length, lastMs: Math.max(...failures) }
}

export function waitMs(record: FailureRecord, nowMs: number): number {
  return record.count === 0 ? 0 : Math.max(0, record.lastMs + Math.min(BACKOFF_MS * 2 ** (record.count - 1), BACKOFF_MAX_MS) - nowMs)
}

/** `getFinishedTime`: by its containers, else since when it is not ready, else by its deletion, else by its birth. */
export function endedAtMs(pod: PodObject): number {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = pod.metadata as { deletionTimestamp?: string; deletionGracePeriodSeconds?: number; creationTimestamp?: string }
  const ready = conditionOf(pod, 'Ready')
  const notReadyMs = ready?.status === 'False' ? parseTimeMs(ready.lastTransitionTime as string | undefined) : undefined
  const deletedMs = parseTimeMs(deletionTimestamp)
  return containersEndedMs(pod) ?? notReadyMs ?? (deletedMs === undefined ? undefined : deletedMs - deletionGracePeriodSeconds * 1000) ?? parseTimeMs(creationTimestamp) ?? 0
}

function containersEndedMs(pod: PodObject): number | undefined {
  const ends = (pod.status?.containerStatuses ?? []).map(({ state }) => parseTimeMs(state?.terminated?.finishedAt as string | undefined))
  const known = ends.filter((endMs) => endMs !== undefined)
  return known.length === 0 || known.length < ends.length ? undefined : Math.max(...known)
}
