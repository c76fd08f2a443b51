/**
 * Plays the catalogue of incidents and says how well Boyd did.
 * Usage: npm run eval                      all cases; writes docs/evaluation.md
 *        npm run eval -- --only TEXT ...   cases whose names hold one of the texts; writes nothing
 *        npm run eval -- --casting N       the same incidents with other names, sizes, ages and noise; writes nothing
 *        npm run eval -- --list            names of the cases
 * Exit code 1 when a goal is not met.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { casesOf, incidents } from '../../test/eval/catalogue.ts'
import { judge, type Verdict } from '../../test/eval/judge.ts'
import { isFailure, measure, type Measures } from '../../test/eval/measures.ts'
import { playCase } from '../../test/eval/play.ts'
import { evaluationPage, failureText, percent } from '../../test/eval/report.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'boolean', default: false }, list: { type: 'boolean', default: false }, casting: { type: 'string', default: '0' } } })
if (!/^\d{1,6}$/.test(values.casting)) fail('--casting takes a whole number')
const chosen = casesOf(incidents, Number(values.casting)).filter((one) => !values.only || positionals.some((text) => one.name.includes(text)))
if (chosen.length === 0) fail('no case has such a name; --list shows them')
if (values.list) console.log(chosen.map((one) => one.name).join('\n'))
else await evaluate()

async function evaluate(): Promise<void> {
  const verdicts: Verdict[] = []
  for (const one of chosen) {
    const verdict = judge(one, await playCase(one))
    verdicts.push(verdict)
    if (isFailure(verdict)) console.log(failureText(verdict))
    else if (verdict.extra > 0) console.log(`  \`${verdict.name}\` tells one as several: ${verdict.said}`)
  }
  const all = measure(verdicts)
  summarise(all)
  if (!values.only && values.casting === '0') writeFileSync(join(import.meta.dirname, '..', '..', 'docs', 'evaluation.md'), evaluationPage(verdicts))
  process.exitCode = meetsGoals(all) ? 0 : 1
}

function summarise(all: Measures): void {
  console.log(`${all.cases} cases of ${incidents.length} incidents in ${Math.round(all.totalMs / 1000)} s; a diagnosis takes ${all.diagnoseMs.toFixed(0)} ms (median)`)
  console.log(`cause ${percent(all.causeRight)} (goal 95 %), healed ${percent(all.healed)} of ${all.healable} (goal 90 %), false actions ${all.falseActions} (goal 0), invented ${all.invented} (goal 0), harmed ${all.harmed}, inconclusive ${percent(all.inconclusive)}, one as several ${percent(all.extra)}`)
  console.log(JSON.stringify({ eval: all }))
}

function meetsGoals(all: Measures): boolean {
  return all.causeRight >= 0.95 && (all.healable === 0 || all.healed >= 0.9) && all.falseActions === 0 && all.invented === 0
}

function fail(message: string): never {
  process.stderr.write(`eval: ${message}\n`)
  process.exit(2)
}
