import { expect, test } from 'vitest'
import { seededIds, systemIds } from './ids.ts'
import { createRng } from './rng.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('system ids sort by time and differ within one instant', () => {
  let nowMs = Date.UTC(2026, 0, 1)
  const ids = systemIds({ now: () => nowMs })
  const made = [0, 1, 1_000, 86_400_000, 400 * 86_400_000].map((laterMs) => {
    nowMs += laterMs
    return ids.next('inc')
  })
  expect([...made].sort()).toEqual(made)
  expect(new Set(Array.from({ length: 1_000 }, () => ids.next('inc'))).size).toBe(1_000)
  expect(made[0]).toMatch(/^inc-[0-9a-hjkmnp-tv-z]{18}$/)
})

test('seeded ids replay', () => {
  const make = (seed: number): string[] => {
    const ids = seededIds(createRng(seed))
    return [ids.next('pod'), ids.uuid(), ids.next('pod')]
  }
  expect(make(5)).toEqual(make(5))
  expect(make(5)).not.toEqual(make(6))
  expect(new Set(make(5)).size).toBe(3)
})

test('uuids are of version 4', () => {
  expect(systemIds({ now: () => 0 }).uuid()).toMatch(UUID)
  for (let seed = 0; seed < 50; seed += 1) expect(seededIds(createRng(seed)).uuid()).toMatch(UUID)
})
