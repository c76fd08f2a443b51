import { assert, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { closestWord, slipsBetween } from './closest-word.ts'

const VERBS = ['drain', 'cordon', 'uncordon', 'scale', 'set', 'wait']

test.each([
  ['drian', 'drain'],
  ['drai', 'drain'],
  ['codron', 'cordon'],
  ['uncordn', 'uncordon'],
  ['scael', 'scale'],
  ['sets', 'set'],
  ['deploy/web', undefined],
  ['x', undefined],
  ['', undefined],
])('%s: %s', (word, meant) => expect(closestWord(word, VERBS)).toBe(meant))

test('a distance: nothing to oneself, the same both ways, never more than the longer word', () => {
  const text = string({ maxLength: 8 })
  assert(property(text, text, (left, right) => {
    const slips = slipsBetween(left, right)
    expect(slips).toBe(slipsBetween(right, left))
    expect(slips === 0).toBe(left === right)
    expect(slips).toBeLessThanOrEqual(Math.max(left.length, right.length))
  }))
})
