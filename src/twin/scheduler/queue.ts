/**
 * The scheduling queue: pods to try now, pods in back-off, and pods parked until something may help them.
 *
 * Higher priority first, then who waited longer (PrioritySort). A refused pod is parked with the plugins that
 * refused it; a change that one of them finds promising moves it on. Back-off orders rather than delays: with
 * nothing else to do the scheduler takes pods out of back-off early (default since 1.33), by whole seconds and in each by
 * rank. Those whose attempt ended in an error do have to wait.
 */

import { CowMap } from '../cow-map.ts'
import { backoffEndMs, backoffUntilMs, isBackoffOver, type Backoff } from './back-off.ts'
import { createHeap, type Heap } from './heap.ts'

export interface QueuedPod {
  /** `namespace/name`. */
  readonly key: string
  readonly uid: string
  readonly priority: number
  /** Order of arrival; a refused pod goes to the end of its priority. */
  readonly sequence: number
  readonly refusals: number
  /** In a row. */
  readonly errors: number
  readonly backoffUntilMs: number
  readonly parkedAtMs: number
  /** Plugins that refused it last; empty when the refusal came from none. */
  readonly rejectedBy: readonly string[]
  readonly place: 'active' | 'backoff' | 'failing' | 'parked' | 'in-flight'
}

export interface PodQueue {
  /** Puts a pod among those to try, unless it waits here already. */
  add(pod: { readonly key: string; readonly uid: string; readonly priority: number }): void
  remove(key: string): void
  get(key: string): QueuedPod | undefined
  /** The next pod to try. */
  take(nowMs: number): QueuedPod | undefined
  /** After a refusal. */
  park(pod: QueuedPod, options: { readonly rejectedBy: readonly string[]; readonly nowMs: number; readonly backoff: Backoff }): void
  /** After an error: tried again once back-off lets it. */
  retry(pod: QueuedPod, options: { readonly nowMs: number; readonly backoff: Backoff }): void
  /** Moves on the parked pods for which `isHelped` holds; true when there was one. */
  wake(isHelped: (pod: QueuedPod) => boolean): boolean
  readonly hasWork: boolean
  /** When the first of those that failed may be tried again. */
  nextRetryMs(): number | undefined
  /** Parked since the earliest of these times, undefined when none is parked. */
  oldestParkedMs(): number | undefined
  readonly parkedCount: number
  fork(): PodQueue
}

interface Parts {
  readonly entries: CowMap<QueuedPod>
  readonly parked: CowMap<true>
  readonly active: Heap<QueuedPod>
  readonly backingOff: Heap<QueuedPod>
  readonly failing: Heap<QueuedPod>
  readonly sequence: number
}

export function createPodQueue(): PodQueue {
  return queueOver({ entries: new CowMap(), parked: new CowMap(), active: createHeap(isMoreUrgent), backingOff: createHeap(backsOffEarlier), failing: createHeap(backsOffEarlier), sequence: 0 })
}

function queueOver(parts: Parts): PodQueue {
  const { entries, parked, active, backingOff, failing } = parts
  let sequence = parts.sequence
  const isLive = (pod: QueuedPod | undefined): boolean => pod === undefined || entries.get(pod.key) === pod
  const dropStale = (heap: Heap<QueuedPod>): void => {
    while (!isLive(heap.peek())) heap.pop()
  }
  const place = (pod: QueuedPod): void => {
    entries.set(pod.key, pod)
    if (pod.place === 'active') active.push(pod)
    if (pod.place === 'backoff') backingOff.push(pod)
    if (pod.place === 'failing') failing.push(pod)
    if (pod.place === 'parked') parked.set(pod.key, true)
    else parked.delete(pod.key)
  }
  const releaseExpired = (heap: Heap<QueuedPod>, nowMs: number): void => {
    for (dropStale(heap); isBackoffOver(heap.peek()?.backoffUntilMs ?? Infinity, nowMs); dropStale(heap)) {
      const pod = heap.pop()
      if (pod !== undefined) place({ ...pod, place: 'active' })
    }
  }
  return {
    add({ key, uid, priority }) {
      if (entries.get(key)?.uid === uid) return
      sequence += 1
      place({ key, uid, priority, sequence, refusals: 0, errors: 0, backoffUntilMs: 0, parkedAtMs: 0, rejectedBy: [], place: 'active' })
    },
    remove(key) {
      entries.delete(key)
      parked.delete(key)
    },
    get: (key) => entries.get(key),
    take(nowMs) {
      releaseExpired(backingOff, nowMs)
      releaseExpired(failing, nowMs)
      dropStale(active)
      const pod = active.pop() ?? backingOff.pop()
      if (pod === undefined) return undefined
      const taken: QueuedPod = { ...pod, place: 'in-flight' }
      place(taken)
      return taken
    },
    park: (pod, options) => place({ ...refused(pod, options), sequence: (sequence += 1) }),
    retry: (pod, options) => place({ ...failed(pod, options), sequence: (sequence += 1) }),
    wake(isHelped) {
      const helped = Array.from(parked.keys(), (key) => entries.get(key)).filter((pod): pod is QueuedPod => pod !== undefined && isHelped(pod))
      for (const pod of helped) place({ ...pod, place: 'backoff' })
      return helped.length > 0
    },
    get hasWork() {
      dropStale(active)
      dropStale(backingOff)
      return active.peek() !== undefined || backingOff.peek() !== undefined
    },
    nextRetryMs() {
      dropStale(failing)
      const untilMs = failing.peek()?.backoffUntilMs
      return untilMs === undefined ? undefined : backoffEndMs(untilMs)
    },
    oldestParkedMs: () => oldestOf(Array.from(parked.keys(), (key) => entries.get(key)?.parkedAtMs ?? Infinity)),
    get parkedCount() {
      return parked.size
    },
    fork: () => queueOver({ entries: entries.fork(), parked: parked.fork(), active: active.fork(), backingOff: backingOff.fork(), failing: failing.fork(), sequence }),
  }
}

type Attempt = Parameters<PodQueue['retry']>[1]

function refused(pod: QueuedPod, { rejectedBy, nowMs, backoff }: Attempt & { readonly rejectedBy: readonly string[] }): QueuedPod {
  const refusals = pod.refusals + 1
  return { ...pod, refusals, errors: 0, rejectedBy, backoffUntilMs: backoffUntilMs({ nowMs, backoff, count: refusals }), parkedAtMs: nowMs, place: 'parked' }
}

function failed(pod: QueuedPod, { nowMs, backoff }: Attempt): QueuedPod {
  const errors = pod.errors + 1
  return { ...pod, errors, rejectedBy: [], backoffUntilMs: backoffUntilMs({ nowMs, backoff, count: errors }), place: 'failing' }
}

function oldestOf(timesMs: readonly number[]): number | undefined {
  return timesMs.length === 0 ? undefined : timesMs.reduce((oldest, timeMs) => Math.min(oldest, timeMs))
}

function isMoreUrgent(left: QueuedPod, right: QueuedPod): boolean {
  return left.priority > right.priority || (left.priority === right.priority && left.sequence < right.sequence)
}

function backsOffEarlier(left: QueuedPod, right: QueuedPod): boolean {
  return left.backoffUntilMs < right.backoffUntilMs || (left.backoffUntilMs === right.backoffUntilMs && isMoreUrgent(left, right))
}
