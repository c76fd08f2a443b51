/**
 * The Job controller (`pkg/controller/job`): counts every pod once (a finalizer keeps it until counted), makes new ones
 * with back-off, and says when the Job is done or has failed. A pod lost to a drain counts as a failure unless the
 * Job's policy ignores disruptions. Jobs that name another controller are left to it.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { controllerOf, groupOf, refOf, type KubeObject } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { isPod, isTerminating, isTerminal, type PodObject } from '../../model/kube/workload.ts'
import type { Context, Controller, Forkable } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import type { StoreReader } from '../store.ts'
import { claimChildren, isOrphan, noteOrphans, type Orphans } from './claim-children.ts'
import type { WorkloadCondition } from './conditions.ts'
import { keyOf, objectAt, ownerKeys } from './controller-key.ts'
import { BURST_MAX, createInBatches, createPod, deletePod } from './create-pods.ts'
import { isFinished } from './cron-job.ts'
import { recordAfter, recordBefore, waitMs, type FailureRecord } from './job/back-off.ts'
import { hasFailed, hasValidIndex, indexOf, isIndexed, isManagedElsewhere, isUncounted, jobPod, moreOf, replacesFailedOnly, TRACKING_FINALIZER, type JobObject } from './job/job-pods.ts'
import { writeStatus } from './job/job-status.ts'
import { countsPerIndex, failureAnnotations, indexWaitMs } from './job/per-index.ts'
import { surplusOf } from './job/surplus.ts'
import { countable, tallyOf, type Tally } from './job/tally.ts'
import { completion, deadlineLeftMs, verdictOn, type Verdict } from './job/verdict.ts'
import { isActive, podsOwnedBy } from './pod-state.ts'

/** `syncJobBatchPeriod`: pod changes are gathered for a second. */
const BATCH_MS = 1_000
/** Key of a pod without a Job that still carries the Jobs' finalizer. */
const ORPHAN = 'orphan|'

/** By job uid; of each Job that was looked at and is at work. */
type Failures = CowMap<FailureRecord>

interface JobState extends Forkable {
  readonly orphans: Orphans
  readonly failures: Failures
}

function stateOver(orphans: Orphans, failures: Failures): JobState {
  return { orphans, failures, fork: () => stateOver(orphans.fork(), failures.fork()) }
}

export const job: Controller<JobState> = {
  name: 'job-controller',
  watches: ['batch/Job', '/Pod'],
  latencyMs: BATCH_MS,
  createState: () => stateOver(new CowMap(), new CowMap()),
  observe: (change, { orphans }) => noteOrphans('/Pod', change, orphans),
  keysFor(change, store) {
    const { before, after, groupKind } = change
    if (groupKind === '/Pod') return [...(after !== undefined && isPod(after) && isLeft(after, store) ? [`${ORPHAN}${keyOf(after)}`] : []), ...ownerKeys(change, 'Job'), ...adoptersOf(after, store)]
    if (after !== undefined) return [keyOf(after)]
    return store.ownedBy(before?.metadata.uid ?? '').map((pod) => `${ORPHAN}${keyOf(pod)}`)
  },
  sync(key, context) {
    if (key.startsWith(ORPHAN)) return releaseOrphan(context, key.slice(ORPHAN.length))
    const found = objectAt(context.store, { apiVersion: 'batch/v1', kind: 'Job' }, key) as JobObject | undefined
    if (found === undefined) return
    if (isManagedElsewhere(moreOf(found))) return expire(context, found)
    const own = { ...context, state: context.state.failures }
    if (isFinished(found) || isTerminating(found)) return afterwards(own, found)
    claimPods(context, found)
    syncJob(own, found)
  },
}

/** A Job as a person wrote it has no selector yet: then it keeps what names it as its owner. */
function claimPods(context: Context<JobState>, found: JobObject): void {
  const selector = found.spec?.selector
  if (selector !== undefined) claimChildren({ ...context, state: context.state.orphans }, found, { childKind: '/Pod', selector, finalizer: TRACKING_FINALIZER })
}

/** Jobs whose selector, made of their uid, matches a pod that nobody controls: few pods carry the label. */
function adoptersOf(pod: KubeObject | undefined, store: StoreReader): string[] {
  if (!isOrphan(pod) || pod === undefined) return []
  const jobs = [...store.list('batch/Job', pod.metadata.namespace)] as JobObject[]
  return jobs.filter(({ spec }) => spec?.selector !== undefined && matchesSelector(spec.selector, pod.metadata.labels)).map(keyOf)
}

