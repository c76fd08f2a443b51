/** What a Job's status says after a sync, and the events that go with it. */

import { jsonEqual } from '../../../kernel/json.ts'
import { toKubeTime } from '../../../kernel/clock.ts'
import { isReady, isTerminal, isTerminating } from '../../../model/kube/workload.ts'
import type { Context } from '../../controller.ts'
import { findCondition, type WorkloadCondition } from '../conditions.ts'
import { isActive, podsOwnedBy } from '../pod-state.ts'
import { formatIndexes } from './indexes.ts'
import { isIndexed, moreOf, type JobObject } from './job-pods.ts'
import type { Tally } from './tally.ts'
import type { Verdict } from './verdict.ts'

export interface Result {
  readonly tally: Tally
  readonly failed: number
  readonly verdict: Verdict | undefined
  /** As it is to be told. */
  readonly active: number
}

/** True where it differs from what stood there. */
export function writeStatus(context: Context, job: JobObject, { tally, failed, verdict, active }: Result): boolean {
  const pods = podsOwnedBy(context.store, job)
  const terminating = pods.filter((pod) => isTerminating(pod) && !isTerminal(pod)).length
  const startTime = startTimeAfter(context, job, verdict)
  // A verdict is final once the last pod has ended (1.31 on). The server takes no end of what never began, so a Job that is suspended, and has lost its start, stays between the two.
  const final = terminating === 0 && (startTime !== undefined || isNothing(job)) ? verdict : undefined
  const before = (job.status?.conditions ?? []) as readonly WorkloadCondition[]
  const conditions = conditionsAfter(before, { verdict, final, isSuspended: moreOf(job).suspend === true, nowMs: context.nowMs() })
  const status = {
    ...(startTime === undefined ? {} : { startTime }),
    ...(tally.succeeded > 0 ? { succeeded: tally.succeeded } : {}),
    ...(failed > 0 ? { failed } : {}),
    ...(active > 0 ? { active } : {}),
    ready: pods.filter(isActive).filter(isReady).length,
    terminating,
    uncountedTerminatedPods: {},
    ...(isIndexed(job) && tally.completed.size > 0 ? { completedIndexes: formatIndexes(tally.completed) } : {}),
    ...(isIndexed(job) && tally.failedIndexes !== undefined ? { failedIndexes: formatIndexes(tally.failedIndexes) } : {}),
    ...(final?.type === 'Complete' ? { completionTime: toKubeTime(context.nowMs()) } : {}),
    ...(conditions.length === 0 ? {} : { conditions }),
  }
  const isNew = !jsonEqual(status, job.status)
  if (isNew) context.api.updateStatus(job, status)
  announce(context, job, { before, conditions, final })
  return isNew
}

function isNothing(job: JobObject): boolean {
  return moreOf(job).suspend === true && job.spec?.completions === 0
}

/** Resuming starts the clock anew, so that a deadline does not run while the Job is suspended. */
function startTimeAfter(context: Context, job: JobObject, verdict: Verdict | undefined): unknown {
  const isSuspended = moreOf(job).suspend === true
  const wasSuspended = findCondition((job.status?.conditions ?? []) as readonly WorkloadCondition[], 'Suspended')?.status === 'True'
  if (verdict !== undefined) return job.status?.startTime ?? (isSuspended ? undefined : toKubeTime(context.nowMs()))
  if (isSuspended) return wasSuspended || !context.profile.suspensionEndsStart ? job.status?.startTime : undefined
  return wasSuspended ? toKubeTime(context.nowMs()) : (job.status?.startTime ?? toKubeTime(context.nowMs()))
}

interface Decision {
  readonly verdict: Verdict | undefined
  readonly final: Verdict | undefined
  readonly isSuspended: boolean
  readonly nowMs: number
}

function conditionsAfter(before: readonly WorkloadCondition[], { verdict, final, isSuspended, nowMs }: Decision): WorkloadCondition[] {
  const set = (conditions: readonly WorkloadCondition[], type: string, { status = 'True', reason, message }: { readonly status?: string; readonly reason: string; readonly message: string }): WorkloadCondition[] => replaced(conditions, { type, status, reason, message }, nowMs)
  if (verdict !== undefined) {
    const interim = set(before, verdict.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget', verdict)
    return final === undefined ? interim : set(interim, final.type, final)
  }
  if (isSuspended) return set(before, 'Suspended', { reason: 'JobSuspended', message: 'Job suspended' })
  return findCondition(before, 'Suspended')?.status === 'True' ? set(before, 'Suspended', { status: 'False', reason: 'JobResumed', message: 'Job resumed' }) : [...before]
}

/** `ensureJobConditionStatus`: a new condition takes the place of the old one of its type. */
function replaced(conditions: readonly WorkloadCondition[], next: Required<Pick<WorkloadCondition, 'type' | 'status' | 'reason' | 'message'>>, nowMs: number): WorkloadCondition[] {
  const current = findCondition(conditions, next.type)
  if (current?.status === next.status && current.reason === next.reason && current.message === next.message) return [...conditions]
  const now = toKubeTime(nowMs)
  const stamped = { ...next, lastProbeTime: now, lastTransitionTime: now }
  return current === undefined ? [...conditions, stamped] : conditions.map((condition) => (condition === current ? stamped : condition))
}

function announce(context: Context, job: JobObject, { before, conditions, final }: { readonly before: readonly WorkloadCondition[]; readonly conditions: readonly WorkloadCondition[]; readonly final: Verdict | undefined }): void {
  const [was, is] = [before, conditions].map((list) => findCondition(list, 'Suspended')?.status)
  if (is === 'True' && was !== 'True') context.recordEvent(job, { type: 'Normal', reason: 'Suspended', message: 'Job suspended' })
  if (is === 'False' && was === 'True') context.recordEvent(job, { type: 'Normal', reason: 'Resumed', message: 'Job resumed' })
  if (final?.type === 'Complete') context.recordEvent(job, { type: 'Normal', reason: 'Completed', message: 'Job completed' })
  if (final?.type === 'Failed') context.recordEvent(job, { type: 'Warning', reason: final.reason, message: final.message })
}
