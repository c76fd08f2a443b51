/** What the runs of a question come to, in one sentence, and how sure it is. */

import { subjectText } from '../../model/kube-object.ts'
import type { Worst } from '../../model/rehearsal.ts'
import type { WhatIfRun } from '../../model/what-if.ts'
import { durationText } from '../../kernel/clock.ts'
import { confidenceFrom } from '../summarise-rehearsal.ts'

const NAMED_MAX = 3

/** `0 of 5 runs leave a pod without a node; Deployment shop/web falls to 1 to 2 of 6 for up to 40 s`. */
export function sentenceOf(runs: readonly WhatIfRun[], worst: readonly Worst[]): string {
  const pending = runs.filter((run) => run.pendingAtEnd > 0)
  const parts = [
    `${pending.length} of ${runs.length} runs leave ${podsText(pending.map((run) => run.pendingAtEnd))} without a node`,
    ...problemsOf(runs),
    ...impactOf(runs, worst),
  ]
  return parts.join('; ')
}

function podsText(counts: readonly number[]): string {
  return counts.every((count) => count === 1) ? 'a pod' : `${rangeOf(counts)} pods`
}

function problemsOf(runs: readonly WhatIfRun[]): string[] {
  const blocked = Math.max(0, ...runs.map((run) => run.evictionsBlocked))
  const first = runs.flatMap((run) => run.problems)[0]
  return [...(blocked > 0 ? [`budgets refuse evictions (up to ${blocked} attempts)`] : []), ...(first === undefined ? [] : [first])]
}

function impactOf(runs: readonly WhatIfRun[], worst: readonly Worst[]): string[] {
  if (worst.length === 0) return ['no workload drops below what it has now']
  const named = [...worst].sort(byHarm).slice(0, NAMED_MAX).map((one) => impactText(one, runs))
  return worst.length > NAMED_MAX ? [...named, `and ${worst.length - NAMED_MAX} more workloads`] : named
}

function impactText(one: Worst, runs: readonly WhatIfRun[]): string {
  const key = subjectText(one.workload)
  const lows = runs.flatMap((run) => run.worst.filter((other) => subjectText(other.workload) === key).map((other) => other.availableMin))
  return `${key} falls to ${rangeOf(lows)} of ${one.desired} for up to ${durationText(one.belowDesiredMs)}`
}

/** The share that is missing, then how long. */
function byHarm(left: Worst, right: Worst): number {
  const missing = (worst: Worst): number => (worst.desired === 0 ? 0 : 1 - worst.availableMin / worst.desired)
  return missing(right) - missing(left) || right.belowDesiredMs - left.belowDesiredMs
}

function rangeOf(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return low === high ? String(low) : `${low} to ${high}`
}

/** Lowered by what is not modelled and by runs that end differently. */
export function confidenceOf(runs: readonly WhatIfRun[], notModelled: readonly string[]): number {
  const good = runs.filter((run) => run.pendingAtEnd === 0 && run.problems.length === 0).length
  const agreement = runs.length === 0 ? 0 : Math.max(good, runs.length - good) / runs.length
  return confidenceFrom({ agreement, gaps: notModelled.length })
}
