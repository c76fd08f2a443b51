/**
 * The scheduler as a controller of the twin: takes pods from the queue, runs a cycle for each, binds or refuses.
 *
 * The index follows every write at once, so a pod bound a moment ago is counted for the next. One key (`cycle`)
 * works the queue in small batches, at about the pace of a real scheduler; another (`flush`) moves on pods that
 * were parked for five minutes, as upstream does in case a hint was missed. A pod whose volumes are still to be
 * bound keeps its place on the node and is bound when they are (`volumes`).
 */

import { jsonEqual } from '../../kernel/json.ts'
import { isPod, isTerminal, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { Controller } from '../controller.ts'
import type { Change } from '../store.ts'
import { clusterEventOf } from './cluster-event.ts'
import { schedulePod } from './cycle.ts'
import { mayHelp } from './hints.ts'
import { dropReservation, followVolumes, place } from './place-pod.ts'
import { podInfoOf } from './pod-info.ts'
import type { QueuedPod } from './queue.ts'
import { refuse } from './refuse-pod.ts'
import { FILTER_PLUGINS, SCORE_PLUGINS } from './registry.ts'
import { BATCH_MS, createSchedulerState, CYCLE, FLUSH, nomineesFor, VOLUMES, type SchedulerContext, type SchedulerState } from './scheduler-state.ts'

export const SCHEDULER_NAME = 'default-scheduler'

/** Together about 400 pods a second: between upstream's measured floor for plain pods (270/s) and its peaks. */
const BATCH_PODS = 4

export const scheduler: Controller<SchedulerState> = {
  name: SCHEDULER_NAME,
  watches: [
    '/Pod',
    '/Node',
    '/Namespace',
    '/Service',
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
    // Services only lean on scores: a change of one is no reason to try again.
    if (change.groupKind === '/Service') return
    followQueue(change, state)
    const event = clusterEventOf(change)
    if (event !== undefined && state.queue.parkedCount > 0) state.queue.wake((pod) => mayHelp(pod.rejectedBy, event))
  },
  *keysFor(change, _store, state) {
    if (change.groupKind === '/Service') return
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
    if (dropReservation(key, state)) state.queue.wake((pod) => mayHelp(pod.rejectedBy, { type: 'pod-gone', pod: object }))
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
  armCycle(context)
  if (queue.parkedCount > 0) context.wakeAfter(FLUSH, context.profile.schedulerFlushMs)
}

/** Soon where there is something to try, else when the first that failed may be tried again. */
function armCycle(context: SchedulerContext): void {
  const { queue } = context.state
  const retryMs = queue.nextRetryMs()
  if (queue.hasWork) context.wakeAfter(CYCLE, BATCH_MS)
  else if (retryMs !== undefined) context.wakeAfter(CYCLE, retryMs - context.nowMs())
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
    nomineesOn: nomineesFor(info, state),
    ...(pod.status?.nominatedNodeName === undefined ? {} : { nominatedNode: pod.status.nominatedNodeName }),
  })
  state.startIndex = decision.nextIndex
  if (decision.type === 'placed') place({ queued, pod, info, nodeName: decision.nodeName }, context)
  else refuse({ queued, pod, info, diagnosis: decision.diagnosis }, context)
}

function podKey(pod: PodObject): string {
  return `${pod.metadata.namespace ?? 'default'}/${pod.metadata.name ?? ''}`
}
