/**
 * Virtual time: takes the next due key from the timeline, runs its controller, until the asked-for instant.
 *
 * No wall clock and no ambient chance: the same store, seed and calls give the same run. A fork is the store's
 * fork, a copy of the timeline and of its back-offs, the controllers' states forked, and random streams of its own seed.
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
import { createStillbirths, type Stillbirths, type Storm } from './stillbirths.ts'
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
  /** Of the simulation this one is a fork of. */
  readonly unrest?: Unrest
}

/** What a running simulation hands to its parts: the time, the API server in that time, and who runs. */
interface Moment {
  readonly nowMs: () => number
  readonly api: Api
  readonly byName: ReadonlyMap<string, Slot>
}

/** Keys that fail, and keys that keep each other busy. A fork goes on with the back-off where it stood. */
interface Unrest {
  readonly failures: Map<string, number>
  readonly livelocks: string[]
  readonly stillbirths: Stillbirths
  /** Keys that are not run any more. */
  readonly halted: Set<string>
}

/** How often each key ran since then. */
interface Busy {
  sinceMs: number
  readonly counts: Map<string, number>
}

/** A controller that watches this hears of all kinds. */
const EVERY_KIND = '*'

/** Syncs of one key within one virtual second that are a fight. */
const LIVELOCK_SYNCS = SYNCS_PER_KEY_PER_INSTANT_MAX * 5

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
  const { store, queue, slots } = parts
  let nowMs = parts.startMs
  const moment: Moment = { nowMs: () => nowMs, api: parts.api(() => nowMs), byName: new Map(slots.map((slot) => [slot.controller.name, slot])) }
  const unrest: Unrest = { failures: new Map(parts.unrest?.failures), livelocks: [...(parts.unrest?.livelocks ?? [])], stillbirths: parts.unrest?.stillbirths.fork() ?? createStillbirths(), halted: new Set(parts.unrest?.halted) }
  const syncOnce = createSync(parts, moment, unrest)
  store.onChange(createDispatch(parts, moment, unrest))

  return {
    nowMs: () => nowMs,
    nextAtMs: () => queue.nextAtMs(),
    livelocks: unrest.livelocks,
    advanceTo(untilMs) {
      for (let entry = queue.take(untilMs); entry !== undefined; entry = queue.take(untilMs)) {
        nowMs = Math.max(nowMs, entry.atMs)
        syncOnce(entry.key)
      }
      nowMs = Math.max(nowMs, untilMs)
    },
    stateOf: <S extends Forkable>(controller: Controller<S>) => slotOf(moment, controller.name).state as S,
    poke: (controllerName, key) => queue.add(queueKey(controllerName, key), nowMs + 1),
    fork: (forkedStore, forkedApi, rng) =>
      run({
        store: forkedStore,
        api: forkedApi,
        profile: parts.profile,
        queue: queue.fork(),
        startMs: nowMs,
        unrest,
        slots: slots.map((slot) => ({ controller: slot.controller, state: slot.state.fork(), rng: rng.fork(slot.controller.name) })),
      }),
  }
}

/** Tells the controllers that watch a kind of each change, and queues the keys that they name. */
function createDispatch(parts: Parts, { nowMs }: Moment, unrest: Unrest): (change: Change) => void {
  const { store, queue } = parts
  const byKind = groupByKind(parts.slots)
  const deliver = (slot: Slot, change: Change): void => {
    slot.controller.observe?.(change, slot.state, store)
    for (const key of slot.controller.keysFor(change, store, slot.state)) {
      queue.add(queueKey(slot.controller.name, key), nowMs() + slot.controller.latencyMs)
    }
  }
  return (change) => {
    const storm = unrest.stillbirths.saw(change, nowMs())
    if (storm !== undefined) halt(unrest, storm, parts.slots)
    for (const slot of byKind.get(change.groupKind) ?? []) deliver(slot, change)
    for (const slot of byKind.get(EVERY_KIND) ?? []) deliver(slot, change)
  }
}

