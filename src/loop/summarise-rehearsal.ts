/**
 * What a rehearsal comes to: passed or not, how sure, and one sentence for a person at 3 AM.
 *
 * A rehearsal passes when every run reached the proof: one bad run in five is a bad plan for production. Confidence
 * starts at 1 and is lowered by each feature that the twin does not model and by runs that disagree.
 */

import { subjectText } from '../model/kube-object.ts'
import type { Rehearsal, RehearsalRun, Worst } from '../model/rehearsal.ts'

const CONFIDENCE_PER_GAP = 0.15
const CONFIDENCE_MIN = 0.1

export function summarise(parts: {
  readonly runs: readonly RehearsalRun[]
  readonly worst: readonly Worst[]
  readonly notModelled: readonly string[]
}): Pick<Rehearsal, 'passed' | 'confidence' | 'summary'> {
  const { runs, worst, notModelled } = parts
  const good = runs.filter((run) => run.proofHeld).length
  const passed = runs.length > 0 && good === runs.length
  const agreement = runs.length === 0 ? 0 : Math.max(good, runs.length - good) / runs.length
  return { passed, confidence: confidenceFrom({ agreement, gaps: notModelled.length }), summary: [sentence({ runs, good, worst }), ...(passed ? doubts(notModelled) : [])].join('; ') }
}

/** Said of what ends well on the twin and touches what the twin does not play: nobody may read it as safe. */
export function doubts(notModelled: readonly string[]): string[] {
  if (notModelled.length === 0) return []
  return [`not called safe: it touches ${notModelled.length === 1 ? 'a thing that is' : `${notModelled.length} things that are`} not modelled`]
}

/** 0 to 1, to two digits. `agreement` is the share of runs that ended alike, `gaps` what the twin does not model. */
export function confidenceFrom({ agreement, gaps }: { readonly agreement: number; readonly gaps: number }): number {
  return Math.round(Math.max(CONFIDENCE_MIN, agreement - CONFIDENCE_PER_GAP * gaps) * 100) / 100
}

function sentence(parts: { readonly runs: readonly RehearsalRun[]; readonly good: number; readonly worst: readonly Worst[] }): string {
  const { runs, good, worst } = parts
  const reached = `${good} of ${runs.length} runs reach the proof`
  const failures = [...new Set(runs.flatMap((run) => run.failure ?? []))]
  const impact = worst.length === 0 ? 'no workload drops below what it has now' : worst.map(worstText).join('; ')
  const blocked = Math.max(0, ...runs.map((run) => run.evictionsBlocked))
  const unplaced = Math.max(0, ...runs.map((run) => run.unplaced.length))
  return [
    reached,
    ...failures.slice(0, 1),
    impact,
    ...(blocked > 0 ? [`budgets refuse up to ${blocked} evictions`] : []),
    ...(unplaced > 0 ? [`up to ${unplaced} pods find no node`] : []),
  ].join('; ')
}

function worstText(worst: Worst): string {
  return `${subjectText(worst.workload)} falls to ${worst.availableMin} of ${worst.desired} and stays below for up to ${Math.round(worst.belowDesiredMs / 1000)} s`
}
