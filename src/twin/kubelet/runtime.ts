/**
 * What a node knows about its containers and the API does not: when a run began, how it will end, how far the
 * back-off has gone, what the probes last said. All values are immutable, so that a fork shares them.
 */

import type { PodSpec } from 'kubernetes-types/core/v1.d.ts'
import type { Resources } from './allocation.ts'

/** One run of a container, from start to exit. */
export interface Run {
  readonly startedAtMs: number
  /** What will end it, earliest first. Checked when due: a condition on a Service may no longer hold then. */
  readonly ends: readonly PlannedEnd[]
  readonly exit?: Exit
  /** SIGTERM was sent: it ends at `atMs` at the latest. */
  readonly stop?: { readonly atMs: number; readonly exitCode: number; /** Not killed before: each process has its two seconds. */ readonly leastMs: number; readonly isRestarted?: boolean }
  readonly log: string
  readonly containerId: string
  /** What it was given at its start or by a resize since. */
  readonly resources?: Resources
}

export interface PlannedEnd {
  readonly atMs: number
  readonly exitCode: number
  readonly reason: 'OOMKilled' | 'Error' | 'Completed'
  readonly log: string
  /** Happens only when no ready endpoint serves this Service (`name` or `name.namespace`) at that time. */
  readonly whenServiceDown?: string
}

export interface Exit {
  readonly atMs: number
  readonly exitCode: number
  readonly reason: string
  /** Its kubelet ended it, and knew then whether it starts it again; absent where the policy decides. */
  readonly isRestarted?: boolean
}

export type ProbeKind = 'startup' | 'liveness' | 'readiness'

export interface ProbeRecord {
  readonly result: boolean
  /** Equal results in a row, counted towards the threshold. */
  readonly streak: number
  readonly streakOf: boolean
  readonly nextAtMs: number
}

export interface Waiting {
  readonly reason: string
  readonly message?: string
}

/** A delay that doubles. `stepAtMs` is when it was last raised. */
export interface Backoff {
  readonly delayMs: number
  readonly stepAtMs: number
}

export interface ContainerRuntime {
  readonly name: string
  readonly image: string
  /** The current run, or the last one that ended. */
  readonly run?: Run
  /** The run before it. */
  readonly previous?: Run
  readonly restarts: number
  readonly waiting: Waiting
  /** When to look again at a container that waits. */
  readonly retryAtMs?: number
  readonly pull?: PullState
  readonly pullBackoff?: Backoff
  readonly restartBackoff?: Backoff
  readonly probes: Readonly<Partial<Record<ProbeKind, ProbeRecord>>>
  /** The startup probe has passed, or there is none and the container runs. */
  readonly started: boolean
}

export type PullState =
  | { readonly type: 'pulling'; readonly doneAtMs: number }
  | { readonly type: 'pulled' }
  | { readonly type: 'failed'; readonly message: string }

export interface Doom {
  readonly reason: 'DeadlineExceeded' | 'Evicted' | 'Preempting'
  readonly message: string
  /** When containers that still run are killed. */
  readonly deadlineMs: number
  readonly isOver: boolean
  /** For the node's sake: said as a disruption, in these words. A pod past a limit of its own is none. */
  readonly disruption?: string
}

export interface ResizeState {
  readonly pending?: { readonly reason: 'Deferred' | 'Infeasible'; readonly message: string; readonly generation: number; readonly sinceMs: number }
  /** Granted and not yet seen to be in force, for `error` where one is told; looked at again at `lookMs`. */
  readonly inProgress?: { readonly generation: number; readonly sinceMs: number; readonly lookMs?: number; readonly error?: string }
}

export interface PodRuntime {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  readonly nodeName: string
  readonly acceptedAtMs: number
  readonly podIp: string
  readonly containers: Readonly<Record<string, ContainerRuntime>>
  /** Volumes that could not be set up: attempts so far, when the next one is due, and since when one waits to be attached. */
  readonly mount?: { readonly attempts: number; readonly nextAtMs: number; readonly sinceMs?: number }
  readonly mounted: boolean
  /** When that was, where it was not as soon as the pod came. */
  readonly mountedAtMs?: number
  /** The spec whose resources this kubelet granted last; absent where nothing was granted yet. */
  readonly granted?: PodSpec
  readonly resize?: ResizeState | undefined
  /** What is in force of what is stated for the pod as a whole, where that is resized. */
  readonly wholeSize?: Resources
  /** The node refused or evicted the pod; it stays Failed. */
  readonly rejected?: { readonly reason: string; readonly message: string }
  /** Uids of the pods that end before it begins. */
  readonly makesRoom?: readonly string[]
  /** Its dead containers were removed to free the disk. */
  readonly areContainersRemoved?: boolean
  /** Told to end by its own kubelet: past its deadline, or to free memory. It has failed once its containers have stopped. */
  readonly doomed?: Doom
  readonly terminating: boolean
  /** Since when its containers are told to end; hooks of all of them run from then on. */
  readonly stoppingSinceMs?: number
  /** The kubelet has confirmed the end of the pod. */
  readonly finished: boolean
}

export function isRunning(container: ContainerRuntime): boolean {
  return container.run !== undefined && container.run.exit === undefined
}
