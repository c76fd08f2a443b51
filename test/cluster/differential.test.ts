/** A share of the scenarios on every run; the whole is `npm run differential`. A failure prints the command that plays the scenario again. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { differenceText } from '../differential/difference.ts'
import { FAMILIES } from '../differential/families.ts'
import { HANDWRITTEN } from '../differential/handwritten.ts'
import { startRealSide, type RealSide } from '../differential/real-side.ts'
import { runFamily } from '../differential/run-family.ts'
import { isLoss } from '../differential/script.ts'

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
  { name: 'admission', count: 100 },
  { name: 'placement', count: 60 },
  { name: 'drains', count: 15 },
  { name: 'workloads', count: 40 },
])('twin and control plane agree: $name', ({ name, count }) => agree(name, { count }), LIMIT_MS)

/** Lost nodes take minutes that no flag shortens: they are left to the whole. */
const written = HANDWRITTEN.map(({ name, steps }, index) => ({ name, index, isShort: !steps.some(isLoss) })).filter(({ isShort }) => isShort)

test.each(written)('twin and control plane agree: $name', ({ index }) => agree('written', { count: 1, path: String(index) }), LIMIT_MS)

async function agree(name: string, chosen: { readonly count: number; readonly path?: string }): Promise<void> {
  const family = FAMILIES.find((each) => each.name === name)
  if (family === undefined) throw new Error(`no family ${name}`)
  const options = { ...chosen, real, seed: SEED, explained: { counts: new Map<string, number>() }, untilMs: real.clock.now() + LIMIT_MS, shrinkMs: 0, repeats: 2, say: (line: string) => console.error(line) }
  const { findings, played } = await runFamily(family, options)
  expect(findings.map(({ path, differences }) => [`npm run differential -- --family ${name} --seed ${SEED} --path ${path}`, ...differences.map(differenceText)].join('\n'))).toEqual([])
  expect(played).toBe(chosen.count)
}
