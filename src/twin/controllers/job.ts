/**
 * The Job controller (`pkg/controller/job`): counts every pod once (a finalizer keeps it until counted), makes new ones
 * with back-off, and says when the Job is done or has failed. A pod lost to a drain counts as a failure unless the
 * Job's policy ignores disruptions.
 */

import { jsonEqual } from '../../kernel/json.ts'
import { parseTimeMs, toKubeTime } from '../../kernel/clock.ts'
import { refOf } from '../../model/kube-object.ts'
import { isPod, isReady, isTerminating, isTerminal, type PodObject } from '../../model/kube/workload.ts'
import type { Context, Controller } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import { withCondition, type WorkloadCondition } from './conditions.ts'
import { keyOf, objectAt, ownerKeys } from './controller-key.ts'
import { BURST_MAX, createInBatches, createPod, deletePod } from './create-pods.ts'
import { isFinished } from './cron-job.ts'
import { failureVerdict, type FailurePolicy } from './job/failure-policy.ts'
import { formatIndexes, hasFailed, indexOf, isIndexed, isUncounted, jobPod, parseIndexes, replacesFailedOnly, TRACKING_FINALIZER, type JobObject } from './job/job-pods.ts'
import { isActive, podsOwnedBy } from './pod-state.ts'

/** `DefaultJobPodFailureBackOff`, `MaxJobPodFailureBackOff`. */
const BACKOFF_MS = 10_000
const BACKOFF_MAX_MS = 600_000
/** `syncJobBatchPeriod`: pod changes are gathered for a second. */
const BATCH_MS = 1_000

/** By job uid: failures since the last success, and when the last one ended. */
type Failures = CowMap<{ readonly count: number; readonly lastMs: number }>

export const job: Controller<Failures> = {
  name: 'job-controller',
  watches: ['batch/Job', '/Pod'],
  latencyMs: BATCH_MS,
  createState: () => new CowMap(),
  keysFor: (change) => (change.groupKind === 'batch/Job' ? (change.after === undefined ? [] : [keyOf(change.after)]) : ownerKeys(change, 'Job')),
  sync(key, context) {
    const found = objectAt(context.store, { apiVersion: 'batch/v1', kind: 'Job' }, key) as JobObject | undefined
    if (found === undefined) return
    if (isFinished(found) || isTerminating(found)) return afterwards(context, found)
    syncJob(context, found)
  },
}

/** Finished or deleted: finalizers come off, and a time to live runs out. */
function afterwards(context: Context, found: JobObject): void {
  for (const pod of podsOwnedBy(context.store, found)) releasePod(context, pod)
  const ttl = found.spec?.ttlSecondsAfterFinished
  const endedMs = finishedAtMs(found)
  if (ttl === undefined || endedMs === undefined || isTerminating(found)) return
  const leftMs = endedMs + ttl * 1000 - context.nowMs()
  if (leftMs > 0) context.wakeAfter(keyOf(found), leftMs)
  else context.api.remove(refOf(found))
}

