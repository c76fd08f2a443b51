/**
 * The actions of a plan that the gate judges: every step that changes something, and every undo that is more than
 * the step taken back. An undo is run without asking again, so it must not be a way around the rules.
 */

import { jsonEqual } from '../kernel/json.ts'
import { isMutation, type Action, type Plan, type Step } from '../model/plan.ts'

export interface JudgedAction {
  readonly stepId: string
  readonly action: Action
  /** The step it belongs to; an undo runs without the preconditions of its step. */
  readonly step: Step
}

export function judgedActions(plan: Plan): JudgedAction[] {
  return plan.steps.flatMap((step) => [
    ...(isMutation(step.action) ? [{ stepId: step.id, action: step.action, step }] : []),
    ...(step.undo !== undefined && isMutation(step.undo) && !takesBack(step) ? [{ stepId: step.id, action: step.undo, step: { ...step, action: step.undo, preconditions: [] } }] : []),
  ])
}

/** Does the undo put back exactly what the step changed, on the same object? */
function takesBack({ action, undo }: Step): boolean {
  if (undo === undefined || undo.verb === 'wait' || action.verb === 'wait') return false
  if (!jsonEqual(action.target, undo.target)) return false
  if (action.verb === 'cordon' || action.verb === 'drain') return undo.verb === 'uncordon'
  if (action.verb === 'uncordon') return undo.verb === 'cordon'
  if (action.verb === 'scale') return undo.verb === 'scale' && undo.fromReplicas === action.toReplicas && undo.toReplicas === action.fromReplicas
  if (action.verb === 'roll-back') return undo.verb === 'roll-back' && undo.toRevision === action.fromRevision
  if (action.verb === 'patch') return undo.verb === 'patch' && undo.patchType === action.patchType && jsonEqual(undo.patch, action.undo)
  return false
}
