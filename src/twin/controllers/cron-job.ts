/** The CronJob controller (`pkg/controller/cronjob`): a Job when due, under the concurrency policy, and a short history. */

import type { CronJob } from 'kubernetes-types/batch/v1.d.ts'
import { isFault, type Fault } from '../../kernel/fault.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { toKubeTime } from '../../kernel/clock.ts'
import { isTimeZone } from '../../kernel/time-zone.ts'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isTerminating } from '../../model/kube/workload.ts'
import type { Context, Controller } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import type { Change } from '../store.ts'
import { keyOf, objectAt, ownerKeys } from './controller-key.ts'
import { ownerReference } from './create-pods.ts'
import { missedTimes, untilNextMs, zoneOf, type CronJobObject } from './cron-job/missed-times.ts'
import { timeInZone } from './zone-clock.ts'

/** Before the key of one whose schedule was changed: it is looked at when the new one is due, and not before. */
const RESCHEDULED = 'rescheduled '

export const cronJob: Controller<CowMap<true>> = {
  name: 'cronjob-controller',
  watches: ['batch/CronJob', 'batch/Job'],
  latencyMs: 10,
  createState: () => new CowMap(),
  keysFor(change) {
    if (change.groupKind !== 'batch/CronJob') return ownerKeys(change, 'CronJob')
    return change.after === undefined ? [] : [`${hasOtherSchedule(change) ? RESCHEDULED : ''}${keyOf(change.after)}`]
  },
  sync(key, context) {
    const isRescheduled = key.startsWith(RESCHEDULED)
    const ownKey = isRescheduled ? key.slice(RESCHEDULED.length) : key
    const cron = objectAt(context.store, { apiVersion: 'batch/v1', kind: 'CronJob' }, ownKey) as CronJobObject | undefined
    if (cron === undefined || isTerminating(cron)) return
    const failure = isRescheduled ? undefined : reconcile(context, cron)
    const waitMs = cron.spec?.suspend === true ? undefined : untilNextMs(latestOf(context, cron), context.nowMs())
    if (waitMs !== undefined) context.wakeAfter(ownKey, waitMs)
    // What was refused is asked for again, and not at the next start only.
    if (failure !== undefined) throw failure
  },
}

function hasOtherSchedule({ before, after }: Change): boolean {
  if (before === undefined || after === undefined) return false
  const [was, is] = [before as CronJobObject, after as CronJobObject]
  return was.spec?.schedule !== is.spec?.schedule || zoneOf(was) !== zoneOf(is)
}

function latestOf({ store }: Context, cron: CronJobObject): CronJobObject {
  return (store.get(refOf(cron)) ?? cron) as CronJobObject
}

function reconcile(context: Context, cron: CronJobObject): Fault | undefined {
  const active = stillActive(context, cron)
  sayUnknownZone(context, cron)
  const outcome = cron.spec?.suspend === true ? { active } : startWhenDue(context, cron, active)
  trimHistory(context, cron)
  reportStatus(context, cron, outcome)
  return outcome.failure
}

/** No server takes one any more; one that was stored before starts nothing. */
function sayUnknownZone(context: Context, cron: CronJobObject): void {
  const zone = zoneOf(cron)
  if (zone !== undefined && !isTimeZone(zone)) context.recordEvent(cron, { type: 'Warning', reason: 'UnknownTimeZone', message: `invalid timeZone: ${JSON.stringify(zone)}: unknown time zone ${zone}` })
}

type Reference = NonNullable<NonNullable<CronJob['status']>['active']>[number]

interface Outcome {
  readonly active: readonly Reference[]
  /** When the Job was due that began. */
  readonly startedMs?: number
  readonly failure?: Fault
}

/** Of the Jobs that it started, those that are there and at work. One that somebody else made for it is never among them. */
function stillActive(context: Context, cron: CronJobObject): readonly Reference[] {
  const known = cron.status?.active ?? []
  const jobs = jobsOf(context, cron)
  for (const job of jobs) {
    const isKnown = known.some(({ uid }) => uid === job.metadata.uid)
    if (!isKnown && !isFinished(job)) context.recordEvent(cron, { type: 'Warning', reason: 'UnexpectedJob', message: `Saw a job that the controller did not create or forgot: ${job.metadata.name}` })
    if (isKnown && isFinished(job)) context.recordEvent(cron, { type: 'Normal', reason: 'SawCompletedJob', message: `Saw completed job: ${job.metadata.name}, condition: ${isSucceeded(job) ? 'Complete' : 'Failed'}` })
  }
  const [there, missing] = [known.filter(({ uid }) => jobs.some((job) => job.metadata.uid === uid)), known.filter(({ uid }) => !jobs.some((job) => job.metadata.uid === uid))]
  for (const { name = '' } of missing) context.recordEvent(cron, { type: 'Normal', reason: 'MissingJob', message: `Active job went missing: ${name}` })
  return there.filter(({ uid }) => jobs.some((job) => job.metadata.uid === uid && !isFinished(job)))
}

