/**
 * The same scenarios on a real control plane and on the twin, drawn from a seed; where the two differ, the scenario is
 * reduced and the command that plays it again is printed. `npm run differential -- --help` says how.
 */

import { parseArgs } from 'node:util'
import { systemClock } from '../src/kernel/clock.ts'
import { differenceText } from '../test/differential/difference.ts'
import { EXPLANATIONS } from '../test/differential/explained.ts'
import { FAMILIES, type Family } from '../test/differential/families.ts'
import { startRealSide } from '../test/differential/real-side.ts'
import { runFamily, type FamilyReport, type Finding } from '../test/differential/run-family.ts'
import { buildOracle, oracleBinary } from './oracle-binary.ts'

/** Of the real side: what can be shortened takes a tenth. */
const SPEED = 10

const HELP = `Plays the same scenarios on a real control plane and on the twin, and prints what differs.

usage: npm run differential -- [options]
  --family NAME     only this family: ${FAMILIES.map(({ name }) => name).join(', ')}
  --seed N          what the scenarios are drawn from (1)
  --count N         how many scenarios a family (its share of a whole run)
  --path P          only this scenario of the seed; needs --family
  --shrink SECONDS  how long one that differs may be reduced; 0: not at all (60)
  --repeats N       how often one that differs is played again to see whether it does so each time (1)
  --minutes N       nothing new is begun after this time (40)

examples:
  npm run differential -- --family admission --seed 3 --count 400 --shrink 0
  npm run differential -- --family admission --seed 3 --path 17

exit codes: 0 both agree, 1 they differ, 2 bad input, 3 Go is missing`

const values = readOptions()
if (values.help === true) {
  console.log(HELP)
  process.exit(0)
}
const families = FAMILIES.filter(({ name }) => values.family === undefined || name === values.family)
if (families.length === 0) end(2, `no family ${values.family}; there are ${FAMILIES.map(({ name }) => name).join(', ')}`)
if (values.path !== undefined && values.family === undefined) end(2, '--path needs --family')
if (values.path !== undefined && !/^\d+(:\d+)*$/.test(values.path)) end(2, `--path is numbers with colons between them, as a report prints it, not ${values.path}`)
const seed = wholeNumber('seed', values.seed)
const count = values.count === undefined ? undefined : wholeNumber('count', values.count, 1)
const shrinkMs = wholeNumber('shrink', values.shrink) * 1000
const repeats = wholeNumber('repeats', values.repeats, 1)
const minutes = wholeNumber('minutes', values.minutes, 1)
const binary = oracleBinary()
if (binary === undefined) end(3, 'Go is not installed; install it from https://go.dev/dl and run again')
await buildOracle(binary, (line) => console.error(line))

const clock = systemClock()
const deadlineMs = clock.now() + minutes * 60_000
let familiesLeft = families.length
const explained = { counts: new Map<string, number>() }
let differing = 0
for (const family of families) {
  const startMs = clock.now()
  const report = await played(family, startMs + (deadlineMs - startMs) / familiesLeft)
  tellReport(report, Math.round((clock.now() - startMs) / 1000))
  familiesLeft -= 1
  differing += report.findings.length
}
tellExplained()
process.exit(differing === 0 ? 0 : 1)

/** A control plane for each family, as the command that plays one again has: hundreds of nodes that came and went leave traces in it. */
async function played(family: Family, untilMs: number): Promise<FamilyReport> {
  const real = await startRealSide({ speed: SPEED })
  try {
    return await runFamily(family, { real, seed, count: count ?? family.share, explained, untilMs, shrinkMs, repeats, say: (line) => console.error(line), ...(values.path === undefined ? {} : { path: values.path }) })
  } finally {
    await real.stop()
  }
}

function tellReport({ family, played, findings, unrepeatable }: FamilyReport, seconds: number): void {
  console.log(`${findings.length === 0 ? 'agrees ' : 'DIFFERS'} ${family}: ${played} scenarios, ${findings.length} differ, ${unrepeatable.length} not repeatable, ${seconds} s`)
  for (const finding of findings) tell(family, finding)
  for (const finding of unrepeatable) tell(`${family}, differed once and not again`, finding)
}

function tell(family: string, { path, script, differences }: Finding): void {
  console.log(`  ${family} ${path}: ${script.name}`)
  for (const difference of differences) console.log(`    ${differenceText(difference)}`)
  console.log(`    again: npm run differential -- --family ${family.split(',')[0]} --seed ${seed} --path ${path}`)
}

function tellExplained(): void {
  for (const { name } of EXPLANATIONS) {
    const count = explained.counts.get(name) ?? 0
    console.log(count === 0 ? `matched nothing: the explanation "${name}"` : `explained ${count} times: ${name}`)
  }
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        help: { type: 'boolean', short: 'h' },
        family: { type: 'string' },
        seed: { type: 'string', default: '1' },
        count: { type: 'string' },
        path: { type: 'string' },
        shrink: { type: 'string', default: '60' },
        repeats: { type: 'string', default: '1' },
        minutes: { type: 'string', default: '40' },
      },
    }).values
  } catch (error) {
    return end(2, `${(error instanceof Error ? error.message : String(error)).split(/[.\n]/)[0] ?? ''}; --help lists the options`)
  }
}

function wholeNumber(option: string, text: string, least = 0): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(number) && number >= least ? number : end(2, `--${option} is a whole number from ${least} on, not ${text === '' ? 'nothing' : text}`)
}

function end(code: number, sentence: string): never {
  console.error(`differential: ${sentence}`)
  process.exit(code)
}