/** Nobody counts a pod whose Job has let go of it, or is gone (`syncOrphanPod`). */
function releaseOrphan(context: Context, key: string): void {
  const pod = objectAt(context.store, { apiVersion: 'v1', kind: 'Pod' }, key)
  if (pod !== undefined && isPod(pod) && isLeft(pod, context.store)) releasePod(context, pod)
}

function isLeft(pod: PodObject, store: StoreReader): boolean {
  const owner = controllerOf(pod)
  return isUncounted(pod) && (owner === undefined || (owner.kind === 'Job' && groupOf(owner.apiVersion) === 'batch' && store.byUid(owner.uid) === undefined))
}

/** Finished or deleted: finalizers come off, and a time to live runs out. */
function afterwards(context: Context<Failures>, found: JobObject): void {
  context.state.delete(found.metadata.uid ?? '')
  for (const pod of podsOwnedBy(context.store, found)) releasePod(context, pod)
  expire(context, found)
}

function expire(context: Context, found: JobObject): void {
  const ttl = found.spec?.ttlSecondsAfterFinished
  const endedMs = finishedAtMs(found)
  if (ttl === undefined || endedMs === undefined || isTerminating(found)) return
  const leftMs = endedMs + ttl * 1000 - context.nowMs()
  if (leftMs > 0) context.wakeAfter(keyOf(found), leftMs)
  else context.api.remove(refOf(found), { propagation: 'Foreground' })
}