/** Creates the Job of the latest start that was missed, however long ago that was, unless a deadline forbids it. */
function startWhenDue(context: Context, cron: CronJobObject, active: readonly Reference[]): Outcome {
  const missed = missedTimes(cron, { nowMs: context.nowMs(), keepsDeadline: true })
  if (missed === undefined) context.recordEvent(cron, { type: 'Warning', reason: 'InvalidSchedule', message: `invalid schedule: ${cron.spec?.schedule ?? ''} : time difference between two schedules is less than 1 second` })
  const dueMs = missed?.latestMs
  if (missed === undefined || dueMs === undefined) return { active }
  if (missed.count === 'many') context.recordEvent(cron, { type: 'Warning', reason: 'TooManyMissedTimes', message: 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew' })
  const policy = cron.spec?.concurrencyPolicy ?? 'Allow'
  if (active.some(({ name }) => name === jobName(cron, dueMs))) return { active }
  if (policy === 'Forbid' && active.length > 0) {
    context.recordEvent(cron, { type: 'Normal', reason: 'JobAlreadyActive', message: 'Not starting job because prior execution is running and concurrency policy is Forbid' })
    return { active }
  }
  const kept = policy === 'Replace' ? replaceJobs(context, cron, active) : active
  const job = createJob(context, cron, dueMs)
  if (isFault(job)) return { active: kept, failure: job }
  return job === undefined || kept.some(({ uid }) => uid === job.metadata.uid) ? { active: kept } : { active: [...kept, referenceTo(job)], startedMs: dueMs }
}

function replaceJobs(context: Context, cron: CronJobObject, active: readonly Reference[]): readonly Reference[] {
  for (const job of jobsOf(context, cron)) if (active.some(({ uid }) => uid === job.metadata.uid)) deleteJob(context, cron, job)
  return []
}

function deleteJob(context: Context, cron: CronJobObject, job: KubeObject): void {
  context.api.remove(refOf(job), { propagation: 'Background' })
  context.recordEvent(cron, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted job ${job.metadata.name ?? ''}` })
}

function jobName(cron: CronJobObject, dueMs: number): string {
  return `${cron.metadata.name ?? ''}-${Math.floor(dueMs / 60_000)}`
}

/** The Job, also where it is there already and this CronJob's own; or why there is none. */
function createJob(context: Context, cron: CronJobObject, dueMs: number): KubeObject | Fault | undefined {
  const template = cron.spec?.jobTemplate
  const name = jobName(cron, dueMs)
  const annotations = { ...template?.metadata?.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': timeInZone(dueMs, zoneOf(cron)) }
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: cron.metadata.namespace ?? '', labels: template?.metadata?.labels ?? {}, annotations, ownerReferences: [ownerReference(cron)] },
    spec: template?.spec,
  }
  try {
    const created = context.api.create(job)
    context.recordEvent(cron, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created job ${name}` })
    return created
  } catch (error) {
    if (!isFault(error)) throw error
    if (error.code === 'already-exists') return jobsOf(context, cron).find(({ metadata }) => metadata.name === name)
    context.recordEvent(cron, { type: 'Warning', reason: 'FailedCreate', message: `Error creating job: ${error.message}` })
    return error
  }
}

function referenceTo({ apiVersion, kind, metadata }: KubeObject): Reference {
  const { name = '', namespace = '', uid = '', resourceVersion } = metadata
  return { apiVersion, kind, name, namespace, uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) }
}

function jobsOf({ store }: Context, cron: CronJobObject): KubeObject[] {
  return store.ownedBy(cron.metadata.uid ?? '').filter(({ kind }) => kind === 'Job')
}

export function isFinished(job: KubeObject): boolean {
  return conditionOf(job, 'Complete')?.status === 'True' || conditionOf(job, 'Failed')?.status === 'True'
}

function isSucceeded(job: KubeObject): boolean {
  return conditionOf(job, 'Complete')?.status === 'True'
}

function trimHistory(context: Context, cron: CronJobObject): void {
  const finished = jobsOf(context, cron).filter(isFinished).sort((left, right) => String(left.metadata.creationTimestamp).localeCompare(String(right.metadata.creationTimestamp)))
  const succeeded = finished.filter(isSucceeded)
  const failed = finished.filter((job) => !isSucceeded(job))
  const excess = [
    ...succeeded.slice(0, Math.max(0, succeeded.length - (cron.spec?.successfulJobsHistoryLimit ?? 3))),
    ...failed.slice(0, Math.max(0, failed.length - (cron.spec?.failedJobsHistoryLimit ?? 1))),
  ]
  for (const job of excess.filter((candidate) => !isTerminating(candidate))) deleteJob(context, cron, job)
}

function reportStatus(context: Context, cron: CronJobObject, { active, startedMs }: Outcome): void {
  const jobs = jobsOf(context, cron)
  const lastDone = jobs.flatMap((job) => (isSucceeded(job) ? [String((job['status'] as { completionTime?: string } | undefined)?.completionTime ?? '')] : [])).sort().at(-1)
  const { active: _, ...kept } = cron.status ?? {}
  const status = {
    ...kept,
    ...(active.length === 0 ? {} : { active }),
    ...(startedMs === undefined ? {} : { lastScheduleTime: toKubeTime(startedMs) }),
    ...(lastDone === undefined || lastDone === '' ? {} : { lastSuccessfulTime: lastDone }),
  }
  if (!jsonEqual(status, cron.status)) context.api.updateStatus(cron, status)
}
