import { expect, test } from 'vitest'
import { createRateLimit } from './rate-limit.ts'

function limited() {
  let nowMs = 1_000_000
  const limit = createRateLimit({ clock: { now: () => nowMs }, burst: 3, perSecond: 2 })
  return { limit, pass: (ms: number) => void (nowMs += ms) }
}

test('a burst, then a wait, then as many as the time brought; each key has its own', () => {
  const { limit, pass } = limited()
  expect([limit.take('a'), limit.take('a'), limit.take('a'), limit.take('a'), limit.take('b')]).toEqual([0, 0, 0, 500, 0])
  pass(499)
  expect(limit.take('a')).toBeGreaterThan(0)
  pass(501)
  expect([limit.take('a'), limit.take('a')]).toEqual([0, expect.any(Number)])
  pass(3_600_000)
  expect([limit.take('a'), limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([0, 0, 0, 500])
})

test('a clock that goes back gives nothing', () => {
  const { limit, pass } = limited()
  for (let index = 0; index < 3; index += 1) limit.take('a')
  pass(-60_000)
  expect(limit.take('a')).toBe(500)
})

test('a flood of keys forgets those that asked longest ago, and not who asks now', () => {
  const { limit } = limited()
  for (let index = 0; index < 3; index += 1) limit.take('a')
  for (let index = 0; index < 9_999; index += 1) limit.take(`flood-${index}`)
  expect(limit.take('a')).toBe(500)
  for (let index = 0; index < 10_001; index += 1) limit.take(`more-${index}`)
  expect(limit.take('a')).toBe(0)
})
