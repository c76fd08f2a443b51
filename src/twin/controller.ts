/**
 * What a controller of the twin is: level-triggered, idempotent, one key in, writes out.
 *
 * Controllers are constants. All that they remember lies in their state, which forks with the twin, and in the
 * objects. `sync` looks at the world as it is, writes what differs, and arms its next wake-up by
 * `context.wakeAfter` (at the end of every sync in which it waits for time to pass: earlier wake-ups replace
 * later ones).
 */

import type { Rng } from '../kernel/rng.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { Api } from './api/api.ts'
import type { Change, StoreReader } from './store.ts'
import type { VersionProfile } from './profile.ts'

/** What a controller remembers. `CowMap` is one; a derived index is one if it can copy itself. */
export interface Forkable {
  fork(): Forkable
}

export interface Context<S extends Forkable = Forkable> {
  readonly store: StoreReader
  /** Writes, as any client of the API server: admission, defaults, conflicts, faults. */
  readonly api: Api
  readonly profile: VersionProfile
  /** This controller's own stream. */
  readonly rng: Rng
  readonly state: S
  /** The state of another controller of this same twin (and fork), by its name; to be read only. */
  stateOf<T extends Forkable>(controllerName: string): T
  nowMs(): number
  /** Queues a key of this controller after `delayMs` of virtual time. */
  wakeAfter(key: string, delayMs: number): void
  /** Writes a Kubernetes Event about the object; repeats of (object, reason, message) count up. */
  recordEvent(object: KubeObject, event: { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string; readonly fieldPath?: string }): void
}

export interface Controller<S extends Forkable = Forkable> {
  /** Unique; also the component in events: `deployment-controller`. */
  readonly name: string
  /** Kinds whose changes concern it, as `group/Kind`; `*` for all. The first is the kind it works on, where it has one. */
  readonly watches: readonly string[]
  /** From a write to the sync it causes, in virtual milliseconds. */
  readonly latencyMs: number
  createState(): S
  /** Called with every change of a watched kind at once, to keep derived state in step. Must not write. */
  observe?(change: Change, state: S, store: StoreReader): void
  /** The keys to sync after a change. */
  keysFor(change: Change, store: StoreReader, state: S): Iterable<string>
  /** Faults thrown here requeue the key with back-off: 5 ms · 2^n up to 1000 s. */
  sync(key: string, context: Context<S>): void
}