function finishedAtMs(found: JobObject): number | undefined {
  const conditions = (found.status?.conditions ?? []) as readonly WorkloadCondition[]
  return parseTimeMs(conditions.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True')?.lastTransitionTime)
}

function syncJob(context: Context<Failures>, found: JobObject): void {
  const pods = podsOwnedBy(context.store, found)
  const active = pods.filter(isActive)
  const tally = tallyOf(found, pods)
  const known = context.state.get(found.metadata.uid ?? '') ?? recordBefore(found.status, countedBefore(pods))
  const failures = recordAfter(known, tally.ended)
  const early = verdictOn({ job: found, tally, pods, nowMs: context.nowMs() })
  if (early !== undefined) for (const pod of active) deletePod(context, found, pod)
  const managed = early === undefined ? managePods(context, found, { tally, active, pods, failures }) : {}
  const running = managed.hidesActive === true ? 0 : podsOwnedBy(context.store, found).filter(isActive).length
  const verdict = early ?? completion(found, tally, running)
  const isWritten = writeStatus(context, found, { tally, verdict, failed: failedAfter(found, tally, { verdict, pods }), active: running })
  // Only with a status that is written (`flushUncountedAndRemoveFinalizers`): what the server refused is counted again in the next sync, and a failure that is ignored and changes no count is never waited for.
  context.state.set(found.metadata.uid ?? '', isWritten ? failures : known)
  const held = new Set(verdict === undefined ? [...tally.held.values()].map(({ metadata }) => metadata.uid) : [])
  for (const pod of podsOwnedBy(context.store, found)) if ((isOver(pod, pods, found) && !held.has(pod.metadata.uid)) || verdict !== undefined) releasePod(context, pod)
  armDeadline(context, found, verdict)
  if (managed.shortfall !== undefined) throw managed.shortfall
}

/** What ended and was counted in a status already. */
function countedBefore(pods: readonly PodObject[]): { readonly succeeded: PodObject[]; readonly failed: PodObject[] } {
  const ended = (phase: string): PodObject[] => pods.filter((pod) => !isUncounted(pod) && pod.status?.phase === phase)
  return { succeeded: ended('Succeeded'), failed: ended('Failed') }
}

/** A pod that ended while this sync ran is left to the next: it was not counted here. */
function isOver(pod: PodObject, counted: readonly PodObject[], found: JobObject): boolean {
  const seen = counted.find(({ metadata }) => metadata.uid === pod.metadata.uid)
  return seen !== undefined && (isTerminal(seen) || hasFailed(seen, found))
}

/** Held pods are counted when they are let go. When a Job fails, what still runs or is on its way out has failed with it. */
function failedAfter(found: JobObject, tally: Tally, { verdict, pods }: { readonly verdict: Verdict | undefined; readonly pods: readonly PodObject[] }): number {
  if (verdict === undefined) return tally.failedSoFar - countable(found, [...tally.held.values()]).length
  if (verdict.type === 'Complete') return tally.failedSoFar
  const cutShort = pods.filter((pod) => isUncounted(pod) && isOwnWork(pod, found) && pod.status?.phase !== 'Succeeded' && !hasFailed(pod, found))
  return tally.failedSoFar + countable(found, cutShort).length
}

function isOwnWork(pod: PodObject, found: JobObject): boolean {
  return !isIndexed(found) || hasValidIndex(pod, found)
}

function armDeadline(context: Context, found: JobObject, verdict: Verdict | undefined): void {
  const leftMs = verdict === undefined ? deadlineLeftMs(found, context.nowMs()) : undefined
  if (leftMs !== undefined && leftMs > 0) context.wakeAfter(keyOf(found), leftMs)
}

interface Workforce {
  readonly tally: Tally
  readonly active: readonly PodObject[]
  readonly pods: readonly PodObject[]
  readonly failures: FailureRecord
}

interface Managed {
  /** What the server said when pods could not be made. */
  readonly shortfall?: Error
  /** All that were to be made wait, and this release forgets those that run. */
  readonly hidesActive?: boolean
}

/** Creates or deletes until as many run as are wanted, one of the two in a sync; waits out the back-off after failures. */
function managePods(context: Context<Failures>, found: JobObject, force: Workforce): Managed {
  const wanted = wantedCount(found, force)
  const surplus = surplusOf(found, force.active, wanted).slice(0, BURST_MAX)
  for (const pod of surplus) dismissPod(context, found, pod)
  const leaving = replacesFailedOnly(found) ? force.pods.filter((pod) => isTerminating(pod) && !isTerminal(pod)).length : 0
  const missing = Math.min(wanted - force.active.length - leaving, BURST_MAX)
  if (surplus.length > 0 || missing <= 0) return {}
  if (isIndexed(found)) return createIndexed(context, found, { force, missing })
  const leftMs = waitMs(force.failures, context.nowMs())
  if (leftMs > 0) return waiting(context, found, leftMs)
  return made(createInBatches(missing, () => createPod(context, found, jobPod(found))))
}

function waiting(context: Context, found: JobObject, leftMs: number): Managed {
  context.wakeAfter(keyOf(found), leftMs)
  return { hidesActive: !context.profile.waitingJobCountsActive }
}

function made({ failure }: ReturnType<typeof createInBatches>): Managed {
  return failure === undefined ? {} : { shortfall: failure }
}

function wantedCount(found: JobObject, { tally, active }: Workforce): number {
  if (moreOf(found).suspend === true) return 0
  const parallelism = found.spec?.parallelism ?? 1
  const completions = found.spec?.completions
  if (completions === undefined) return tally.succeeded > 0 ? active.length : parallelism
  return Math.max(0, Math.min(parallelism, completions - tally.succeeded))
}

/** Where failures are counted for each index, each waits for itself; else all wait together. */
function createIndexed(context: Context<Failures>, found: JobObject, { force, missing }: { readonly force: Workforce; readonly missing: number }): Managed {
  const isApart = countsPerIndex(found)
  const pending = pendingIndexes(found, force).slice(0, missing)
  const waitOf = (index: number): number => (isApart ? indexWaitMs(force.tally.held.get(index), context.nowMs()) : waitMs(force.failures, context.nowMs()))
  const ready = pending.filter((index) => waitOf(index) === 0)
  const rest = ready.length < pending.length ? waiting(context, found, Math.min(...pending.map(waitOf).filter((leftMs) => leftMs > 0))) : {}
  if (ready.length === 0) return rest
  let next = 0
  return made(createInBatches(ready.length, () => {
    const index = ready[next++] ?? 0
    return createPod(context, found, jobPod(found, index, failureAnnotations(found, force.tally.held.get(index))))
  }))
}

function pendingIndexes(found: JobObject, { tally, active, pods }: Workforce): number[] {
  const leaving = replacesFailedOnly(found) ? pods.filter((pod) => isTerminating(pod) && !isTerminal(pod)) : []
  const taken = new Set([...[...active, ...leaving].map(indexOf), ...tally.completed, ...(tally.failedIndexes ?? [])])
  return Array.from({ length: found.spec?.completions ?? 0 }, (_, index) => index).filter((index) => !taken.has(index))
}

/** Let go before it is deleted: what the Job itself sends away is no failure. */
function dismissPod(context: Context, found: JobObject, pod: PodObject): void {
  releasePod(context, pod)
  deletePod(context, found, pod)
}

function releasePod(context: Context, pod: PodObject): void {
  if (!isUncounted(pod)) return
  const rest = (pod.metadata.finalizers ?? []).filter((finalizer) => finalizer !== TRACKING_FINALIZER)
  context.api.patch(refOf(pod), { type: 'merge', body: { metadata: { finalizers: rest.length === 0 ? null : rest } } as never })
}
