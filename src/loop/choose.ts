/**
 * Chooses the plan to apply: the best candidate whose rehearsal passed and that the gate allows, asking a person
 * where the gate says so. Nobody is asked about a plan that the rehearsal or the gate already refused.
 */

import type { Approval } from '../model/approval.ts'
import type { Candidate, TurnResult } from '../model/mission.ts'
import type { Verdict } from '../model/verdict.ts'
import type { MissionRun } from '../ports/engine.ts'
import type { Asked, Judged, Observation, Settled, Stages } from './stages.ts'

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
    // Who does not answer one question does not answer the next: what needs nobody is done meanwhile.
    const mayAsk = !considered.some(({ answer }) => answer === 'unanswered')
    const outcome = await consider(options, candidate, { number: index + 1, mayAsk })
    considered.push(outcome.candidate)
    if (outcome.type === 'taken') {
      const rest = options.candidates.slice(index + 1).map((other) => ({ ...other, rejected: other.rejected ?? 'a better plan was taken' }))
      const approval = outcome.approvalId === undefined ? {} : { approvalId: outcome.approvalId }
      return { type: 'chosen', judged: outcome.judged, ...approval, candidates: [...considered, ...rest] }
    }
  }
  return { type: 'none', candidates: considered, result: noneResult(considered) }
}

type Outcome =
  | { readonly type: 'taken'; readonly candidate: Candidate; readonly judged: Judged; readonly approvalId?: string }
  | { readonly type: 'passed-over'; readonly candidate: Candidate }

async function consider(options: ChooseOptions, candidate: Candidate, asking: { readonly number: number; readonly mayAsk: boolean }): Promise<Outcome> {
  const { run, stages, turn, observation } = options
  const { plan, rehearsal } = candidate
  if (rehearsal === undefined) return passedOver(candidate, candidate.rejected ?? 'it was not rehearsed')
  if (!rehearsal.passed) return passedOver(candidate, `the rehearsal failed: ${rehearsal.summary}`)
  const verdict = await run.step(`${turn}-judge-${asking.number}`, (key) => stages.judge(key, observation, { plan, rehearsal }))
  const judgedCandidate = { ...candidate, verdict }
  const judged = { plan, rehearsal, verdict }
  if (verdict.decision === 'deny') return passedOver(judgedCandidate, `policy refuses: ${reasonsText(verdict)}`)
  if (verdict.decision === 'allow') return { type: 'taken', candidate: judgedCandidate, judged }
  if (!asking.mayAsk) return passedOver(judgedCandidate, 'it needs a person, and nobody answers')
  return askedFor(judgedCandidate, judged, await askPeople(options, judged, asking.number))
}

function askedFor(candidate: Candidate, judged: Judged, answer: Settled | { readonly type: 'not-asked'; readonly reason: string }): Outcome {
  if ('type' in answer) return passedOver(candidate, `nobody was asked: ${answer.reason}`)
  const { approval, used, again } = answer
  if (used) return { type: 'taken', candidate, judged, approvalId: approval.id }
  const kind = approval.state === 'denied' ? 'denied' : approval.state === 'expired' ? 'unanswered' : 'void'
  return passedOver({ ...candidate, answer: kind, ...(again ? { askAgain: true as const } : {}) }, refusalText(approval))
}

/** Waits durably; the answer may come in minutes, from another process, after a restart. */
async function askPeople(options: ChooseOptions, judged: Judged, number: number): Promise<Settled | { readonly type: 'not-asked'; readonly reason: string }> {
  const { run, stages, turn, observation } = options
  const asked = await run.step(`${turn}-ask-${number}`, (key) => stages.requestApproval(key, observation, judged))
  if (asked.type === 'not-asked') return asked
  await waitForAnswer(options, asked, { judged, number })
  return run.step(`${turn}-settle-${number}`, (key) => stages.settleApproval(key, asked.approval.id, judged))
}

/** Those who shall hear of it hear one after the other, until somebody answers or the time is up. */
async function waitForAnswer({ run, stages, turn }: ChooseOptions, { approval, announcements }: Extract<Asked, { type: 'asked' }>, about: { readonly judged: Judged; readonly number: number }): Promise<void> {
  const topic = `approval-${approval.id}`
  let waitedMs = 0
  for (const [index, { afterMs, channels }] of announcements.entries()) {
    if (afterMs > waitedMs && (await run.receive(topic, afterMs - waitedMs)) !== undefined) return
    waitedMs = afterMs
    await run.step(`${turn}-announce-${about.number}-${index + 1}`, (key) => stages.announceApproval(key, approval.id, { channels, again: afterMs > 0, judged: about.judged }))
  }
  await run.receive(topic, approval.expiresAtMs - approval.requestedAtMs - waitedMs)
}

function passedOver(candidate: Candidate, reason: string): Outcome {
  return { type: 'passed-over', candidate: { ...candidate, rejected: reason } }
}

function refusalText(approval: Approval): string {
  const veto = approval.votes.find((vote) => vote.decision === 'deny')
  if (veto !== undefined) return `${veto.name} denied it: ${veto.reason === '' ? 'no reason given' : veto.reason}`
  if (approval.state === 'invalidated') return `the approval is void: ${approval.voidReason ?? 'the cluster moved'}`
  return approval.state === 'expired' ? 'nobody answered in time' : `the approval is ${approval.state}`
}

function reasonsText(verdict: Verdict): string {
  return verdict.reasons.map((reason) => reason.text).join('; ')
}

/** What may be asked for once more is looked at anew; otherwise a person gets what was thought of, and why not. */
function noneResult(candidates: readonly Candidate[]): TurnResult {
  const again = candidates.find((candidate) => candidate.askAgain === true)
  if (again !== undefined) return { type: 'try-again', waiting: true, summary: `"${again.plan.goal}": ${again.rejected ?? 'no answer'}; asking again` }
  if (candidates.length === 0) return { type: 'handed-over', summary: 'The cause is known, and no safe plan can be made from what the cluster tells. A person must decide.' }
  const options = candidates.map((candidate) => `"${candidate.plan.goal}": ${candidate.rejected ?? 'not taken'}`)
  return { type: 'handed-over', summary: `No plan may run. ${options.join('. ')}.` }
}
