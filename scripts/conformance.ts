/**
 * New questions to upstream's own code, drawn from a seed; where the twin answers otherwise, the question is shrunk and the
 * command that asks it again is printed. Then scenarios are played on a control plane (differential.ts). Usage: npm run conformance [-- --area NAME] [--seed N] [--runs N] [--minor N]
 * Exit code 1: they disagree; 3: Go is missing.
 */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as fc from 'fast-check'
import { systemClock } from '../src/kernel/clock.ts'
import { agreesIn, type Area } from '../test/goldens/area.ts'
import { AREAS } from '../test/goldens/areas.ts'
import { MINORS, type Minor } from '../test/goldens/golden-file.ts'
import { askUpstream, goldensBinary, releaseOf, type Upstream } from './goldens-binary.ts'

const { values } = parseArgs({ options: { area: { type: 'string' }, seed: { type: 'string' }, runs: { type: 'string', default: '500' }, minor: { type: 'string' } } })
const seed = Number(values.seed ?? systemClock().now() % 2 ** 31)
const areas = AREAS.filter(({ name }) => values.area === undefined || values.area === name)
const minors = MINORS.filter((minor) => values.minor === undefined || Number(values.minor) === minor)

let disagreements = 0
for (const minor of minors) {
  const binary = goldensBinary(minor, (line) => console.error(line))
  if (binary === undefined) {
    console.error('conformance: Go is not installed; install it from https://go.dev/dl and run again')
    process.exit(3)
  }
  const upstream = askUpstream(binary)
  for (const area of areas) disagreements += (await agree(area, minor, upstream)) ? 0 : 1
  upstream.stop()
}
// The other half: whole scenarios on a running control plane, whatever the release of the questions.
if (values.area === undefined && values.minor === undefined) {
  const played = spawnSync(process.execPath, [join(import.meta.dirname, 'differential.ts'), '--seed', String(seed)], { stdio: 'inherit' })
  disagreements += played.status === 0 ? 0 : 1
}
process.exit(disagreements === 0 ? 0 : 1)

async function agree(area: Area, minor: Minor, upstream: Upstream): Promise<boolean> {
  const runs = Number(values.runs)
  const details = await fc.check(
    fc.asyncProperty(area.questions, async (question) => {
      const input: unknown = JSON.parse(JSON.stringify(question))
      const theirs = await upstream.ask(area.name, input)
      const ours: unknown = JSON.parse(JSON.stringify(area.answer(input, minor) ?? null))
      if (!agreesIn(area, ours, theirs)) throw new Error(`the twin says ${JSON.stringify(ours)}\nKubernetes says ${JSON.stringify(theirs)}`)
    }),
    { seed, numRuns: runs },
  )
  console.log(`${details.failed ? 'DIFFERS' : 'agrees '} ${area.name}: ${details.numRuns} questions to Kubernetes ${releaseOf(minor)}`)
  if (!details.failed) return true
  console.log(`${JSON.stringify(details.counterexample)}\n${String((details.errorInstance as Error | null)?.message)}`)
  console.log(`again: npm run conformance -- --area ${area.name} --minor ${minor} --seed ${seed} --runs ${runs}`)
  return false
}
