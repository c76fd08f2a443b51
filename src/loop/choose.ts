/**
 * Chooses the plan to apply: the best candidate whose rehearsal passed and that the gate allows, asking a person
 * where the gate says so. Nobody is asked about a plan that the rehearsal or the gate already refused.
 */

import type { Approval } from '../model/approval.ts'
import type { Candidate, TurnResult } from '../model/mission.ts'
import type { Verdict } from '../model/verdict.ts'
import type { MissionRun } from '../ports/engine.ts'
import type { Judged, Observation, Stages } from './stages.ts'

export type Choice =
  | { readonly type: 'chosen'; readonly judged: Judged; readonly approvalId?: string; readonly candidates: readonly Candidate[] }
  | { readonly type: 'none'; readonly result: TurnResult; readonly candidates: readonly Candidate[] }

interface ChooseOptions {
  readonly run: MissionRun
  readonly stages: Stages
  readonly turn: number
  readonly observation: Observation
  readonly candidates: readonly Candidate[]
}

/** Walks the candidates from the best on; each that is passed over keeps the reason why. */
export async function choose(options: ChooseOptions): Promise<Choice> {
  const considered: Candidate[] = []
  for (const [index, candidate] of options.candidates.entries()) {
    const outcome = await consider(options, candidate, index)
    considered.push(outcome.candidate)
    if (outcome.type === 'taken') {
      const rest = options.candidates.slice(index + 1).map((other) => ({ ...other, rejected: other.rejected ?? 'a better plan was taken' }))
      const approval = outcome.approvalId === undefined ? {} : { approvalId: outcome.approvalId }
      return { type: 'chosen', judged: outcome.judged, ...approval, candidates: [...considered, ...rest] }
    }
  }
  return { type: 'none', candidates: considered, result: { type: 'handed-over', summary: handOverSummary(considered) } }
}

type Outcome =
  | { readonly type: 'taken'; readonly candidate: Candidate; readonly judged: Judged; readonly approvalId?: string }
  | { readonly type: 'passed-over'; readonly candidate: Candidate }

async function consider(options: ChooseOptions, candidate: Candidate, index: number): Promise<Outcome> {
  const { run, stages, turn, observation } = options
  const { plan, rehearsal } = candidate
  if (rehearsal === undefined) return passedOver(candidate, candidate.rejected ?? 'it was not rehearsed')
  if (!rehearsal.passed) return passedOver(candidate, `the rehearsal failed: ${rehearsal.summary}`)
  const verdict = await run.step(`${turn}-judge-${index + 1}`, (key) => stages.judge(key, observation, { plan, rehearsal }))
  const judgedCandidate = { ...candidate, verdict }
  const judged = { plan, rehearsal, verdict }
  if (verdict.decision === 'deny') return passedOver(judgedCandidate, `policy refuses: ${reasonsText(verdict)}`)
  if (verdict.decision === 'allow') return { type: 'taken', candidate: judgedCandidate, judged }
  const approval = await askPeople(options, judged, index)
  if (approval.state === 'consumed') return { type: 'taken', candidate: judgedCandidate, judged, approvalId: approval.id }
  return passedOver(judgedCandidate, refusalText(approval))
}

/** Waits durably; the answer may come in minutes, from another process, after a restart. */
async function askPeople(options: ChooseOptions, judged: Judged, index: number): Promise<Approval> {
  const { run, stages, turn, observation } = options
  const request = await run.step(`${turn}-ask-${index + 1}`, (key) => stages.requestApproval(key, observation, judged))
  await run.receive(`approval-${request.id}`, request.expiresAtMs - request.requestedAtMs)
  return run.step(`${turn}-settle-${index + 1}`, (key) => stages.settleApproval(key, request.id, judged))
}

function passedOver(candidate: Candidate, reason: string): Outcome {
  return { type: 'passed-over', candidate: { ...candidate, rejected: reason } }
}

function refusalText(approval: Approval): string {
  const veto = approval.votes.find((vote) => vote.decision === 'deny')
  if (veto !== undefined) return `${veto.name} denied it: ${veto.reason === '' ? 'no reason given' : veto.reason}`
  if (approval.state === 'invalidated') return 'the cluster moved after the plan was shown, so the approval is void'
  return 'nobody answered in time'
}

function reasonsText(verdict: Verdict): string {
  return verdict.reasons.map((reason) => reason.text).join('; ')
}

function handOverSummary(candidates: readonly Candidate[]): string {
  if (candidates.length === 0) return 'The cause is known, and no safe plan can be made from what the cluster tells. A person must decide.'
  const options = candidates.map((candidate) => `"${candidate.plan.goal}": ${candidate.rejected ?? 'not taken'}`)
  return `No plan may run. ${options.join('. ')}.`
}
