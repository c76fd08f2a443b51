/** A share of the generated scenarios on every run; the whole is `npm run differential`, which also tells how a difference is played again. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { differenceText } from '../differential/difference.ts'
import { FAMILIES } from '../differential/families.ts'
import { startRealSide, type RealSide } from '../differential/real-side.ts'
import { runFamily } from '../differential/run-family.ts'

const SEED = 1
/** As `npm run differential` has it. */
const SPEED = 10
const LIMIT_MS = 600_000

let real: RealSide
beforeAll(async () => {
  real = await startRealSide({ speed: SPEED })
}, LIMIT_MS)
afterAll(() => real.stop())

test.each([
  { name: 'placement', count: 60 },
  { name: 'drains', count: 15 },
])(
  'twin and control plane agree: $name',
  async ({ name, count }) => {
    const family = FAMILIES.find((each) => each.name === name)
    if (family === undefined) throw new Error(`no family ${name}`)
    const options = { real, seed: SEED, count, explained: { counts: new Map<string, number>() }, untilMs: real.clock.now() + LIMIT_MS, shrinkMs: 0, repeats: 2, say: (line: string) => console.error(line) }
    const { findings, played } = await runFamily(family, options)
    expect(findings.map(({ path, differences }) => [path, ...differences.map(differenceText)].join('\n'))).toEqual([])
    expect(played).toBe(count)
  },
  LIMIT_MS,
)
