/**
 * What went otherwise than the rehearsal said, step by step. The rehearsal is a range over its runs; only what lies
 * outside the range is a difference. Differences are how the twin is found to be wrong about something.
 */

import type { Effect } from '../model/effect.ts'
import type { Rehearsal, RehearsedStep } from '../model/rehearsal.ts'
import type { Difference } from '../model/verification.ts'

/** Seconds that networks, queues and our own polling add; less than this is no news. */
const NOTEWORTHY_MS = 30_000

export function differencesOf(rehearsal: Rehearsal, effects: readonly Effect[]): Difference[] {
  const steps = effects.flatMap((effect) => {
    const rehearsed = rehearsal.runs.flatMap((run) => run.steps.filter((step) => step.stepId === effect.stepId))
    return rehearsed.length === 0 ? [] : [...outcomeDifference(effect, rehearsed), ...durationDifference(effect, rehearsed)]
  })
  return [...steps, ...blockedDifference(rehearsal, effects)]
}

function outcomeDifference(effect: Effect, rehearsed: readonly RehearsedStep[]): Difference[] {
  const predicted = [...new Set(rehearsed.map((step) => step.outcome))]
  if (predicted.includes(effect.outcome)) return []
  return [{ what: `outcome of step ${effect.stepId}`, predicted: predicted.join(' or '), observed: effect.outcome }]
}

function durationDifference(effect: Effect, rehearsed: readonly RehearsedStep[]): Difference[] {
  if (effect.outcome !== 'applied') return []
  const durations = rehearsed.map((step) => step.endedMs - step.startedMs)
  const [low, high] = [Math.min(...durations), Math.max(...durations)]
  const observedMs = effect.endedAtMs - effect.startedAtMs
  if (observedMs >= low - NOTEWORTHY_MS && observedMs <= high + NOTEWORTHY_MS) return []
  return [{ what: `duration of step ${effect.stepId}`, predicted: low === high ? seconds(low) : `${seconds(low)} to ${seconds(high)}`, observed: seconds(observedMs) }]
}

function blockedDifference(rehearsal: Rehearsal, effects: readonly Effect[]): Difference[] {
  const counts = rehearsal.runs.map((run) => run.evictionsBlocked)
  const observed = effects.reduce((sum, effect) => sum + (effect.evictionsBlocked ?? 0), 0)
  // How often a refused eviction was tried again is chance; whether a budget refused at all is not.
  if (counts.length === 0 || counts.some((count) => count > 0 === observed > 0)) return []
  return [{ what: 'evictions that a budget refused', predicted: `${Math.min(...counts)} to ${Math.max(...counts)}`, observed: String(observed) }]
}

function seconds(durationMs: number): string {
  return `${Math.round(durationMs / 1000)} s`
}
