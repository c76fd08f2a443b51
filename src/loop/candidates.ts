/**
 * From plans to rehearsed candidates. A plan that was tried in an earlier turn, or that a person denied, is not
 * tried again: repeating what did not help is how a small incident becomes a large one.
 */

import { jsonEqual } from '../kernel/json.ts'
import { PLANS_REHEARSED_MAX } from '../kernel/limits.ts'
import type { Candidate, TurnRecord } from '../model/mission.ts'
import { isMutation, planHash, type Action, type Plan } from '../model/plan.ts'
import type { MissionRun } from '../ports/engine.ts'
import type { Observation, Stages } from './stages.ts'

/** Rehearses each plan that can run and ranks the candidates, best first. */
export async function rehearseCandidates(options: {
  readonly run: MissionRun
  readonly stages: Stages
  readonly turn: number
  readonly observation: Observation
  readonly plans: readonly Plan[]
  readonly history: readonly TurnRecord[]
}): Promise<readonly Candidate[]> {
  const { run, stages, turn, observation, plans, history } = options
  const candidates: Candidate[] = []
  for (const [index, plan] of plans.slice(0, PLANS_REHEARSED_MAX).entries()) {
    const rejected = whyNotRehearsed(plan, history)
    if (rejected !== undefined) {
      candidates.push({ plan, planHash: planHash(plan), rejected })
      continue
    }
    const rehearsal = await run.step(`${turn}-rehearse-${index + 1}`, (key) => stages.rehearse(key, observation, plan))
    candidates.push({ plan, planHash: planHash(plan), rehearsal })
  }
  return stages.rank(candidates)
}

function whyNotRehearsed(plan: Plan, history: readonly TurnRecord[]): string | undefined {
  if (plan.needsInput.length > 0) return `a person must answer first: ${plan.needsInput.map((input) => input.question).join(' ')}`
  const denied = deniedBefore(plan, history)
  if (denied !== undefined) return denied
  const before = history.find((record) => record.candidates.some((candidate) => candidate.plan.id === plan.id && candidate.rejected === undefined))
  return before === undefined ? undefined : `tried in turn ${before.turn}: ${before.result.summary}`
}

/** Who denied it, and why; undefined where nobody did. */
function deniedBefore(plan: Plan, history: readonly TurnRecord[]): string | undefined {
  for (const { turn, candidates } of history) {
    const denied = candidates.find((candidate) => candidate.answer === 'denied' && doesTheSame(candidate.plan, plan))
    if (denied !== undefined) return `denied in turn ${turn}: ${denied.rejected ?? ''}`
  }
  return undefined
}

/** By what it is called, or by what it does: a plan under another name is no other plan. */
function doesTheSame(left: Plan, right: Plan): boolean {
  return left.id === right.id || jsonEqual(changesOf(left), changesOf(right))
}

function changesOf(plan: Plan): Action[] {
  return plan.steps.map((step) => step.action).filter(isMutation)
}
