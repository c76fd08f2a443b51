/**
 * Controllers of the twin whose syncs are called by hand, over an API server with its store: each sees what was written
 * before it was called, and the clock moves only when it is told to.
 */

import { isFault } from '../../src/kernel/fault.ts'
import { createRng } from '../../src/kernel/rng.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import { createApi, createEnvironment, type ApiServer } from '../../src/twin/api/create-api.ts'
import { defaultObject } from '../../src/twin/api/default-object.ts'
import type { Context, Controller, Forkable } from '../../src/twin/controller.ts'
import { profileFor } from '../../src/twin/profile.ts'
import { createStore, type Store } from '../../src/twin/store.ts'

/** Where the bubble that upstream runs in begins. */
export const BUBBLE_MS = Date.UTC(2000, 0, 1)

/** A controller that is called by hand; what the server refuses it tries again when it is called again. */
export interface Hand {
  sync(key: string): void
}

export interface SyncBed {
  readonly store: Store
  readonly api: ApiServer
  readonly said: string[]
  nowMs(): number
  /** With its defaults, as the server stores it. Whether it would take it is asked elsewhere. */
  put(object: KubeObject): void
  sleep(durationMs: number): void
  hire(controller: Controller<never>): Hand
  /** Calls these in turn until nothing is written any more; `pauseMs` passes before each round. */
  settle(syncs: readonly (() => void)[], pauseMs?: number): void
}

const ROUNDS_MAX = 40

export function syncBed(minor: number): SyncBed {
  const store = createStore()
  const profile = profileFor({ minor })
  const said: string[] = []
  let nowMs = BUBBLE_MS
  const api = createApi(createEnvironment({ store, profile, rng: createRng(1), nowMs: () => nowMs }))
  store.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' }, status: { phase: 'Active' } })
  store.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'shop' } })
  const states = new Map<string, Forkable>()
  const recordEvent: Context['recordEvent'] = (_object, { type, reason, message }) => void said.push(`${type} ${reason}: ${message}`)
  const hire = (controller: Controller): Hand => {
    const state = controller.createState()
    states.set(controller.name, state)
    const context: Context = { store, api, profile, rng: createRng(2), state, stateOf: (name) => states.get(name) as never, nowMs: () => nowMs, wakeAfter: () => {}, recordEvent }
    store.onChange((change) => {
      if (controller.watches.includes(change.groupKind) || controller.watches.includes('*')) controller.observe?.(change, state, store)
    })
    return { sync: (key) => unlessRefused(() => controller.sync(key, context)) }
  }
  return {
    store,
    api,
    said,
    nowMs: () => nowMs,
    put: (object) => void store.put({ ...defaultObject(object, profile), metadata: { ...object.metadata, uid: 'uid-0', generation: 1, creationTimestamp: bubbleTime(0) } }),
    sleep: (durationMs) => void (nowMs += durationMs),
    hire: hire as unknown as SyncBed['hire'],
    settle(syncs, pauseMs = 0) {
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const version = store.resourceVersion
        nowMs += pauseMs
        for (const sync of syncs) sync()
        if (store.resourceVersion === version) return
      }
      throw new Error(`nothing rests after ${ROUNDS_MAX} rounds`)
    },
  }
}

function unlessRefused(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!isFault(error)) throw error
  }
}

export function bubbleTime(offsetMs: number): string {
  return new Date(BUBBLE_MS + offsetMs).toISOString().replace('.000', '')
}

export function listIn(bed: SyncBed, kind: string): KubeObject[] {
  return [...bed.store.list(kind, 'shop')]
}

export function ageOf(bed: SyncBed, { metadata }: KubeObject): number {
  return Math.floor((bed.nowMs() - Date.parse(String(metadata.creationTimestamp))) / 1000)
}

/** Absent parts keep their place. */
export function inWords(parts: readonly (string | number | undefined)[]): string {
  return parts.map((part) => part ?? '').join(',').replace(/,+$/, '')
}
