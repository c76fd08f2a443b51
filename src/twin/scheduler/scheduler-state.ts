/** What the scheduler remembers: the index, the queue, promises of nodes, and where it stopped looking. */

import { CowMap } from '../cow-map.ts'
import type { Context, Forkable } from '../controller.ts'
import type { Backoff } from './back-off.ts'
import { createClusterIndex, type ClusterIndex } from './cluster-index.ts'
import type { PodInfo } from './pod-info.ts'
import { createPodQueue, type PodQueue } from './queue.ts'

/** Keys of the scheduler's own work: the next batch, the flush of old refusals, and `volumes namespace/name`. */
export const CYCLE = 'cycle'
export const FLUSH = 'flush'
export const VOLUMES = 'volumes '

/** From one batch of pods to the next. */
export const BATCH_MS = 10

export type SchedulerContext = Context<SchedulerState>

/** A node that preemption cleared for a pod. */
export interface Nomination {
  readonly nodeName: string
  readonly pod: PodInfo
}

/** A pod that has its node and waits for its volumes; the index counts it there already. */
export interface Reservation {
  readonly nodeName: string
  readonly pod: PodInfo
  readonly sinceMs: number
}

export interface SchedulerState extends Forkable {
  readonly index: ClusterIndex
  readonly queue: PodQueue
  /** By `namespace/name` of the pod that waits for its node. */
  readonly nominations: CowMap<Nomination>
  /** By `namespace/name` of the pod. */
  readonly reservations: CowMap<Reservation>
  /** Where in the node order the next search starts. */
  startIndex: number
  fork(): SchedulerState
}

export function createSchedulerState(): SchedulerState {
  return stateOver({ index: createClusterIndex(), queue: createPodQueue(), nominations: new CowMap(), reservations: new CowMap(), startIndex: 0 })
}

function stateOver(parts: Omit<SchedulerState, 'fork'>): SchedulerState {
  const state: SchedulerState = {
    ...parts,
    fork: () =>
      stateOver({
        index: state.index.fork(),
        queue: state.queue.fork(),
        nominations: state.nominations.fork(),
        reservations: state.reservations.fork(),
        startIndex: state.startIndex,
      }),
  }
  return state
}

export function backoffOf({ profile }: SchedulerContext): Backoff {
  return { initialMs: profile.schedulerBackoffInitialMs, maxMs: profile.schedulerBackoffMaxMs }
}

const NOBODY: readonly PodInfo[] = []

/** Pods promised a node, by its name, that rank at least as high as `pod`: gathered once, asked for each node. */
export function nomineesFor(pod: PodInfo, state: SchedulerState): (nodeName: string) => readonly PodInfo[] {
  const nominations = Array.from(state.nominations.values()).filter((nomination) => nomination.pod.key !== pod.key && nomination.pod.priority >= pod.priority)
  if (nominations.length === 0) return () => NOBODY
  const byNode = Map.groupBy(nominations, ({ nodeName }) => nodeName)
  return (nodeName) => byNode.get(nodeName)?.map((nomination) => nomination.pod) ?? NOBODY
}
