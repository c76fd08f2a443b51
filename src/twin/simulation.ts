/**
 * Virtual time: takes the next due key from the timeline, runs its controller, until the asked-for instant.
 *
 * No wall clock and no ambient chance: the same store, seed and calls give the same run. A fork is the store's
 * fork, a copy of the timeline, the controllers' states forked, and their random streams cloned.
 */

import { isFault } from '../kernel/fault.ts'
import { required } from '../kernel/assert.ts'
import { SYNCS_PER_KEY_PER_INSTANT_MAX } from '../kernel/limits.ts'
import type { Rng } from '../kernel/rng.ts'
import type { Api } from './api/api.ts'
import type { Context, Controller, Forkable } from './controller.ts'
import { createEventQueue, type EventQueue } from './event-queue.ts'
import type { VersionProfile } from './profile.ts'
import { recordEvent } from './record-event.ts'
import type { Change, Store } from './store.ts'

export interface Simulation {
  nowMs(): number
  /** Runs everything that is due until `untilMs`, then stands there. Going back is a no-op. */
  advanceTo(untilMs: number): void
  /** When the next thing happens; undefined when nothing ever will. */
  nextAtMs(): number | undefined
  /** State of a controller, for those who compose the twin (the world control reaches the kubelet's). */
  stateOf<S extends Forkable>(controller: Controller<S>): S
  /** Queues a key of a controller as if a watched object had changed. */
  poke(controllerName: string, key: string): void
  /** Controllers that kept each other busy at one instant, by `name key`: a finding, not a crash. */
  readonly livelocks: readonly string[]
  /** A simulation of the same moment over a fork of the store. */
  fork(store: Store, api: (nowMs: () => number) => Api, rng: Rng): Simulation
}

interface Slot {
  readonly controller: Controller
  readonly state: Forkable
  readonly rng: Rng
}

interface Parts {
  readonly store: Store
  readonly api: (nowMs: () => number) => Api
  readonly profile: VersionProfile
  readonly slots: readonly Slot[]
  readonly queue: EventQueue
  readonly startMs: number
}

/** A controller that watches this hears of all kinds. */
const EVERY_KIND = '*'

/** Back-off of a failing key: k8s.io/client-go/util/workqueue, 5 ms · 2^n up to 1000 s. */
const RETRY_BASE_MS = 5
const RETRY_MAX_MS = 1_000_000

export function createSimulation(options: {
  readonly store: Store
  readonly api: (nowMs: () => number) => Api
  readonly profile: VersionProfile
  readonly controllers: readonly Controller[]
  readonly rng: Rng
  readonly startMs: number
}): Simulation {
  const slots = options.controllers.map((controller) => ({
    controller,
    state: controller.createState(),
    rng: options.rng.fork(controller.name),
  }))
  return run({ ...options, slots, queue: createEventQueue() })
}

