/**
 * Applies a plan step by step. Each step is fenced and recorded on its own, so a crash between two steps, or in
 * the middle of one, neither repeats nor loses it. When a step does not apply, the ones before it are undone in
 * reverse order, as far as they have an undo; a failed undo stops all automation for this plan.
 */

import { succeeded, type Effect } from '../model/effect.ts'
import type { Step } from '../model/plan.ts'
import type { MissionRun } from '../ports/engine.ts'
import type { Choice } from './choose.ts'
import type { Stages } from './stages.ts'

export async function applyPlan(options: {
  readonly run: MissionRun
  readonly stages: Stages
  readonly turn: number
  readonly choice: Extract<Choice, { type: 'chosen' }>
}): Promise<readonly Effect[]> {
  const { run, stages, turn, choice } = options
  const effects: Effect[] = []
  const applied: Step[] = []
  for (const step of choice.judged.plan.steps) {
    const effect = await run.fencedStep(`${turn}-act-${step.id}`, (key) => stages.act(key, step, choice))
    effects.push(effect)
    if (!succeeded(effect)) {
      await undoAll({ run, stages, turn, choice, applied })
      break
    }
    // A step that found its work done already belongs to somebody else; undoing it would undo them.
    if (effect.outcome === 'applied') applied.push(step)
  }
  return effects
}

async function undoAll(options: {
  readonly run: MissionRun
  readonly stages: Stages
  readonly turn: number
  readonly choice: Extract<Choice, { type: 'chosen' }>
  readonly applied: readonly Step[]
}): Promise<void> {
  const { run, stages, turn, choice, applied } = options
  for (const step of [...applied].reverse()) {
    if (step.undo === undefined) continue
    const effect = await run.fencedStep(`${turn}-undo-${step.id}`, (key) => stages.undo(key, step, choice))
    if (!succeeded(effect)) return
  }
}
