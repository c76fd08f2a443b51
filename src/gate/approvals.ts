/**
 * Approvals as pure moves between states: `pending → granted → consumed`, and from any state before `consumed` to
 * `denied`, `expired` or `invalidated`. Whoever stores an approval makes each move one compare-and-set; two people
 * who vote at once, or two workers that consume at once, are the store's race to settle.
 *
 * Who may say yes: people, each once, never the requester and never an agent. One no is a veto.
 */

import { digestOf } from '../kernel/canonical-json.ts'
import type { Approval, ApprovalState, Vote } from '../model/approval.ts'
import { planHash, type Plan } from '../model/plan.ts'
import { normalSubject } from '../model/principal.ts'
import type { Rehearsal } from '../model/rehearsal.ts'
import type { Verdict } from '../model/verdict.ts'
import type { View } from '../model/view.ts'
import { movedTargets, targetVersionsOf } from './target-versions.ts'

/** A request nobody answers within this is stale: what was shown is no longer how things are. */
export const REQUEST_LIFETIME_MS = 30 * 60_000

/** The policies believe a rehearsal this long, so an answer that comes later could not be used. */
export const REHEARSAL_LIFETIME_MS = 15 * 60_000

/** Subjects that are no people's: this program, other agents, accounts of machines. The doors refuse them by kind; this is the second wall. */
export function isAgent(subject: string): boolean {
  return subject === 'boyd' || subject.startsWith('agent:') || subject.startsWith('system:')
}

export interface ApprovalRequest {
  readonly id: string
  readonly missionId: string
  readonly incidentId: string
  readonly plan: Plan
  readonly rehearsal: Rehearsal
  readonly verdict: Extract<Verdict, { decision: 'ask' }>
  /** The snapshot that was rehearsed. */
  readonly view: Pick<View, 'get'>
  /** `boyd`, or the agent or person on whose behalf. */
  readonly requestedBy: string
  /** The text the person sees; see `gate/shown.ts`. */
  readonly shown: string
  readonly nowMs: number
}

export function requestApproval(request: ApprovalRequest): Approval {
  const { plan, rehearsal, verdict, shown, nowMs } = request
  return {
    kind: 'approval',
    id: request.id,
    missionId: request.missionId,
    incidentId: request.incidentId,
    planHash: planHash(plan),
    rehearsalId: rehearsal.id,
    targetVersions: targetVersionsOf(plan, request.view),
    requestedBy: request.requestedBy,
    approvalsNeeded: verdict.approvals,
    distinctTeams: verdict.distinctTeams,
    breakGlass: verdict.breakGlass,
    state: 'pending',
    votes: [],
    requestedAtMs: nowMs,
    expiresAtMs: expiryOf(rehearsal, nowMs),
    shownDigest: digestOf(shown),
    shown,
  }
}

/** When an answer is no longer of use, in milliseconds since the epoch. */
export function expiryOf(rehearsal: Rehearsal, nowMs: number): number {
  return Math.max(nowMs, Math.min(nowMs + REQUEST_LIFETIME_MS, rehearsal.rehearsedAtMs + REHEARSAL_LIFETIME_MS))
}

export type Moved = { readonly type: 'moved'; readonly approval: Approval } | { readonly type: 'refused'; readonly reason: string }

/** Counts a vote. Refused: it is over, the voter is the requester, an agent, or has voted before. */
export function castVote(approval: Approval, vote: Vote): Moved {
  const current = expire(approval, vote.atMs)
  const reason = whyNoVote(current, vote)
  if (reason !== undefined) return { type: 'refused', reason }
  const voted = { ...current, votes: [...current.votes, vote] }
  return { type: 'moved', approval: { ...voted, state: stateAfterVote(voted) } }
}

