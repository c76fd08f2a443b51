/** What the verdicts of many cases say together: the figures of one family, or of all. */

import type { Verdict } from './judge.ts'

export interface Measures {
  readonly cases: number
  /** Shares are between 0 and 1; NaN where there is nothing to share. */
  readonly causeRight: number
  readonly healable: number
  readonly healed: number
  readonly falseActions: number
  readonly harmed: number
  readonly invented: number
  readonly assumed: number
  readonly inconclusive: number
  /** Cases with hypotheses beside the causes: one root told as several. */
  readonly extra: number
  readonly diagnoseMs: number
  readonly totalMs: number
}

export function measure(verdicts: readonly Verdict[]): Measures {
  const count = (test: (verdict: Verdict) => boolean): number => verdicts.filter(test).length
  const healable = count((verdict) => verdict.healable)
  return {
    cases: verdicts.length,
    causeRight: count((verdict) => verdict.causeRight) / verdicts.length,
    healable,
    healed: count((verdict) => verdict.healed) / healable,
    falseActions: count((verdict) => verdict.falseActions.length > 0),
    harmed: count((verdict) => verdict.harmed.length > 0),
    invented: count((verdict) => verdict.invented.length > 0),
    assumed: count((verdict) => verdict.assumed > 0),
    inconclusive: count((verdict) => verdict.status === 'inconclusive') / verdicts.length,
    extra: count((verdict) => verdict.causeRight && verdict.extra > 0) / verdicts.length,
    diagnoseMs: median(verdicts.map((verdict) => verdict.diagnoseMs)),
    totalMs: verdicts.reduce((sum, verdict) => sum + verdict.totalMs, 0),
  }
}

export interface Bucket {
  readonly from: number
  readonly to: number
  readonly cases: number
  /** Mean of what Boyd said. */
  readonly said: number
  /** How often it was so. */
  readonly right: number
}

const EDGES = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01]

/** How confidence compares with truth, by what the first hypothesis said. */
export function calibration(verdicts: readonly Verdict[]): readonly Bucket[] {
  return EDGES.slice(0, -1).flatMap((from, index) => {
    const to = EDGES[index + 1] as number
    const within = verdicts.filter(({ confidence }) => confidence !== undefined && confidence >= from && confidence < to)
    if (within.length === 0) return []
    const said = within.reduce((sum, { confidence }) => sum + (confidence ?? 0), 0) / within.length
    return [{ from, to: Math.min(to, 1), cases: within.length, said, right: within.filter((verdict) => verdict.causeRight).length / within.length }]
  })
}

/** Everything that is not as it should be. */
export function isFailure(verdict: Verdict): boolean {
  return !verdict.causeRight || (verdict.healable && !verdict.healed) || verdict.falseActions.length > 0 || verdict.harmed.length > 0 || verdict.invented.length > 0
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
}
