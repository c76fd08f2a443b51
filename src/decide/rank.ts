/**
 * Ranks rehearsed candidates. A rehearsal that passed outweighs everything an author expected; then a cure outweighs
 * what only contains the damage; after that counts how much a plan can hurt, how much it did hurt on the twin, whose values it uses, and how much it does.
 */

import type { Plan, Risk } from '../model/plan.ts'
import type { Rehearsal } from '../model/rehearsal.ts'

export interface Rankable {
  readonly plan: Plan
  readonly rehearsal?: Rehearsal
}

const HARM: Readonly<Record<Risk, number>> = { none: 0, reversible: 1, disruptive: 2, destructive: 3 }

/** Best first; candidates that are equal in everything keep their order. */
export function rank<T extends Rankable>({ candidates }: { readonly candidates: readonly T[] }): T[] {
  return candidates.toSorted((left, right) => compare(measuresOf(left), measuresOf(right)))
}

/** Smaller is better, the first difference decides. */
function measuresOf({ plan, rehearsal }: Rankable): number[] {
  return [
    plan.needsInput.length > 0 ? 1 : 0,
    rehearsal?.passed === true ? 0 : rehearsal === undefined ? 1 : 2,
    plan.contains === true ? 1 : 0,
    HARM[plan.risk],
    plan.values === 'observed' ? 0 : 1,
    unavailableMs(rehearsal),
    plan.steps.length,
  ]
}

/** Replica-milliseconds below what was wanted, at worst, over all workloads. */
function unavailableMs(rehearsal: Rehearsal | undefined): number {
  return (rehearsal?.worst ?? []).reduce((sum, worst) => sum + (worst.desired - worst.availableMin) * worst.belowDesiredMs, 0)
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (const [index, value] of left.entries()) {
    const difference = value - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
