/** When a Job is over, and why: what was decided before stands, failures come before success (`syncJob`). */

import { parseTimeMs } from '../../../kernel/clock.ts'
import type { PodObject } from '../../../model/kube/workload.ts'
import type { WorkloadCondition } from '../conditions.ts'
import { isIndexed, moreOf, type JobObject } from './job-pods.ts'
import { countsPerIndex } from './per-index.ts'
import { metRule } from './success-policy.ts'
import type { Tally } from './tally.ts'

export interface Verdict {
  readonly type: 'Complete' | 'Failed'
  readonly reason: string
  readonly message: string
}

export interface Hearing {
  readonly job: JobObject
  readonly tally: Tally
  readonly pods: readonly PodObject[]
  readonly nowMs: number
}

/** What is decided before pods are made or given up. */
export function verdictOn(hearing: Hearing): Verdict | undefined {
  return decidedBefore(hearing.job) ?? failure(hearing) ?? indexFailure(hearing) ?? policySuccess(hearing)
}

/** Enough have succeeded, and none runs any more once the pods were managed: one that was suspended meanwhile is done all the same. */
export function completion(job: JobObject, { succeeded }: Tally, activeCount: number): Verdict | undefined {
  const completions = job.spec?.completions
  const isDone = activeCount === 0 && (completions === undefined ? succeeded > 0 : succeeded >= completions)
  return isDone ? { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' } : undefined
}

function decidedBefore({ status }: JobObject): Verdict | undefined {
  const conditions = (status?.conditions ?? []) as readonly WorkloadCondition[]
  const decided = (type: string): WorkloadCondition | undefined => conditions.find((condition) => condition.type === type && condition.status === 'True')
  const [met, failing] = [decided('SuccessCriteriaMet'), decided('FailureTarget')]
  if (met !== undefined) return { type: 'Complete', reason: met.reason ?? '', message: met.message ?? '' }
  return failing === undefined ? undefined : { type: 'Failed', reason: failing.reason ?? '', message: failing.message ?? '' }
}

function failure({ job, tally, pods, nowMs }: Hearing): Verdict | undefined {
  if (tally.failJob !== undefined) return { type: 'Failed', reason: 'PodFailurePolicy', message: tally.failJob }
  if (exceedsBackoff(job, tally, pods)) return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
  return deadlineLeftMs(job, nowMs) === 0 ? { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' } : undefined
}

function exceedsBackoff(job: JobObject, tally: Tally, pods: readonly PodObject[]): boolean {
  const limit = job.spec?.backoffLimit ?? (countsPerIndex(job) ? Infinity : 6)
  if (tally.failedSoFar > limit) return true
  if (job.spec?.template?.spec?.restartPolicy !== 'OnFailure') return false
  const alive = pods.filter(({ status }) => ['Running', 'Pending'].includes(status?.phase ?? 'Pending'))
  const statuses = alive.flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
  const restarts = statuses.reduce((sum, { restartCount }) => sum + restartCount, 0)
  return limit === 0 ? restarts > 0 : restarts >= limit
}

/** Until `activeDeadlineSeconds` runs out; undefined without one and while the Job is suspended. Before 1.36 a Job that comes back is still measured from its first start. */
export function deadlineLeftMs(job: JobObject, nowMs: number): number | undefined {
  const deadline = job.spec?.activeDeadlineSeconds
  if (deadline === undefined || moreOf(job).suspend === true) return undefined
  const startMs = parseTimeMs(job.status?.startTime as string | undefined) ?? nowMs
  return Math.max(0, startMs + deadline * 1000 - nowMs)
}

function indexFailure({ job, tally: { failedIndexes, completed } }: Hearing): Verdict | undefined {
  if (!isIndexed(job) || failedIndexes === undefined) return undefined
  const most = moreOf(job).maxFailedIndexes
  if (most !== undefined && failedIndexes.size > most) return { type: 'Failed', reason: 'MaxFailedIndexesExceeded', message: 'Job has exceeded the specified maximal number of failed indexes' }
  const isOver = failedIndexes.size > 0 && failedIndexes.size + completed.size >= (job.spec?.completions ?? 0)
  return isOver ? { type: 'Failed', reason: 'FailedIndexes', message: 'Job has failed indexes' } : undefined
}

function policySuccess({ job, tally }: Hearing): Verdict | undefined {
  const rule = isIndexed(job) ? metRule(moreOf(job).successPolicy, tally.completed, job.spec?.completions ?? 0) : undefined
  return rule === undefined ? undefined : { type: 'Complete', reason: 'SuccessPolicy', message: `Matched rules at index ${rule}` }
}
