/**
 * The scheduler as a controller of the twin: takes pods from the queue, runs a cycle for each, binds or refuses.
 *
 * The index follows every write at once, so a pod bound a moment ago is counted for the next. One key (`cycle`)
 * works the queue in small batches, at about the pace of a real scheduler; another (`flush`) moves on pods that
 * were parked for five minutes, as upstream does in case a hint was missed. A pod whose volumes are still to be
 * bound keeps its place on the node and is bound when they are (`volumes`).
 */

import { jsonEqual } from '../../kernel/json.ts'
import { isFault } from '../../kernel/fault.ts'
import { refOf } from '../../model/kube-object.ts'
import { isPod, isTerminal, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { Context, Controller } from '../controller.ts'
import type { Change } from '../store.ts'
import { clusterEventOf } from './cluster-event.ts'
import { schedulePod, type Diagnosis } from './cycle.ts'
import { mayHelp } from './hints.ts'
import { unschedulableMessage } from './message.ts'
import { podInfoOf, type PodInfo } from './pod-info.ts'
import { withCondition } from './pod-status.ts'
import { preempt, withoutNomination } from './preempt.ts'
import { findPreemption } from './preemption.ts'
import type { Backoff, QueuedPod } from './queue.ts'
import { FILTER_PLUGINS, SCORE_PLUGINS } from './registry.ts'
import { areVolumesBound, requestVolumes } from './request-volumes.ts'
import { createSchedulerState, type SchedulerState } from './scheduler-state.ts'

export const SCHEDULER_NAME = 'default-scheduler'

const CYCLE = 'cycle'
const FLUSH = 'flush'
const VOLUMES = 'volumes '

/** Together about 400 pods a second: between upstream's measured floor for plain pods (270/s) and its peaks. */
const BATCH_PODS = 4
const BATCH_MS = 10

type SchedulerContext = Context<SchedulerState>

export const scheduler: Controller<SchedulerState> = {
  name: SCHEDULER_NAME,
  watches: [
    '/Pod',
    '/Node',
    '/Namespace',
    '/PersistentVolumeClaim',
    '/PersistentVolume',
    'storage.k8s.io/StorageClass',
    'storage.k8s.io/CSINode',
    'storage.k8s.io/CSIStorageCapacity',
    'storage.k8s.io/VolumeAttachment',
  ],
  latencyMs: BATCH_MS,
  createState: createSchedulerState,
  observe(change, state) {
    state.index.observe(change)
    followQueue(change, state)
    const event = clusterEventOf(change)
    if (event !== undefined && state.queue.parkedCount > 0) state.queue.wake((pod) => mayHelp(pod.rejectedBy, event))
  },
  *keysFor(change, _store, state) {
    if (state.queue.hasWork) yield CYCLE
    if (change.groupKind === '/PersistentVolumeClaim') for (const key of state.reservations.keys()) yield `${VOLUMES}${key}`
  },
  sync(key, context) {
    if (key === FLUSH) flush(context)
    else if (key === CYCLE) runBatch(context)
    else followVolumes(key.slice(VOLUMES.length), context)
  },
}

/** Pods without a node enter the queue; bound, ending and foreign ones leave it. A changed spec earns a new attempt. */
function followQueue(change: Change, state: SchedulerState): void {
  const object = change.after ?? change.before
  if (object === undefined || !isPod(object)) return
  const key = podKey(object)
  if (change.after === undefined || !isWaiting(object)) {
    state.queue.remove(key)
    state.nominations.delete(key)
    dropReservation(key, state)
    return
  }
  const before = change.before as PodObject | undefined
  if (before !== undefined && !asksTheSame(before, object)) state.queue.wake((pod) => pod.key === key)
  state.queue.add({ key, uid: object.metadata.uid ?? '', priority: object.spec?.priority ?? 0 })
  const nodeName = object.status?.nominatedNodeName ?? ''
  if (nodeName === '') state.nominations.delete(key)
  else state.nominations.set(key, { nodeName, pod: podInfoOf(object) })
}

function asksTheSame(before: PodObject, after: PodObject): boolean {
  return jsonEqual(before.spec, after.spec) && jsonEqual(before.metadata.labels, after.metadata.labels)
}

function isWaiting(pod: PodObject): boolean {
  const spec = pod.spec as (PodObject['spec'] & { schedulingGates?: readonly unknown[] }) | undefined
  return (
    (spec?.nodeName ?? '') === '' &&
    (spec?.schedulerName ?? SCHEDULER_NAME) === SCHEDULER_NAME &&
    (spec?.schedulingGates ?? []).length === 0 &&
    !isTerminal(pod) &&
    !isTerminating(pod)
  )
}

function runBatch(context: SchedulerContext): void {
  const { queue } = context.state
  for (let count = 0; count < BATCH_PODS; count += 1) {
    const next = queue.take(context.nowMs())
    if (next === undefined) break
    attempt(next, context)
  }
  if (queue.hasWork) context.wakeAfter(CYCLE, BATCH_MS)
  if (queue.parkedCount > 0) context.wakeAfter(FLUSH, context.profile.schedulerFlushMs)
}

function flush(context: SchedulerContext): void {
  const { queue } = context.state
  const limitMs = context.nowMs() - context.profile.schedulerFlushMs
  queue.wake((pod) => pod.parkedAtMs <= limitMs)
  if (queue.hasWork) context.wakeAfter(CYCLE, 1)
  const oldestMs = queue.oldestParkedMs()
  if (oldestMs !== undefined) context.wakeAfter(FLUSH, oldestMs + context.profile.schedulerFlushMs - context.nowMs())
}

function attempt(queued: QueuedPod, context: SchedulerContext): void {
  const { state, store } = context
  const pod = store.byKey(`/Pod|${queued.key.replace('/', '|')}`)
  if (pod === undefined || !isPod(pod) || !isWaiting(pod)) return state.queue.remove(queued.key)
  const info = podInfoOf(pod)
  const decision = schedulePod({
    pod: info,
    cluster: { index: state.index, store, profile: context.profile },
    filterPlugins: FILTER_PLUGINS,
    scorePlugins: SCORE_PLUGINS,
    rng: context.rng,
    startIndex: state.startIndex,
    nomineesOn: (nodeName) => nomineesOn(nodeName, info, state),
    ...(pod.status?.nominatedNodeName === undefined ? {} : { nominatedNode: pod.status.nominatedNodeName }),
  })
  state.startIndex = decision.nextIndex
  if (decision.type === 'placed') place({ queued, pod, info, nodeName: decision.nodeName }, context)
  else refuse({ queued, pod, info, diagnosis: decision.diagnosis }, context)
}

function nomineesOn(nodeName: string, pod: PodInfo, state: SchedulerState): readonly PodInfo[] {
  if (state.nominations.size === 0) return []
  return Array.from(state.nominations.values())
    .filter((nomination) => nomination.nodeName === nodeName && nomination.pod.key !== pod.key && nomination.pod.priority >= pod.priority)
    .map((nomination) => nomination.pod)
}

interface Choice {
  readonly queued: QueuedPod
  readonly pod: PodObject
  readonly info: PodInfo
  readonly nodeName: string
}

/** Binds at once, or first has the pod's volumes bound and keeps its room meanwhile. */
function place(choice: Choice, context: SchedulerContext): void {
  const { queued, info, nodeName } = choice
  const node = context.state.index.node(nodeName)
  if (node === undefined || !requestVolumes(info, node, context)) return bind(choice, context)
  context.state.index.assume(info, nodeName)
  context.state.reservations.set(queued.key, { nodeName, pod: info, sinceMs: context.nowMs() })
  context.wakeAfter(`${VOLUMES}${queued.key}`, VOLUME_WAIT_MS)
}

/** VolumeBindingArgs.bindTimeoutSeconds. */
const VOLUME_WAIT_MS = 600_000

function followVolumes(key: string, context: SchedulerContext): void {
  const { state, store } = context
  const reservation = state.reservations.get(key)
  const queued = state.queue.get(key)
  const pod = store.byKey(`/Pod|${key.replace('/', '|')}`)
  if (reservation === undefined || queued === undefined || pod === undefined || !isPod(pod)) return
  const isReady = areVolumesBound(reservation.pod, store)
  const leftMs = reservation.sinceMs + VOLUME_WAIT_MS - context.nowMs()
  if (!isReady && leftMs > 0) return context.wakeAfter(`${VOLUMES}${key}`, leftMs)
  dropReservation(key, state)
  if (isReady) return bind({ queued, pod, info: reservation.pod, nodeName: reservation.nodeName }, context)
  tryLater(queued, pod, { message: 'binding volumes: timed out waiting for the condition' }, context)
}

function dropReservation(key: string, state: SchedulerState): void {
  const reservation = state.reservations.get(key)
  if (reservation === undefined) return
  state.reservations.delete(key)
  state.index.forget(reservation.pod, reservation.nodeName)
}

/** A binding that the API refuses (the pod went meanwhile, an admission said no) is tried again after back-off. */
function bind(choice: Choice, context: SchedulerContext): void {
  const { queued, pod, nodeName } = choice
  try {
    context.api.bind(refOf(pod), nodeName)
  } catch (error) {
    if (!isFault(error)) throw error
    return tryLater(queued, pod, { message: `binding rejected: ${error.message}` }, context)
  }
  context.recordEvent(pod, { type: 'Normal', reason: 'Scheduled', message: `Successfully assigned ${queued.key} to ${nodeName}` })
}

function tryLater(queued: QueuedPod, pod: PodObject, why: { readonly message: string }, context: SchedulerContext): void {
  context.state.queue.retry(queued, { nowMs: context.nowMs(), backoff: backoffOf(context) })
  context.wakeAfter(CYCLE, BATCH_MS)
  context.recordEvent(pod, { type: 'Warning', reason: 'FailedScheduling', message: why.message })
}

/** Parks first: what preemption removes at once must find the pod waiting. */
function refuse(refusal: Refused, context: SchedulerContext): void {
  const { queued, pod, diagnosis } = refusal
  context.state.queue.park(queued, { rejectedBy: diagnosis.rejectedBy, nowMs: context.nowMs(), backoff: backoffOf(context) })
  if (diagnosis.nodeCount === 0) return report(pod, { message: 'no nodes available to schedule pods', status: withoutNomination(pod.status) }, context)
  const preemption = findPreemption({
    pod: refusal.info,
    object: pod,
    diagnosis,
    cluster: { index: context.state.index, store: context.store, profile: context.profile },
    rng: context.rng,
    nowMs: context.nowMs(),
    nomineesOn: (nodeName) => nomineesOn(nodeName, refusal.info, context.state),
  })
  if (preemption.type === 'none') {
    const message = unschedulableMessage(diagnosis, `${NO_CLAIMS}, preemption: ${preemption.message}`)
    return report(pod, { message, status: preemption.keepsNomination ? (pod.status ?? {}) : withoutNomination(pod.status) }, context)
  }
  const { nodeName, victims } = preemption
  report(pod, { message: unschedulableMessage(diagnosis), status: { ...pod.status, nominatedNodeName: nodeName } }, context)
  preempt({ preemptor: refusal.info, nodeName, victims }, context)
}

/** What the plugin for dynamic resources adds to every refusal of a pod without claims, since it is on by default (1.34). */
const NO_CLAIMS = 'no new claims to deallocate'

interface Refused {
  readonly queued: QueuedPod
  readonly pod: PodObject
  readonly info: PodInfo
  readonly diagnosis: Diagnosis
}

/** The condition and the event say the same words; an unchanged status is not written. */
function report(pod: PodObject, outcome: { readonly message: string; readonly status: NonNullable<PodObject['status']> }, context: SchedulerContext): void {
  const { message } = outcome
  const status = withCondition(outcome.status, { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }, context.nowMs())
  if (!jsonEqual(status, pod.status)) context.api.updateStatus(pod, status)
  context.recordEvent(pod, { type: 'Warning', reason: 'FailedScheduling', message })
}

function backoffOf(context: SchedulerContext): Backoff {
  return { initialMs: context.profile.schedulerBackoffInitialMs, maxMs: context.profile.schedulerBackoffMaxMs }
}

function podKey(pod: PodObject): string {
  return `${pod.metadata.namespace ?? 'default'}/${pod.metadata.name ?? ''}`
}
