/**
 * What a vote does to an approval request. It lives with the noun, so that every store counts alike.
 *
 * One "no" denies, the requester's too. A "yes" of the requester is kept but never counts. The first vote of a
 * person stands: a repeat may be a retry. A vote that comes too late ends the request and is not counted.
 */

import type { Approval, ApprovalState, Vote } from './approval.ts'

/** The request after the vote; the very same object when the vote changes nothing. */
export function withVote(approval: Approval, vote: Vote): Approval {
  if (approval.state !== 'pending' || approval.votes.some(({ by }) => by === vote.by)) return approval
  if (vote.atMs > approval.expiresAtMs) return { ...approval, state: 'expired' }
  const votes = [...approval.votes, vote]
  return { ...approval, votes, state: stateAfter(approval, votes) }
}

function stateAfter(approval: Approval, votes: readonly Vote[]): ApprovalState {
  if (votes.some(({ decision }) => decision === 'deny')) return 'denied'
  const counted = votes.filter(({ by }) => by !== approval.requestedBy)
  return counted.length >= approval.approvalsNeeded && spansTeams(counted, approval.distinctTeams) ? 'granted' : 'pending'
}

/** One team is any team, also none named; from two on, a voter without a team speaks for no team. */
function spansTeams(votes: readonly Vote[], distinctTeams: number): boolean {
  if (distinctTeams <= 1) return true
  return new Set(votes.flatMap(({ team }) => team ?? [])).size >= distinctTeams
}
