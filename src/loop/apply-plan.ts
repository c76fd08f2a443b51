/**
 * Applies a plan step by step. Each step is fenced and recorded on its own, so a crash between two steps, or in
 * the middle of one, neither repeats nor loses it. When a step does not apply, it and the ones before it are undone in
 * reverse order, as far as something takes them back; an undo that fails stops all automation for this plan.
 */

import { succeeded, type Effect } from '../model/effect.ts'
import { isMutation, type Step } from '../model/plan.ts'
import type { MissionRun } from '../ports/engine.ts'
import type { Choice } from './choose.ts'
import { leftOut } from './left-out.ts'
import type { Stages } from './stages.ts'

export interface ApplyPlanOptions {
  readonly run: MissionRun
  readonly stages: Stages
  readonly turn: number
  readonly choice: Extract<Choice, { type: 'chosen' }>
}

/** The effects in order, up to the first step that did not apply. */
export async function applyPlan(options: ApplyPlanOptions): Promise<readonly Effect[]> {
  const { run, stages, turn, choice } = options
  const effects: Effect[] = []
  const changed: Step[] = []
  for (const step of choice.judged.plan.steps) {
    const without = leftOut(step, choice.judged.plan, effects)
    const effect = without === undefined ? await run.fencedStep(`${turn}-act-${step.id}`, (key) => stages.act(key, step, choice)) : await run.step(`${turn}-leave-out-${step.id}`, (key) => stages.leaveOut(key, without))
    effects.push(effect)
    // What a hook halts stands as it is: a hook cannot undo.
    if (effect.halted !== undefined) break
    if (changedSomething(step, effect)) changed.push(step)
    if (succeeded(effect)) continue
    await undoAll(options, changed)
    break
  }
  return effects
}

/** A step that found its work done belongs to somebody else; one that was refused halfway has left its half. */
function changedSomething(step: Step, effect: Effect): boolean {
  return isMutation(step.action) && (effect.outcome === 'applied' || effect.requests > 0)
}

async function undoAll({ run, stages, turn, choice }: ApplyPlanOptions, changed: readonly Step[]): Promise<void> {
  for (const step of [...changed].reverse()) {
    const effect = await run.fencedStep(`${turn}-undo-${step.id}`, (key) => stages.undo(key, step, choice))
    if (effect.outcome === 'failed') return
  }
}
