/**
 * A target that was skipped is left out of the whole plan: a node that was not drained because somebody uses it is not
 * deleted by the next step either. On the live cluster and in the rehearsal by the same lines.
 */

import type { Effect } from '../model/effect.ts'
import { sameSubject } from '../model/kube-object.ts'
import { targetOf, type Plan, type Step } from '../model/plan.ts'

/** The effect of a step whose target was skipped before; undefined where the step is to run. */
export function leftOut(step: Step, plan: Plan, effects: readonly Effect[]): Effect | undefined {
  const target = targetOf(step.action)
  if (target === undefined) return undefined
  const before = effects.find((effect) => {
    const skipped = effect.outcome === 'skipped' ? plan.steps.find(({ id }) => id === effect.stepId) : undefined
    const other = skipped === undefined ? undefined : targetOf(skipped.action)
    return other !== undefined && sameSubject(other, target)
  })
  if (before === undefined) return undefined
  return { kind: 'effect', stepId: step.id, outcome: 'skipped', detail: `left out, because step ${before.stepId} was: ${before.detail}`, startedAtMs: before.endedAtMs, endedAtMs: before.endedAtMs, requests: 0 }
}
