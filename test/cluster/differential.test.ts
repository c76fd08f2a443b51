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

interface Share {
  readonly name: string
  readonly family: string
  readonly count: number
  readonly seed?: number
  /** Of a written scenario: its position. */
  readonly path?: string
}

const GENERATED: readonly Share[] = [
  { name: 'admission', family: 'admission', count: 100 },
  { name: 'requests', family: 'requests', count: 60 },
  { name: 'placement', family: 'placement', count: 40 },
  { name: 'drains', family: 'drains', count: 12 },
  { name: 'workloads', family: 'workloads', count: 32 },
  // Of these a seed in which no schedule comes due and no node is lost: both take minutes, and are left to the whole.
  { name: 'changes', family: 'changes', count: 12, seed: 5 },
  { name: 'nodes', family: 'nodes', count: 6, seed: 18 },
]

/** Lost nodes take minutes that no flag shortens: they are left to the whole. */
const WRITTEN: readonly Share[] = HANDWRITTEN.flatMap(({ name, steps }, index) => (steps.some(isLoss) ? [] : [{ name, family: 'written', count: 1, path: String(index) }]))

test.each([...GENERATED, ...WRITTEN])(
  'twin and control plane agree: $name',
  async ({ family: familyName, seed = SEED, ...chosen }: Share) => {
    const family = FAMILIES.find((each) => each.name === familyName)
    if (family === undefined) throw new Error(`no family ${familyName}`)
    const { count } = chosen
    const options = { ...chosen, real, seed, explained: { counts: new Map<string, number>() }, untilMs: real.clock.now() + LIMIT_MS, shrinkMs: 0, repeats: 2, say: (line: string) => console.error(line) }
    const { findings, played } = await runFamily(family, options)
    expect(findings.map(({ path, differences }) => [`npm run differential -- --family ${familyName} --seed ${seed} --path ${path}`, ...differences.map(differenceText)].join('\n'))).toEqual([])
    expect(played).toBe(count)
  },
  LIMIT_MS,
)
