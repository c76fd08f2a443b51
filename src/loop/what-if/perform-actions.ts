/** Applies actions to a twin as the steps of a plan: the very lines that a live cluster is changed with, waits and budgets included. */

import { applyStep } from '../../act/act.ts'
import { evaluateCondition } from '../../audit/conditions.ts'
import { clearForTwin } from '../../gate/clearance.ts'
import { subjectOf } from '../../model/kube-object.ts'
import type { Action, Condition, Plan } from '../../model/plan.ts'
import { lookAtTwin } from '../look-at-twin.ts'
import type { Twin } from '../../twin/twin.ts'
import type { Done, Say } from './do-it.ts'

/** One after the other. One that is refused is a problem; those after it are tried all the same, as a person would. */
export async function performActions(twin: Twin, { user, actions, say }: { readonly user: string; readonly actions: readonly Action[]; readonly say: Say }): Promise<Done> {
  const [first] = actions
  if (first === undefined) return { problems: [], evictionsBlocked: 0 }
  const plan = planOf(actions, first)
  const cleared = clearForTwin(plan)
  const cluster = twin.cluster({ realm: 'twin', user })
  const evaluate = (condition: Condition) => Promise.resolve(evaluateCondition(condition, { view: lookAtTwin(twin), detect: () => [] }))
  const problems: string[] = []
  let evictionsBlocked = 0
  for (const step of plan.steps) {
    const effect = await applyStep({ cleared, step, cluster, clock: twin.clock, evaluate })
    evictionsBlocked += effect.evictionsBlocked ?? 0
    say(effect.detail)
    if (effect.outcome !== 'applied' && effect.outcome !== 'already') problems.push(effect.detail)
  }
  return { problems, evictionsBlocked }
}

function planOf(actions: readonly Action[], first: Action): Plan {
  return {
    kind: 'plan',
    id: 'what-if',
    goal: 'what was asked is done',
    hazard: 'none',
    subject: first.verb === 'wait' ? { kind: 'Cluster', name: 'twin' } : subjectOf(first.target),
    steps: actions.map((action, index) => ({ id: `${index + 1}-${action.verb}`, action, reason: 'asked', preconditions: [] })),
    proof: [],
    risk: 'disruptive',
    expectedEffect: '',
    needsInput: [],
    rationale: '',
    values: 'observed',
  }
}
