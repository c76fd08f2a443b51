import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRng, type Rng } from './rng.ts'

const draws = (rng: Rng, count = 20): number[] => Array.from({ length: count }, () => rng.unit())

test('the same seed gives the same draws, another seed others', () => {
  expect(draws(createRng(7))).toEqual(draws(createRng(7)))
  expect(draws(createRng(7))).not.toEqual(draws(createRng(8)))
})

test('draws are the same on every machine and with every version: recorded rehearsals depend on them', () => {
  const stream = createRng(1).fork('scheduler')
  expect(Array.from({ length: 6 }, () => stream.below(1_000))).toEqual([776, 654, 463, 3, 476, 817])
})

test('draws stay within their bounds', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 31 }), (seed, bound) => {
      const rng = createRng(seed)
      const [whole, unit] = [rng.below(bound), rng.unit()]
      expect(Number.isInteger(whole) && whole >= 0 && whole < bound && unit >= 0 && unit < 1).toBe(true)
    }),
  )
})

test('a clone goes on where its original stands, and neither moves the other', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(50), (seed, before) => {
      const rng = createRng(seed)
      draws(rng, before)
      const clone = rng.clone()
      const ahead = draws(clone)
      expect(draws(rng)).toEqual(ahead)
    }),
  )
})

test('a stream depends on seed and label, not on what was drawn', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(50), fc.string(), fc.string(), (seed, before, label, other) => {
      const rng = createRng(seed)
      draws(rng, before)
      const stream = draws(rng.fork(label))
      expect(stream).toEqual(draws(createRng(seed).fork(label)))
      expect(draws(rng.clone().fork(label))).toEqual(stream)
      fc.pre(label !== other)
      expect(draws(rng.fork(other))).not.toEqual(stream)
    }),
  )
})

test('chance is spread evenly enough', () => {
  const rng = createRng(3)
  const counts = [0, 0, 0, 0]
  for (let draw = 0; draw < 4_000; draw += 1) {
    const side = rng.below(4)
    counts[side] = (counts[side] ?? 0) + 1
  }
  expect(counts.every((count) => count > 850 && count < 1_150)).toBe(true)
})