function run(parts: Parts): Simulation {
  const { store, profile, slots, queue } = parts
  let nowMs = parts.startMs
  const api = parts.api(() => nowMs)
  const failures = new Map<string, number>()
  const busy = new Map<string, { atMs: number; count: number }>()
  const livelocks: string[] = []
  const byName = new Map(slots.map((slot) => [slot.controller.name, slot]))
  const byKind = groupByKind(slots)
  const clock: Pick<Context, 'nowMs' | 'stateOf'> = {
    nowMs: () => nowMs,
    stateOf: <T extends Forkable>(name: string) => required(byName.get(name), `controller ${name}`).state as T,
  }
  // One context a controller for the whole run: making one per sync would cost more than many a sync.
  const contexts = new Map(slots.map((slot) => [slot.controller.name, createContext(slot, { ...clock, store, api, profile, queue })]))

  store.onChange((change) => {
    for (const slot of byKind.get(change.groupKind) ?? []) deliver(slot, change)
    for (const slot of byKind.get(EVERY_KIND) ?? []) deliver(slot, change)
  })

  function deliver(slot: Slot, change: Change): void {
    slot.controller.observe?.(change, slot.state, store)
    for (const key of slot.controller.keysFor(change, store, slot.state)) {
      queue.add(queueKey(slot.controller.name, key), nowMs + slot.controller.latencyMs)
    }
  }

  function syncOnce(entryKey: string): void {
    const [name, key] = splitKey(entryKey)
    const slot = required(byName.get(name), `controller ${name}`)
    if (isLivelocked(busy, entryKey, nowMs)) {
      if (!livelocks.includes(entryKey)) livelocks.push(entryKey)
      return
    }
    try {
      slot.controller.sync(key, required(contexts.get(name), name))
      failures.delete(entryKey)
    } catch (error) {
      if (!isFault(error)) throw error
      const count = failures.get(entryKey) ?? 0
      failures.set(entryKey, count + 1)
      queue.add(entryKey, nowMs + Math.min(RETRY_BASE_MS * 2 ** count, RETRY_MAX_MS))
    }
  }

  return {
    nowMs: () => nowMs,
    nextAtMs: () => queue.nextAtMs(),
    livelocks,
    advanceTo(untilMs) {
      for (let entry = queue.take(untilMs); entry !== undefined; entry = queue.take(untilMs)) {
        nowMs = Math.max(nowMs, entry.atMs)
        syncOnce(entry.key)
      }
      nowMs = Math.max(nowMs, untilMs)
    },
    stateOf: <S extends Forkable>(controller: Controller<S>) => required(byName.get(controller.name), controller.name).state as S,
    poke: (controllerName, key) => queue.add(queueKey(controllerName, key), nowMs + 1),
    fork: (forkedStore, forkedApi, rng) =>
      run({
        store: forkedStore,
        api: forkedApi,
        profile,
        queue: queue.fork(),
        startMs: nowMs,
        slots: slots.map((slot) => ({ controller: slot.controller, state: slot.state.fork(), rng: rng.fork(slot.controller.name) })),
      }),
  }
}

function createContext(slot: Slot, parts: Pick<Context, 'nowMs' | 'stateOf' | 'store' | 'api' | 'profile'> & { readonly queue: EventQueue }): Context {
  const { nowMs, stateOf, store, profile, queue } = parts
  const component = slot.controller.name
  const api = parts.api.as({ user: `system:${component}` })
  return {
    store,
    api,
    profile,
    rng: slot.rng,
    state: slot.state,
    stateOf,
    nowMs,
    wakeAfter: (key, delayMs) => queue.add(queueKey(component, key), nowMs() + Math.max(1, Math.ceil(delayMs))),
    recordEvent: (object, event) => recordEvent({ store, api, object, event, component, nowMs: nowMs() }),
  }
}

function groupByKind(slots: readonly Slot[]): Map<string, Slot[]> {
  const byKind = new Map<string, Slot[]>()
  for (const slot of slots) {
    for (const kind of slot.controller.watches) {
      const list = byKind.get(kind)
      if (list === undefined) byKind.set(kind, [slot])
      else list.push(slot)
    }
  }
  return byKind
}

/** Many syncs of one key within one virtual second, with the minimum latency of a hop, is a fight. */
function isLivelocked(busy: Map<string, { atMs: number; count: number }>, key: string, nowMs: number): boolean {
  const entry = busy.get(key)
  if (entry === undefined || nowMs - entry.atMs > 1_000) {
    busy.set(key, { atMs: nowMs, count: 1 })
    return false
  }
  entry.count += 1
  return entry.count > SYNCS_PER_KEY_PER_INSTANT_MAX * 5
}

function queueKey(controllerName: string, key: string): string {
  return `${controllerName} ${key}`
}

function splitKey(entryKey: string): [string, string] {
  const space = entryKey.indexOf(' ')
  return [entryKey.slice(0, space), entryKey.slice(space + 1)]
}
