/**
 * A sample of the catalogue in each run of the tests: the whole is `npm run eval`. The floors are below what the whole
 * reaches, because a small sample moves by a case or two; on what may never happen there is no leeway.
 */

import { describe, expect, test } from 'vitest'
import { casesOf, incidents } from './catalogue.ts'
import { judge, type Verdict } from './judge.ts'
import { isFailure, measure } from './measures.ts'
import { playCase } from './play.ts'
import { failureText } from './report.ts'

const CAUSE_MIN = 0.93
const HEALED_MIN = 0.88

/** Of every second incident one case, a different one for neighbours, so that all kinds of incompleteness are met. */
function sample() {
  const chosen = incidents.filter((incident, index) => index % 2 === 0 || incident.family === 'not-here')
  return chosen.map((incident, index) => {
    const cases = casesOf([incident])
    return cases[index % cases.length] as (typeof cases)[number]
  })
}

describe('the catalogue', () => {
  test('has incidents of every family, and names nobody twice', () => {
    expect(new Set(incidents.map(({ family }) => family)).size).toBe(8)
    expect(casesOf().length).toBeGreaterThanOrEqual(150)
    expect(new Set(casesOf().map(({ name }) => name)).size).toBe(casesOf().length)
  })
})

describe('a sample of the catalogue', () => {
  test(
    'causes are told, what can be healed is, and nothing is done that may not be',
    async () => {
      const verdicts: Verdict[] = []
      for (const one of sample()) {
        verdicts.push(judge(one, await playCase(one)))
      }
      const { causeRight, healed, invented } = measure(verdicts)
      const never = verdicts.filter((verdict) => verdict.falseActions.length > 0 || verdict.invented.length > 0).map(failureText)
      expect(never).toEqual([])
      expect(invented).toBe(0)
      // On the screen when it falls short: which ones.
      if (causeRight < CAUSE_MIN || healed < HEALED_MIN) console.error(verdicts.filter(isFailure).map(failureText).join('\n'))
      expect(causeRight).toBeGreaterThanOrEqual(CAUSE_MIN)
      expect(healed).toBeGreaterThanOrEqual(HEALED_MIN)
    },
    240_000,
  )
})
