/** The CronJob controller (`pkg/controller/cronjob`): a Job when due, under the concurrency policy, and a short history. */

import type { CronJob } from 'kubernetes-types/batch/v1.d.ts'
import { isFault } from '../../kernel/fault.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { parseTimeMs, toKubeTime } from '../../kernel/clock.ts'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isTerminating } from '../../model/kube/workload.ts'
import type { Context, Controller } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import { keyOf, objectAt, ownerKeys } from './controller-key.ts'
import { ownerReference } from './create-pods.ts'
import { nextDueMs } from './cron-schedule.ts'

type CronJobObject = KubeObject & CronJob

export const cronJob: Controller<CowMap<true>> = {
  name: 'cronjob-controller',
  watches: ['batch/CronJob', 'batch/Job'],
  latencyMs: 10,
  createState: () => new CowMap(),
  keysFor: (change) => (change.groupKind === 'batch/CronJob' ? (change.after === undefined ? [] : [keyOf(change.after)]) : ownerKeys(change, 'CronJob')),
  sync(key, context) {
    const cron = objectAt(context.store, { apiVersion: 'batch/v1', kind: 'CronJob' }, key) as CronJobObject | undefined
    if (cron === undefined || isTerminating(cron)) return
    const active = stillActive(context, cron)
    trimHistory(context, cron)
    const started = cron.spec?.suspend === true ? undefined : startWhenDue(context, cron, active)
    reportStatus(context, cron, { active, started })
    const next = cron.spec?.suspend === true ? undefined : nextDueMs(cron.spec?.schedule ?? '', context.nowMs(), zoneOf(cron))
    if (next !== undefined) context.wakeAfter(key, next - context.nowMs())
  },
}

function zoneOf(cron: CronJobObject): string | undefined {
  return (cron.spec as { timeZone?: string } | undefined)?.timeZone
}

type Reference = NonNullable<NonNullable<CronJob['status']>['active']>[number]

interface Started {
  readonly dueMs: number
  readonly job: Reference
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
  return known.filter(({ uid }) => jobs.some((job) => job.metadata.uid === uid && !isFinished(job)))
}

/** Creates the Job of the latest due time that was missed. The due time and the Job, when one was acted on. */
function startWhenDue(context: Context, cron: CronJobObject, active: readonly Reference[]): Started | undefined {
  const nowMs = context.nowMs()
  const sinceMs = parseTimeMs((cron.status?.lastScheduleTime ?? cron.metadata.creationTimestamp) as string | undefined) ?? nowMs
  const dueMs = latestDue(cron, sinceMs, nowMs)
  if (dueMs === undefined) return undefined
  const deadline = cron.spec?.startingDeadlineSeconds
  if (deadline !== undefined && dueMs < nowMs - deadline * 1000) return undefined
  const policy = cron.spec?.concurrencyPolicy ?? 'Allow'
  if (policy === 'Forbid' && active.length > 0) return undefined
  if (policy === 'Replace') for (const job of jobsOf(context, cron)) if (active.some(({ uid }) => uid === job.metadata.uid)) context.api.remove(refOf(job), { propagation: 'Background' })
  const job = createJob(context, cron, dueMs)
  return job === undefined ? undefined : { dueMs, job: referenceTo(job) }
}

/** Only the latest counts; a twin that begins long after the last run does not catch up on all of them. */
function latestDue(cron: CronJobObject, sinceMs: number, nowMs: number): number | undefined {
  const schedule = cron.spec?.schedule ?? ''
  let latest: number | undefined
  for (let next = nextDueMs(schedule, Math.max(sinceMs, nowMs - 7 * 86_400_000), zoneOf(cron)); next !== undefined && next <= nowMs; next = nextDueMs(schedule, next, zoneOf(cron))) latest = next
  return latest
}

/** The Job, also where it is there already and this CronJob's own. */
function createJob(context: Context, cron: CronJobObject, dueMs: number): KubeObject | undefined {
  const template = cron.spec?.jobTemplate
  const name = `${cron.metadata.name ?? ''}-${Math.floor(dueMs / 60_000)}`
  const annotations = { ...template?.metadata?.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': toKubeTime(dueMs) }
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
    return undefined
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
  for (const job of excess.filter((candidate) => !isTerminating(candidate))) context.api.remove(refOf(job), { propagation: 'Background' })
}

function reportStatus(context: Context, cron: CronJobObject, { active, started }: { readonly active: readonly Reference[]; readonly started: Started | undefined }): void {
  const jobs = jobsOf(context, cron)
  const listed = started === undefined || active.some(({ uid }) => uid === started.job.uid) ? active : [...active, started.job]
  const lastDone = jobs.flatMap((job) => (isSucceeded(job) ? [String((job['status'] as { completionTime?: string } | undefined)?.completionTime ?? '')] : [])).sort().at(-1)
  const { active: _, ...kept } = cron.status ?? {}
  const status = {
    ...kept,
    ...(listed.length === 0 ? {} : { active: listed }),
    ...(started === undefined ? {} : { lastScheduleTime: toKubeTime(started.dueMs) }),
    ...(lastDone === undefined || lastDone === '' ? {} : { lastSuccessfulTime: lastDone }),
  }
  if (!jsonEqual(status, cron.status)) context.api.updateStatus(cron, status)
}