/** Runs one controller for one key. A fault queues the key again, later each time; anything else is a bug of ours. */
function createSync(parts: Parts, moment: Moment, unrest: Unrest): (entryKey: string) => void {
  // One context a controller for the whole run: making one per sync would cost more than many a sync.
  const busy: Busy = { sinceMs: moment.nowMs(), counts: new Map() }
  const contexts = new Map(parts.slots.map((slot) => [slot.controller.name, createContext(slot, parts, moment)]))
  return (entryKey) => {
    if (unrest.halted.has(entryKey)) return
    const [name, key] = splitKey(entryKey)
    if (isLivelocked(busy, entryKey, moment.nowMs())) {
      for (const key of fighters(busy, entryKey)) if (!unrest.livelocks.includes(key)) unrest.livelocks.push(key)
      return
    }
    try {
      slotOf(moment, name).controller.sync(key, required(contexts.get(name), name))
      unrest.failures.delete(entryKey)
    } catch (error) {
      if (!isFault(error)) throw error
      const count = unrest.failures.get(entryKey) ?? 0
      unrest.failures.set(entryKey, count + 1)
      parts.queue.add(entryKey, moment.nowMs() + Math.min(RETRY_BASE_MS * 2 ** count, RETRY_MAX_MS))
    }
  }
}

function createContext(slot: Slot, parts: Parts, moment: Moment): Context {
  const { store, profile, queue } = parts
  const { nowMs } = moment
  const component = slot.controller.name
  const api = moment.api.as({ user: `system:${component}` })
  return {
    store,
    api,
    profile,
    rng: slot.rng,
    state: slot.state,
    stateOf: <T extends Forkable>(name: string) => slotOf(moment, name).state as T,
    nowMs,
    wakeAfter: (key, delayMs) => queue.add(queueKey(component, key), nowMs() + Math.max(1, Math.ceil(delayMs))),
    recordEvent: (object, event) => recordEvent({ store, api, object, event, component, nowMs: nowMs() }),
  }
}

function slotOf(moment: Moment, name: string): Slot {
  return required(moment.byName.get(name), `controller ${name}`)
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

/** Many syncs of one key within one virtual second, with the minimum latency of a hop, is a fight. One that goes on is seen in the next second. */
function isLivelocked(busy: Busy, key: string, nowMs: number): boolean {
  if (nowMs - busy.sinceMs > 1_000) {
    busy.sinceMs = nowMs
    busy.counts.clear()
  }
  const count = (busy.counts.get(key) ?? 0) + 1
  busy.counts.set(key, count)
  return count > LIVELOCK_SYNCS
}

/** The controller whose own kind (the first that it watches) the owner is makes no more pods for it. */
function halt(unrest: Unrest, { ownerKind, ownerKey }: Storm, slots: readonly Slot[]): void {
  for (const { controller } of slots.filter((slot) => slot.controller.watches[0] === ownerKind)) {
    const entryKey = queueKey(controller.name, ownerKey)
    if (unrest.halted.has(entryKey)) continue
    unrest.halted.add(entryKey)
    unrest.livelocks.push(entryKey, `kubelet the pods of ${ownerKey}`)
  }
}

/** The one that was stopped, and those that answered it: a fight has two sides, and both stop with the first. */
function fighters({ counts }: Busy, stopped: string): string[] {
  const others = [...counts].filter(([key, count]) => key !== stopped && count > LIVELOCK_SYNCS / 2).map(([key]) => key)
  return [stopped, ...others.sort()]
}

function queueKey(controllerName: string, key: string): string {
  return `${controllerName} ${key}`
}

function splitKey(entryKey: string): [string, string] {
  const space = entryKey.indexOf(' ')
  return [entryKey.slice(0, space), entryKey.slice(space + 1)]
}
