import { describe, expect, test } from 'vitest'
import { backoffUntil, goDuration, nextBackoff } from './backoff.ts'

const LIMITS = { initialMs: 10_000, maxMs: 300_000, resetMs: 600_000 }

describe('a back-off that doubles', () => {
  test('runs through 10, 20, 40, 80, 160 and stays at 300 seconds', () => {
    let current: ReturnType<typeof nextBackoff> | undefined
    const delays = Array.from({ length: 7 }, (_, index) => {
      current = nextBackoff(current, LIMITS, { eventMs: index * 1_000, nowMs: index * 1_000 })
      return current.delayMs / 1000
    })
    expect(delays).toEqual([10, 20, 40, 80, 160, 300, 300])
  })

  test('starts over when the last step is more than ten minutes before the event', () => {
    const old = { delayMs: 160_000, stepAtMs: 0 }
    expect(nextBackoff(old, LIMITS, { eventMs: 600_001, nowMs: 600_001 }).delayMs).toBe(10_000)
    expect(nextBackoff(old, LIMITS, { eventMs: 600_000, nowMs: 600_000 }).delayMs).toBe(300_000)
    expect(backoffUntil(old, LIMITS, 600_001)).toBeUndefined()
    expect(backoffUntil(old, LIMITS, 1_000)).toBe(161_000)
  })

  test.each([[10_000, '10s'], [160_000, '2m40s'], [300_000, '5m0s'], [3_661_000, '1h1m1s']])('%d ms reads %s', (durationMs, text) => {
    expect(goDuration(durationMs)).toBe(text)
  })
})
