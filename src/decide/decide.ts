/**
 * Decide: from a diagnosis to the plans that could end it.
 *
 * The plans come from the hazards; here they are collected over all hypotheses, each once, in the order of how little
 * they can hurt. Nothing is judged yet: the rehearsal says what a plan does, the gate whether it may.
 */

import { hazardOf } from '../hazards/registry.ts'
import type { Diagnosis } from '../model/diagnosis.ts'
import { planHash, type Plan, type Risk } from '../model/plan.ts'
import type { View } from '../model/view.ts'
import { askOwner } from './ask-owner.ts'
import { withSources } from './source/with-sources.ts'

export interface DecideOptions {
  readonly diagnosis: Diagnosis
  readonly view: View
}

const HARM: Readonly<Record<Risk, number>> = { none: 0, reversible: 1, disruptive: 2, destructive: 3 }

/** Plans for the causes found, the least harmful first within a cause; plans that wait for a person last. Empty unless something was found. */
export function decide({ diagnosis, view }: DecideOptions): Plan[] {
  if (diagnosis.status !== 'found') return []
  const plans = diagnosis.hypotheses.flatMap((hypothesis) => {
    const fixes = hazardOf(hypothesis.hazard)?.fixes(hypothesis.finding, view) ?? []
    return (fixes.length > 0 ? [...fixes] : askOwner(hypothesis, view)).sort((left, right) => costOf(left) - costOf(right))
  })
  return unique(plans).map((plan) => withSources(plan, view)).sort((left, right) => Number(left.needsInput.length > 0) - Number(right.needsInput.length > 0))
}

/** More than any harm: what cures nothing comes after what does. */
const COST_CONTAINS = 100

/** Cures first, then harm, then whether a value is ours; the author's order stands among equals. */
function costOf(plan: Plan): number {
  return (plan.contains === true ? COST_CONTAINS : 0) + HARM[plan.risk] * 2 + (plan.values === 'assumed' ? 1 : 0)
}

/** One plan an id, and one a set of actions: two hazards may propose the same roll-back. */
function unique(plans: readonly Plan[]): Plan[] {
  const kept = new Map<string, Plan>()
  const seen = new Set<string>()
  for (const plan of plans) {
    const actions = plan.steps.length === 0 ? plan.id : planHash({ ...plan, id: '', hazard: '', goal: '', rationale: '', expectedEffect: '', proof: [], steps: plan.steps.map((step) => ({ ...step, reason: '' })) })
    if (kept.has(plan.id) || seen.has(actions)) continue
    kept.set(plan.id, plan)
    seen.add(actions)
  }
  return [...kept.values()]
}
