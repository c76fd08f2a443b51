/**
 * One turn of the loop: observe, orient, decide, rehearse, judge, act, verify. The file to read first.
 *
 * Each stage is a recorded step. Kill the process anywhere and the turn goes on at the step where it was, with
 * the results of the steps before it read back. Nothing here touches the world: the stages do, and of those
 * only `act` and `undo` change it, behind a clearance that the gate alone can give.
 */

import { succeeded, type Effect } from '../model/effect.ts'
import type { Diagnosis } from '../model/diagnosis.ts'
import type { Candidate, TurnRecord, TurnResult } from '../model/mission.ts'
import { sourceText, type Plan } from '../model/plan.ts'
import type { Verification } from '../model/verification.ts'
import type { TurnTaken } from '../mission/mission.ts'
import type { MissionRun } from '../ports/engine.ts'
import { applyPlan } from './apply-plan.ts'
import { choose, type Choice } from './choose.ts'
import { rehearseCandidates } from './candidates.ts'
import type { Observation, Stages } from './stages.ts'
import { waitForClaim } from './wait-for-claim.ts'

export interface TurnOptions {
  readonly run: MissionRun
  readonly stages: Stages
  readonly turn: number
  readonly history: readonly TurnRecord[]
}

/** Takes one turn and says how it ended and how long the mission has run. */
export async function takeTurn(options: TurnOptions): Promise<TurnTaken> {
  const { run, stages, turn } = options
  const record = await passThroughTheLoop(options)
  const elapsedMs = await run.step(`${turn}-conclude`, (key) => stages.conclude(key, record.result))
  return { record, elapsedMs }
}

async function passThroughTheLoop(options: TurnOptions): Promise<TurnRecord> {
  const { run, stages, turn, history } = options
  const observation = await run.step(`${turn}-observe`, (key) => stages.observe(key))
  const diagnosis = await run.step(`${turn}-orient`, (key) => stages.orient(key, observation))
  if (diagnosis.status !== 'found') return stop(turn, diagnosis, nothingToFix(diagnosis, history))

  const claimed = await waitForClaim({ run, stages, turn, diagnosis })
  if (!claimed) return stop(turn, diagnosis, { type: 'try-again', summary: 'another mission worked the same cause; looking again' })

  const candidates = await rehearsedCandidates(options, observation, diagnosis)
  const choice = await choose({ run, stages, turn, observation, candidates })
  if (choice.type === 'none') return { ...stop(turn, diagnosis, choice.result), candidates: choice.candidates }

  const effects = await applyPlan({ run, stages, turn, choice })
  const failed = effects.find((effect) => !succeeded(effect))
  if (failed !== undefined) return actedRecord({ turn, diagnosis, choice, effects, result: retryAfter(failed) })

  const verification = await run.step(`${turn}-verify`, (key) => stages.verify(key, choice.judged, effects))
  return { ...actedRecord({ turn, diagnosis, choice, effects, result: concluded(verification, diagnosis, choice) }), verification }
}

async function rehearsedCandidates(options: TurnOptions, observation: Observation, diagnosis: Diagnosis): Promise<readonly Candidate[]> {
  const { run, stages, turn, history } = options
  const plans = await run.step(`${turn}-decide`, (key) => stages.decide(key, observation, diagnosis))
  return rehearseCandidates({ run, stages, turn, observation, plans, history })
}

/** Healthy after a verified fix is a resolved incident; healthy from the start is a false alarm. */
function nothingToFix(diagnosis: Diagnosis, history: readonly TurnRecord[]): TurnResult {
  const verified = history.filter((record) => record.verification?.held === true)
  if (diagnosis.status === 'healthy' && verified.length > 0) {
    return { type: 'resolved', summary: verified.map((record) => record.result.summary).join(' ') }
  }
  if (diagnosis.status === 'healthy') return { type: 'no-action', summary: diagnosis.summary }
  return { type: 'handed-over', summary: `The cause could not be told. ${diagnosis.summary}` }
}

/** What a hook halts is not tried otherwise behind its back. */
function retryAfter(failed: Effect): TurnResult {
  if (failed.halted !== undefined) return { type: 'handed-over', summary: `The plan was stopped after step ${failed.stepId}, which stands: ${failed.halted}` }
  return { type: 'try-again', summary: `step ${failed.stepId} did not apply: ${failed.detail}` }
}

/** Resolved means that the proof holds. A second, independent cause that is still there gets a turn of its own. */
function concluded(verification: Verification, diagnosis: Diagnosis, choice: Extract<Choice, { type: 'chosen' }>): TurnResult {
  if (!verification.held) {
    const missing = verification.results.filter((result) => !result.held).map((result) => result.detail)
    return { type: 'try-again', summary: `the proof does not hold: ${missing.join('; ')}` }
  }
  const { plan } = choice.judged
  if (plan.contains === true) return contained(plan, choice.candidates)
  const others = diagnosis.hypotheses.filter((hypothesis) => hypothesis.hazard !== plan.hazard || hypothesis.subject.name !== plan.subject.name)
  if (others.length > 0) return { type: 'try-again', summary: `${plan.goal}: verified. ${others.length} more to look at.` }
  const unsaid = (plan.sourceChanges ?? []).filter(({ manager }) => manager !== 'helm')
  if (unsaid.length > 0) return { type: 'handed-over', summary: `${plan.goal}: verified on the live cluster, until the next sync. The change must be committed to ${unsaid.map(sourceText).join('; ')}; the ticket has it.` }
  return { type: 'resolved', summary: `${plan.goal}: verified on the live cluster.` }
}

/** The damage does not grow any more, so there is time to ask once more for the cure, where that may be asked for. */
function contained(plan: Plan, candidates: readonly Candidate[]): TurnResult {
  const cure = candidates.find((candidate) => candidate.askAgain === true)
  if (cure === undefined) return { type: 'handed-over', summary: `Contained: ${plan.goal}. ${whyNoCure(candidates)}` }
  return { type: 'try-again', waiting: true, summary: `contained: ${plan.goal}. "${cure.plan.goal}": ${cure.rejected ?? 'no answer'}; asking again` }
}

/** A person who takes over wants to know what was thought of and why it was not done. */
function whyNoCure(candidates: readonly Candidate[]): string {
  const cures = candidates.filter((candidate) => candidate.plan.contains !== true)
  if (cures.length === 0) return 'No plan that cures it can be made from what the cluster tells; a person must decide.'
  return `Not cured: ${cures.map((candidate) => `"${candidate.plan.goal}": ${candidate.rejected ?? 'not taken'}`).join('. ')}.`
}

function stop(turn: number, diagnosis: Diagnosis, result: TurnResult): TurnRecord {
  return { turn, diagnosis, candidates: [], effects: [], result }
}

function actedRecord(parts: {
  readonly turn: number
  readonly diagnosis: Diagnosis
  readonly choice: Extract<Choice, { type: 'chosen' }>
  readonly effects: readonly Effect[]
  readonly result: TurnResult
}): TurnRecord {
  const { turn, diagnosis, choice, effects, result } = parts
  return { turn, diagnosis, candidates: choice.candidates, effects, result }
}