function finishedAtMs(found: JobObject): number | undefined {
  const conditions = (found.status?.conditions ?? []) as readonly WorkloadCondition[]
  return parseTimeMs(conditions.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True')?.lastTransitionTime)
}

interface Tally {
  readonly succeeded: number
  readonly failed: number
  readonly completed: ReadonlySet<number>
  readonly failJob?: string
}

function syncJob(context: Context<Failures>, found: JobObject): void {
  const pods = podsOwnedBy(context.store, found)
  const tally = count(context, found, pods)
  const active = pods.filter((pod) => isActive(pod))
  const verdict = outcome(context, found, tally, active)
  const isSuspended = found.spec?.suspend === true
  if (verdict !== undefined || isSuspended) for (const pod of active) deletePod(context, found, pod)
  const shortfall = verdict === undefined && !isSuspended ? managePods(context, found, { tally, active, pods }) : undefined
  writeStatus(context, found, { tally, verdict, isSuspended })
  for (const pod of podsOwnedBy(context.store, found)) if (isTerminal(pod) || hasFailed(pod, found) || verdict !== undefined) releasePod(context, pod)
  armDeadline(context, found)
  if (shortfall !== undefined) throw shortfall
}

/** Adds the pods that ended since the last sync. */
function count(context: Context<Failures>, found: JobObject, pods: readonly PodObject[]): Tally {
  const fresh = pods.filter(isUncounted)
  const completed = new Set(parseIndexes(found.status?.completedIndexes))
  const succeeded = fresh.filter((pod) => pod.status?.phase === 'Succeeded' && (!isIndexed(found) || !completed.has(indexOf(pod))))
  for (const pod of succeeded) if (isIndexed(found)) completed.add(indexOf(pod))
  const verdicts = fresh.filter((pod) => hasFailed(pod, found)).map((pod) => failureVerdict(policyOf(found), pod))
  const failures = verdicts.filter(({ type }) => type !== 'ignore').length
  noteFailures(context, found, { failures, hasSucceeded: succeeded.length > 0 })
  const failJob = verdicts.find((verdict) => verdict.type === 'fail-job')
  return {
    succeeded: isIndexed(found) ? completed.size : (found.status?.succeeded ?? 0) + succeeded.length,
    failed: (found.status?.failed ?? 0) + failures,
    completed,
    ...(failJob?.type === 'fail-job' ? { failJob: failJob.message } : {}),
  }
}

function policyOf(found: JobObject): FailurePolicy | undefined {
  return (found.spec as { podFailurePolicy?: FailurePolicy } | undefined)?.podFailurePolicy
}

function noteFailures(context: Context<Failures>, found: JobObject, fresh: { readonly failures: number; readonly hasSucceeded: boolean }): void {
  const uid = found.metadata.uid ?? ''
  const before = context.state.get(uid)
  if (fresh.hasSucceeded) context.state.delete(uid)
  else if (fresh.failures > 0) context.state.set(uid, { count: (before?.count ?? 0) + fresh.failures, lastMs: context.nowMs() })
}

interface Verdict {
  readonly type: 'Complete' | 'Failed'
  readonly reason: string
  readonly message: string
}

function outcome(context: Context, found: JobObject, tally: Tally, active: readonly PodObject[]): Verdict | undefined {
  if (tally.failJob !== undefined) return { type: 'Failed', reason: 'PodFailurePolicy', message: tally.failJob }
  if (exceedsBackoff(found, tally, active)) return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
  if (isPastDeadline(context, found)) return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }
  const completions = found.spec?.completions
  const isDone = completions === undefined ? tally.succeeded > 0 && active.length === 0 : tally.succeeded >= completions
  return isDone ? { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' } : undefined
}

function exceedsBackoff(found: JobObject, tally: Tally, active: readonly PodObject[]): boolean {
  const limit = found.spec?.backoffLimit ?? 6
  if (tally.failed > limit) return true
  if (found.spec?.template?.spec?.restartPolicy !== 'OnFailure') return false
  const restarts = active.reduce((sum, pod) => sum + [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].reduce((own, status) => own + status.restartCount, 0), 0)
  return limit === 0 ? restarts > 0 : restarts >= limit
}

function isPastDeadline(context: Context, found: JobObject): boolean {
  const deadline = found.spec?.activeDeadlineSeconds
  const startMs = parseTimeMs(found.status?.startTime as string | undefined)
  return deadline !== undefined && startMs !== undefined && context.nowMs() - startMs >= deadline * 1000
}

function armDeadline(context: Context, found: JobObject): void {
  const deadline = found.spec?.activeDeadlineSeconds
  if (deadline === undefined) return
  const startMs = parseTimeMs(found.status?.startTime as string | undefined) ?? context.nowMs()
  const leftMs = startMs + deadline * 1000 - context.nowMs()
  if (leftMs > 0) context.wakeAfter(keyOf(found), leftMs)
}

/** Creates or deletes until as many run as are wanted; waits out the back-off after failures. */
function managePods(context: Context<Failures>, found: JobObject, state: { readonly tally: Tally; readonly active: readonly PodObject[]; readonly pods: readonly PodObject[] }): Error | undefined {
  const { tally, active, pods } = state
  const parallelism = found.spec?.parallelism ?? 1
  const completions = found.spec?.completions
  const wanted = completions === undefined ? (tally.succeeded > 0 ? active.length : parallelism) : Math.min(parallelism, completions - tally.succeeded)
  for (const extra of active.slice(Math.max(0, wanted))) deletePod(context, found, extra)
  const leaving = replacesFailedOnly(found) ? pods.filter((pod) => isTerminating(pod) && !isTerminal(pod)).length : 0
  const missing = Math.min(wanted - active.length - leaving, BURST_MAX)
  if (missing <= 0) return undefined
  const waitMs = backoffLeftMs(context, found)
  if (waitMs > 0) return void context.wakeAfter(keyOf(found), waitMs)
  const free = isIndexed(found) ? freeIndexes(found, tally, active) : undefined
  let next = 0
  return createInBatches(missing, () => createPod(context, found, jobPod(found, free?.[next++]))).failure
}

function backoffLeftMs(context: Context<Failures>, found: JobObject): number {
  const record = context.state.get(found.metadata.uid ?? '')
  if (record === undefined) return 0
  return record.lastMs + Math.min(BACKOFF_MS * 2 ** (record.count - 1), BACKOFF_MAX_MS) - context.nowMs()
}

function freeIndexes(found: JobObject, tally: Tally, active: readonly PodObject[]): number[] {
  const taken = new Set(active.map(indexOf))
  return Array.from({ length: found.spec?.completions ?? 0 }, (_, index) => index).filter((index) => !tally.completed.has(index) && !taken.has(index))
}

function writeStatus(context: Context, found: JobObject, result: { readonly tally: Tally; readonly verdict: Verdict | undefined; readonly isSuspended: boolean }): void {
  const { tally, verdict, isSuspended } = result
  const pods = podsOwnedBy(context.store, found).filter(isPod)
  const active = pods.filter(isActive)
  const now = toKubeTime(context.nowMs())
  const startTime = isSuspended ? undefined : (found.status?.startTime ?? now)
  const conditions = conditionsAfter(context, found, verdict, isSuspended)
  const status = {
    ...(startTime === undefined ? {} : { startTime }),
    ...(tally.succeeded > 0 ? { succeeded: tally.succeeded } : {}),
    ...(tally.failed > 0 ? { failed: tally.failed } : {}),
    ...(active.length > 0 ? { active: active.length } : {}),
    ready: active.filter(isReady).length,
    terminating: pods.filter((pod) => isTerminating(pod) && !isTerminal(pod)).length,
    uncountedTerminatedPods: {},
    ...(isIndexed(found) ? { completedIndexes: formatIndexes(tally.completed) } : {}),
    ...(verdict?.type === 'Complete' ? { completionTime: now } : {}),
    ...(conditions.length === 0 ? {} : { conditions }),
  }
  if (!jsonEqual(status, found.status)) context.api.updateStatus(found, status)
  if (verdict?.type === 'Complete') context.recordEvent(found, { type: 'Normal', reason: 'Completed', message: 'Job completed' })
  if (verdict?.type === 'Failed') context.recordEvent(found, { type: 'Warning', reason: verdict.reason, message: verdict.message })
}

/** The interim condition (1.31 on) and the final one in one write: the twin waits for no pod in between. */
function conditionsAfter(context: Context, found: JobObject, verdict: Verdict | undefined, isSuspended: boolean): WorkloadCondition[] {
  const before = (found.status?.conditions ?? []) as readonly WorkloadCondition[]
  const options = { nowMs: context.nowMs() }
  if (verdict !== undefined) {
    const { type, reason, message } = verdict
    const interim = withCondition(before, { type: type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget', status: 'True', reason, message }, options)
    return withCondition(interim, { type, status: 'True', reason, message }, options)
  }
  const wasSuspended = before.some(({ type, status }) => type === 'Suspended' && status === 'True')
  if (isSuspended) return withCondition(before, { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }, options)
  return wasSuspended ? withCondition(before, { type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' }, options) : [...before]
}

function releasePod(context: Context, pod: PodObject): void {
  if (!isUncounted(pod)) return
  const rest = (pod.metadata.finalizers ?? []).filter((finalizer) => finalizer !== TRACKING_FINALIZER)
  context.api.patch(refOf(pod), { type: 'merge', body: { metadata: { finalizers: rest.length === 0 ? null : rest } } as never })
}
