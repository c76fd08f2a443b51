import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fault } from '../kernel/fault.ts'
import { DEFAULT_CLUSTER_VERSION } from '../model/snapshot.ts'
import { bareMachinery } from './bare-machinery.ts'
import { composeTwin, type Twin } from './compose-twin.ts'
import type { Context, Controller } from './controller.ts'
import { CowMap } from './cow-map.ts'

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'counter' }

/** What one sync does; what it remembers lies in its state, as with every controller. */
type Work = (context: Context<CowMap<number>>, key: string) => void

function controllerOf(work: Work, latencyMs = 10): Controller<CowMap<number>> {
  return { name: 'worker', watches: ['/ConfigMap'], latencyMs, createState: () => new CowMap(), keysFor: (change) => [change.key], sync: (key, context) => work(context, key) }
}

function twinWith(work: Work, latencyMs?: number): Twin {
  const machinery = bareMachinery([controllerOf(work, latencyMs) as unknown as Controller])
  return composeTwin({ seed: 1, startMs: 0, version: DEFAULT_CLUSTER_VERSION, machinery, objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: ref.name, namespace: ref.namespace } }] })
}

/** Counts up in its object, at times that chance picks, forever. */
const counting: Work = (context, key) => {
  if (context.store.byKey(key) !== context.store.get(ref)) return
  const count = (context.state.get(key) ?? 0) + 1
  context.state.set(key, count)
  context.wakeAfter(key, 50 + context.rng.below(200))
  if (context.rng.below(3) === 0) context.api.patch(ref, { type: 'merge', body: { data: { count: `${count} at ${context.nowMs()}` } } })
}

const countIn = (twin: Twin): string => JSON.stringify([twin.nowMs(), twin.store.resourceVersion, twin.store.get(ref)])

describe('virtual time', () => {
  test('how it is cut into pieces changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000), { maxLength: 12 }), (pieces) => {
        const [whole, cut] = [twinWith(counting), twinWith(counting)]
        whole.advance(pieces.reduce((sum, piece) => sum + piece, 0))
        for (const piece of pieces) cut.advance(piece)
        expect(countIn(cut)).toBe(countIn(whole))
      }),
      { numRuns: 30 },
    )
  })

  test('forks with one seed have one future; that of the parent does not depend on them', () => {
    fc.assert(
      fc.property(fc.nat(3_000), fc.nat(3_000), fc.nat(), (beforeMs, afterMs, seed) => {
        const [twin, alone] = [twinWith(counting), twinWith(counting)]
        twin.advance(beforeMs)
        const forks = [twin.fork(seed), twin.fork(seed)]
        const futures = forks.map((fork) => {
          fork.advance(afterMs)
          return countIn(fork)
        })
        expect(futures[0]).toBe(futures[1])
        twin.advance(afterMs)
        alone.advance(beforeMs + afterMs)
        expect(countIn(twin)).toBe(countIn(alone))
      }),
      { numRuns: 30 },
    )
  })

  test('time does not go back', () => {
    const twin = twinWith(counting)
    twin.advance(1_000)
    const before = countIn(twin)
    twin.advance(-500)
    expect(countIn(twin)).toBe(before)
  })
})

describe('a key that fails', () => {
  /** The times at which a controller was run that always fails. */
  function failing(): { readonly twin: Twin; readonly triesMs: number[] } {
    const triesMs: number[] = []
    const twin = twinWith((context, key) => {
      if (context.store.byKey(key) !== context.store.get(ref)) return
      triesMs.push(context.nowMs())
      throw fault({ code: 'conflict', operation: 'test', message: 'somebody else wrote' })
    })
    return { twin, triesMs }
  }

  const pausesOf = (timesMs: readonly number[]): number[] => timesMs.slice(1).map((timeMs, index) => timeMs - (timesMs[index] ?? 0))

  test('waits twice as long each time', () => {
    const { twin, triesMs } = failing()
    twin.advance(1_000)
    expect(pausesOf(triesMs)).toEqual([5, 10, 20, 40, 80, 160, 320])
  })

  test('waits in a fork as long as it would have in the parent', () => {
    const { twin, triesMs } = failing()
    twin.advance(100)
    triesMs.length = 0
    twin.fork(7).advance(900)
    const inFork = [...triesMs]
    triesMs.length = 0
    twin.advance(900)
    expect(inFork).toEqual(triesMs)
    expect(pausesOf(triesMs)).toEqual([160, 320])
  })

  test('a bug of ours is not retried but thrown', () => {
    const twin = twinWith(() => {
      throw new TypeError('ours')
    })
    expect(() => twin.advance(1_000)).toThrow('ours')
  })
})

test('controllers that keep each other busy are a finding, and time goes on', () => {
  const twin = twinWith((context, key) => {
    if (context.store.byKey(key) === context.store.get(ref)) context.api.patch(ref, { type: 'merge', body: { data: { at: String(context.store.resourceVersion) } } })
  }, 0)
  twin.advance(60_000)
  expect(twin.livelocks).toEqual(['worker /ConfigMap|default|counter'])
  expect(twin.nowMs()).toBe(60_000)
})
