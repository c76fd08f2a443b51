import { expect, test } from 'vitest'
import type { Clock } from '../../kernel/clock.ts'
import { fault, type FaultInit } from '../../kernel/fault.ts'
import { attempt, lostOwnership, readOutcome } from './step-outcome.ts'

/** A clock whose sleeps are written down and over at once. */
function notingClock(): Clock & { readonly slept: readonly number[] } {
  const slept: number[] = []
  return { slept, now: () => 0, after: () => () => undefined, sleep: async (durationMs, options) => (options?.signal?.throwIfAborted(), void slept.push(durationMs)) }
}

function refusing(init: Pick<FaultInit, 'code' | 'retryAfterMs'>): () => Promise<never> {
  return () => Promise.reject(fault({ operation: 'x', message: 'no', ...init }))
}

const free = async (): Promise<void> => undefined

test.each([
  { what: 'backs off further each time', work: refusing({ code: 'unavailable' }), slept: [500, 1_500, 4_500] },
  { what: 'waits as long as it is asked to', work: refusing({ code: 'rate-limited', retryAfterMs: 2_000 }), slept: [2_000, 2_000, 2_000] },
  { what: 'but not for an hour', work: refusing({ code: 'rate-limited', retryAfterMs: 3_600_000 }), slept: [30_000, 30_000, 30_000] },
  { what: 'does not try again what will not heal', work: refusing({ code: 'forbidden' }), slept: [] },
])('$what', async ({ work, slept }) => {
  const clock = notingClock()
  const text = await attempt(work, { name: 's', clock, signal: undefined, before: free })
  expect(clock.slept).toEqual(slept)
  expect(() => readOutcome(text)).toThrow('no')
})

test('a cancelled mission does not wait for the next attempt', async () => {
  const cancelled = new AbortController()
  cancelled.abort(new Error('cancelled'))
  await expect(attempt(refusing({ code: 'unavailable' }), { name: 's', clock: notingClock(), signal: cancelled.signal, before: free })).rejects.toThrow('cancelled')
})

test('the fence is asked before each attempt, and its refusal is never an outcome', async () => {
  let asked = 0
  const before = async (): Promise<void> => {
    asked += 1
    if (asked === 3) throw lostOwnership('mis-1')
  }
  const attempts = { name: 's', clock: notingClock(), signal: undefined, before }
  await expect(attempt(refusing({ code: 'timeout' }), attempts)).rejects.toMatchObject({ code: 'lost-ownership' })
  expect(asked).toBe(3)
})
