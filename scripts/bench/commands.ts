/**
 * Command lines judged a second: the corpus as a batch, JSON in and JSON out, in one process. The goal is that a runbook of
 * some hundred lines is judged before anybody notices. Usage: npm run bench:commands
 */

import { createCommandChecker } from '../../src/app/use-cases/check-commands.ts'
import { readSettings } from '../../src/app/settings/settings.ts'
import { CORPUS } from '../../src/gate/commands/corpus.test-support.ts'
import { median, report } from './report.ts'

const ROUNDS = 5
const PASSES = 5

const checker = createCommandChecker(readSettings(undefined).commands)

const verdicts = { allow: 0, ask: 0, deny: 0 }
const seconds = Array.from({ length: ROUNDS }, () => {
  const started = performance.now()
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (const { text } of CORPUS) verdicts[(JSON.parse(JSON.stringify(checker.checkRecord(text))) as { verdict: 'allow' | 'ask' | 'deny' }).verdict] += 1
  }
  return (performance.now() - started) / 1000
})

const total = verdicts.allow + verdicts.ask + verdicts.deny
if (total !== ROUNDS * PASSES * CORPUS.length) throw new Error(`${total} verdicts for ${ROUNDS * PASSES * CORPUS.length} lines`)

const wrongAllows = CORPUS.filter(({ text, expect }) => expect !== 'allow' && checker.checkRecord(text).verdict === 'allow').length
const legitimate = CORPUS.filter(({ expect }) => expect === 'allow')
const friction = legitimate.filter(({ text }) => checker.checkRecord(text).verdict !== 'allow').length

report('commands', [
  { name: `lines of the corpus, ${CORPUS.length}: verdicts in a batch`, value: (PASSES * CORPUS.length) / median(seconds), unit: 'verdicts/s', goal: 5_000, moreIsBetter: true },
  { name: `wrongly allowed, of ${CORPUS.length - legitimate.length} that are not to be`, value: wrongAllows, unit: 'lines', goal: 0 },
  { name: `friction: not allowed, of ${legitimate.length} that are to be`, value: (100 * friction) / legitimate.length, unit: '%', goal: 2 },
])
