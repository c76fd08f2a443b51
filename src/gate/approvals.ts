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
import type { Incident } from '../model/incident.ts'
import type { View } from '../model/view.ts'
import { blastRadiusOf } from './blast-radius.ts'
import { targetVersionsOf } from './target-versions.ts'

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
  readonly incident: Pick<Incident, 'id' | 'missionId' | 'severity'>
  readonly plan: Plan
  readonly rehearsal: Rehearsal
  readonly verdict: Extract<Verdict, { decision: 'ask' }>
  /** The snapshot that was rehearsed. */
  readonly view: View
  /** `boyd`, or the agent or person on whose behalf. */
  readonly requestedBy: string
  readonly agentVersion: string
  /** The text the person sees; see `gate/shown.ts`. */
  readonly shown: string
  readonly nowMs: number
}

export function requestApproval(request: ApprovalRequest): Approval {
  const { incident, plan, rehearsal, verdict, view, agentVersion, shown, nowMs } = request
  return {
    kind: 'approval',
    id: request.id,
    missionId: incident.missionId,
    incidentId: incident.id,
    planId: plan.id,
    planHash: planHash(plan),
    rehearsalId: rehearsal.id,
    targetVersions: targetVersionsOf(plan, view),
    requestedBy: request.requestedBy,
    approvalsNeeded: verdict.approvals,
    distinctTeams: verdict.distinctTeams,
    breakGlass: verdict.breakGlass,
    state: 'pending',
    votes: [],
    asked: { severity: incident.severity, blast: blastRadiusOf(plan, view), agentVersion },
    messages: [],
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

/** A grant is used soon or not at all: who gave it had this moment in mind. */
export const GRANT_LIFETIME_MS = 10 * 60_000

/** `expired` once the time is up, of the request or of its grant; unchanged otherwise. */
export function expire(approval: Approval, nowMs: number): Approval {
  if (!isUndecided(approval)) return approval
  const lastVoteMs = Math.max(approval.requestedAtMs, ...approval.votes.map((vote) => vote.atMs))
  const wentBack = nowMs < lastVoteMs - CLOCK_SKEW_MS
  const stale = approval.state === 'granted' && nowMs >= lastVoteMs + GRANT_LIFETIME_MS
  return nowMs >= approval.expiresAtMs || wentBack || stale ? { ...approval, state: 'expired' } : approval
}

/** A clock that went backwards further than this says nothing about expiry any more. */
const CLOCK_SKEW_MS = 60_000

/** What is looked up just before a grant is used; `by` is the step that would use it. */
export interface Settling {
  readonly planHash: string
  readonly rehearsalId: string
  readonly nowMs: number
  readonly by: string
  /** Why it is void as things stand now (`gate/approval-validity.ts`). */
  readonly whyVoid: string | undefined
}

/**
 * How a request ends: used up, or over for a reason. The caller stores the result under a lock, so that of many who settle at
 * once exactly one finds it granted; that one finds it again as its own after a crash.
 */
export function settle(approval: Approval, settling: Settling): Approval {
  if (approval.state === 'pending') return { ...approval, state: 'expired' }
  const current = expire(approval, settling.nowMs)
  if (current.state !== 'granted') return current
  const reason = unfit(current, settling) ?? settling.whyVoid
  return reason === undefined ? { ...current, state: 'consumed', consumedBy: settling.by } : { ...current, state: 'invalidated', voidReason: reason }
}

function unfit(approval: Approval, { planHash: hash, rehearsalId }: Settling): string | undefined {
  if (approval.planHash !== hash) return 'the approval is about another plan'
  if (approval.rehearsalId !== rehearsalId) return 'the approval is about another rehearsal'
  if (digestOf(approval.shown) !== approval.shownDigest) return 'what was shown is not what was signed'
  return undefined
}

function isUndecided(approval: Approval): boolean {
  return approval.state === 'pending' || approval.state === 'granted'
}

function samePerson(left: string, right: string): boolean {
  return normalSubject(left) === normalSubject(right)
}