function whyNoVote(approval: Approval, vote: Vote): string | undefined {
  const open = approval.state === 'pending' || (approval.state === 'granted' && vote.decision === 'deny')
  if (!open) return `the request is ${approval.state}`
  // Saying no is safe, whoever says it.
  if (vote.decision === 'deny') return undefined
  if (samePerson(vote.by, approval.requestedBy)) return 'the requester may not approve'
  if (isAgent(normalSubject(vote.by))) return 'only a person may approve'
  if (approval.votes.some((earlier) => samePerson(earlier.by, vote.by))) return `${vote.name} has voted already`
  return undefined
}

function stateAfterVote(approval: Approval): ApprovalState {
  if (approval.votes.some((vote) => vote.decision === 'deny')) return 'denied'
  const enough = approversOf(approval).length >= approval.approvalsNeeded && teamsOf(approval) >= approval.distinctTeams
  return enough ? 'granted' : 'pending'
}

/** The people whose yes counts. A name is one person however it is written. */
export function approversOf(approval: Approval): string[] {
  const names = approval.votes.filter((vote) => vote.decision === 'approve').map((vote) => normalSubject(vote.by))
  return [...new Set(names)].filter((name) => !isAgent(name) && name !== normalSubject(approval.requestedBy))
}

/**
 * Of how many different teams the approvals can be told to come, each person standing for one team. Somebody who is in
 * two teams is still one person, and somebody in none stands for the team "none".
 */
export function teamsOf(approval: Approval): number {
  const teams = new Map<string, readonly string[]>()
  for (const vote of approval.votes) if (vote.decision === 'approve') teams.set(normalSubject(vote.by), vote.teams.length === 0 ? ['none'] : vote.teams.map(normalSubject))
  return distinctRepresentatives(approversOf(approval).map((person) => teams.get(person) ?? []))
}

/** The largest number of people who can each stand for a team of their own: a bipartite matching, by augmenting paths. */
function distinctRepresentatives(choices: readonly (readonly string[])[]): number {
  const holder = new Map<string, number>()
  const place = (person: number, tried: Set<string>): boolean => {
    for (const team of choices[person] ?? []) {
      if (tried.has(team)) continue
      tried.add(team)
      const other = holder.get(team)
      if (other !== undefined && !place(other, tried)) continue
      holder.set(team, person)
      return true
    }
    return false
  }
  return choices.filter((_, person) => place(person, new Set())).length
}

/** `expired` once the time is up; unchanged otherwise. */
export function expire(approval: Approval, nowMs: number): Approval {
  const over = nowMs >= approval.expiresAtMs || nowMs < approval.requestedAtMs - CLOCK_SKEW_MS
  return isUndecided(approval) && over ? { ...approval, state: 'expired' } : approval
}

/** A clock that went backwards further than this says nothing about expiry any more. */
const CLOCK_SKEW_MS = 60_000

/** `invalidated` once a target is not the object, or not in the shape, that was shown. */
export function invalidateIfMoved(approval: Approval, plan: Plan, view: Pick<View, 'get'>): Approval {
  if (!isUndecided(approval)) return approval
  return movedTargets(approval.targetVersions, targetVersionsOf(plan, view)).length > 0 ? { ...approval, state: 'invalidated' } : approval
}

/** Uses a grant up. The caller stores the result with a compare-and-set on `granted`, so that it happens once. */
export function consume(approval: Approval, options: { readonly planHash: string; readonly rehearsalId: string; readonly nowMs: number }): Moved {
  const current = expire(approval, options.nowMs)
  if (current.state !== 'granted') return { type: 'refused', reason: `the request is ${current.state}` }
  if (current.planHash !== options.planHash) return { type: 'refused', reason: 'the approval is about another plan' }
  if (current.rehearsalId !== options.rehearsalId) return { type: 'refused', reason: 'the approval is about another rehearsal' }
  if (digestOf(current.shown) !== current.shownDigest) return { type: 'refused', reason: 'what was shown is not what was signed' }
  return { type: 'moved', approval: { ...current, state: 'consumed' } }
}

function isUndecided(approval: Approval): boolean {
  return approval.state === 'pending' || approval.state === 'granted'
}

function samePerson(left: string, right: string): boolean {
  return normalSubject(left) === normalSubject(right)
}
