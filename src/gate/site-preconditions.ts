/**
 * The operator's own checks as policies see them: a step carries one when it holds the site's very expression, about the
 * object that the step changes. A check of that name with another expression is another check.
 */

import { jsonEqual } from '../kernel/json.ts'
import { sameSubject } from '../model/kube-object.ts'
import { targetOf, type Condition, type Plan, type Step } from '../model/plan.ts'
import type { View } from '../model/view.ts'
import type { Site, SitePrecondition } from './site.ts'
import { matchesTarget } from './target-facts.ts'

/** The plan with the operator's checks on every step that they are about. They are part of what is rehearsed and judged. */
export function withSitePreconditions(plan: Plan, site: Pick<Site, 'preconditions'>, view: View): Plan {
  return { ...plan, steps: plan.steps.map((step) => withChecks(step, site, view)) }
}

function withChecks(step: Step, site: Pick<Site, 'preconditions'>, view: View): Step {
  const added = site.preconditions.flatMap((rule) => checkFor(rule, step, view)).filter((condition) => !step.preconditions.some((held) => jsonEqual(held, condition)))
  return added.length === 0 ? step : { ...step, preconditions: [...step.preconditions, ...added] }
}

/** A target that is not in the view is checked where the verb is meant: whether it is one of those cannot be told. */
function checkFor({ name, expression, otherwise, verbs, targets }: SitePrecondition, { action }: Step, view: View): Condition[] {
  const target = targetOf(action)
  if (target === undefined || !verbs.includes(action.verb)) return []
  const object = view.get(target)
  if (targets !== undefined && object !== undefined && !matchesTarget(targets, object, view)) return []
  return [{ type: 'expression', target, name, expression, otherwise }]
}

/** Names, sorted. */
export function carriedPreconditions(step: Step, site: Pick<Site, 'preconditions'>): string[] {
  const target = targetOf(step.action)
  if (target === undefined) return []
  const carried = site.preconditions.filter(({ expression }) =>
    step.preconditions.some((condition) => condition.type === 'expression' && condition.expression === expression && sameSubject(condition.target, target)),
  )
  return carried.map(({ name }) => name).sort()
}
