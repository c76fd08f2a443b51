/**
 * From a decision to a pod on its node: binds it, after its volumes where it has some to wait for.
 */

import { isFault } from '../../kernel/fault.ts'
import { refOf } from '../../model/kube-object.ts'
import { isPod, type PodObject } from '../../model/kube/workload.ts'
import type { PodInfo } from './pod-info.ts'
import type { QueuedPod } from './queue.ts'
import { areVolumesBound, requestVolumes } from './request-volumes.ts'
import { BATCH_MS, backoffOf, CYCLE, VOLUMES, type SchedulerContext, type SchedulerState } from './scheduler-state.ts'

export interface Choice {
  readonly queued: QueuedPod
  readonly pod: PodObject
  readonly info: PodInfo
  readonly nodeName: string
}

/** Binds at once, or first has the pod's volumes bound and keeps its room meanwhile. */
export function place(choice: Choice, context: SchedulerContext): void {
  const { queued, info, nodeName } = choice
  const node = context.state.index.node(nodeName)
  if (node === undefined || !requestVolumes(info, node, context)) return bind(choice, context)
  context.state.index.assume(info, nodeName)
  context.state.reservations.set(queued.key, { nodeName, pod: info, sinceMs: context.nowMs() })
  context.wakeAfter(`${VOLUMES}${queued.key}`, VOLUME_WAIT_MS)
}

/** VolumeBindingArgs.bindTimeoutSeconds. */
const VOLUME_WAIT_MS = 600_000

/** The volumes of a waiting pod changed, or it has waited too long. */
export function followVolumes(key: string, context: SchedulerContext): void {
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

/** The pod went, or is bound in earnest: the index forgets what it assumed. False when nothing was. */
export function dropReservation(key: string, state: SchedulerState): boolean {
  const reservation = state.reservations.get(key)
  if (reservation === undefined) return false
  state.reservations.delete(key)
  state.index.forget(reservation.pod, reservation.nodeName)
  return true
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
