/** The runner without Go: a twin in a process of its own stands in for the real control plane, over HTTP and watches. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { differenceText } from './difference.ts'
import { FAMILIES } from './families.ts'
import { HANDWRITTEN } from './handwritten.ts'
import { play } from './play.ts'
import { startStandIn, type RealSide } from './real-side.ts'
import { turningPoints } from './trajectory.ts'

let real: RealSide
beforeAll(async () => {
  real = await startStandIn({ speed: 20 })
})
afterAll(() => real.stop())

const PLAYED = ['a percentage rounds up', 'a stuck rollout is scaled, paused and rolled back', 'a zone is drained under hard spread, taints policy Ignore']

test.each(HANDWRITTEN.filter(({ name }) => PLAYED.includes(name)).map((script, index) => ({ name: script.name, script, index })))('two twins agree: $name', async ({ script, index }) => {
  const differences = await play(script, real, { settles: true, follows: false, zones: false, fleet: [], id: `w${index}x` })
  expect(differences.map(differenceText)).toEqual([])
})

test.each(['admission', 'requests', 'placement'])('two twins agree about what is generated: %s', async (name) => {
  const family = FAMILIES.find((each) => each.name === name)
  if (family === undefined) throw new Error(`no family ${name}`)
  for (const [index, script] of fc.sample(family.scripts, { seed: 7, numRuns: 3 }).entries()) {
    const differences = await play(script, real, { ...family, fleet: [], id: `${name[0]}${index}x` })
    expect(differences.map(differenceText)).toEqual([])
  }
})

describe('turning points', () => {
  test.each([
    { values: [], turns: [] },
    { values: [3, 3, 3], turns: [3] },
    { values: [3, 4, 5, 0], turns: [3, 5, 0] },
    { values: [3, 5, 0], turns: [3, 5, 0] },
    { values: [3, 4, 0], turns: [3, 4, 0] },
    { values: [0, 2, 2, 1, 3], turns: [0, 2, 1, 3] },
  ])('$values', ({ values, turns }) => {
    expect(turningPoints(values)).toEqual(turns)
  })
})
