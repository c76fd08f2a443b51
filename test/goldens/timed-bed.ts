/** Controllers of the twin in virtual time, over an API server with its store: what they do as time passes, and what they say. */

import { createRng } from '../../src/kernel/rng.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import { createApi, createEnvironment, type ApiServer } from '../../src/twin/api/create-api.ts'
import { defaultObject } from '../../src/twin/api/default-object.ts'
import type { Controller } from '../../src/twin/controller.ts'
import { profileFor } from '../../src/twin/profile.ts'
import { createSimulation } from '../../src/twin/simulation.ts'
import { createStore, type Store } from '../../src/twin/store.ts'
import { BUBBLE_MS, bubbleTime } from './sync-bed.ts'

export interface TimedBed {
  readonly store: Store
  readonly api: ApiServer
  /** Since the bubble began. */
  elapsedMs(): number
  advance(durationMs: number): void
  /** New or not, with its defaults, as the server stores it. */
  put(object: KubeObject): void
  /** What was said since somebody asked. */
  heard(): string[]
}

export function timedBed(minor: number, controllers: readonly Controller[]): TimedBed {
  const store = createStore()
  const profile = profileFor({ minor })
  const apiAt = (nowMs: () => number): ApiServer => createApi(createEnvironment({ store, profile, rng: createRng(1), nowMs }))
  for (const name of ['default', 'shop']) store.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, status: { phase: 'Active' } })
  let said: string[] = []
  store.onChange(({ after }) => {
    if (after?.kind === 'Event') said.push(`${String(after['type'])} ${String(after['reason'])}: ${String(after['message'])}`)
  })
  const simulation = createSimulation({ store, profile, api: apiAt, controllers, rng: createRng(2), startMs: BUBBLE_MS })
  return {
    store,
    api: apiAt(simulation.nowMs),
    elapsedMs: () => simulation.nowMs() - BUBBLE_MS,
    advance: (durationMs) => simulation.advanceTo(simulation.nowMs() + durationMs),
    put(object) {
      const known = store.get({ ...object, name: object.metadata.name ?? '', ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }) })
      const { uid = `uid-${object.metadata.name}`, creationTimestamp = bubbleTime(Math.floor((simulation.nowMs() - BUBBLE_MS) / 1000) * 1000) } = known?.metadata ?? {}
      store.put({ ...defaultObject(object, profile), metadata: { ...object.metadata, uid, generation: 1, creationTimestamp } })
    },
    heard() {
      const words = said.sort()
      said = []
      return words
    },
  }
}

/** Whole seconds since the bubble began. */
export function secondOf(time: string | undefined): string {
  return time === undefined ? '' : String((Date.parse(time) - BUBBLE_MS) / 1000)
}
