/**
 * Checks the votes in a ledger with nothing but its lines and the public keys: each is signed by us, says how its voter proved
 * who they are, and an approval that was used had as many different people as it needed, and no veto.
 */

import { isRecord } from '../kernel/json.ts'
import type { Approval, Vote } from '../model/approval.ts'
import type { LedgerEntry } from '../model/ledger-entry.ts'
import { normalSubject } from '../model/principal.ts'
import type { KeyRing } from './signing.ts'
import { isProven } from './vote-proof.ts'

export interface VotesCheck {
  readonly requests: number
  readonly votes: number
  /** One sentence each; empty where every vote and every use of one holds. */
  readonly problems: readonly string[]
}

type Requested = Pick<Approval, 'rehearsalId' | 'shownDigest' | 'approvalsNeeded'>

/** `entries`: a whole ledger, or those of one incident, in order. */
export function verifyVotes(entries: readonly LedgerEntry[], keys: Pick<KeyRing, 'verify'>): VotesCheck {
  const requested = new Map<string, Requested>()
  const problems: string[] = []
  let votes = 0
  for (const entry of entries) {
    const data = isRecord(entry.data) ? entry.data : {}
    const id = String(data['approvalId'] ?? '')
    if (entry.type === 'approval-requested') requested.set(id, data as unknown as Requested)
    if (entry.type !== 'approval-ended') continue
    const ended = endedOf(entry, requested.get(id))
    votes += ended.votes.length
    problems.push(...flawsOf(ended, keys).map((flaw) => `${id} (line ${entry.seq}): ${flaw}`))
  }
  return { requests: requested.size, votes, problems }
}

/** As much of the approval as its votes are about. */
type Ended = Pick<Approval, 'id' | 'incidentId' | 'missionId' | 'planHash' | 'state' | 'votes' | 'rehearsalId' | 'shownDigest' | 'approvalsNeeded'> & { readonly known: boolean }

function endedOf({ data, incidentId, missionId }: LedgerEntry, requested: Requested | undefined): Ended {
  const { approvalId: id, planHash, state, votes } = data as { readonly approvalId: string } & Pick<Approval, 'planHash' | 'state' | 'votes'>
  const { rehearsalId = '', shownDigest = '', approvalsNeeded = 1 } = requested ?? {}
  return { id, incidentId, missionId, planHash, state, votes: Array.isArray(votes) ? votes : [], rehearsalId, shownDigest, approvalsNeeded, known: requested !== undefined }
}

function flawsOf(ended: Ended, keys: Pick<KeyRing, 'verify'>): string[] {
  if (!ended.known) return ['it ended, and was never asked']
  const unsigned = ended.votes.filter((vote) => !isProven(ended as unknown as Approval, vote, keys)).map((vote) => `the vote of ${vote.name} is not signed by these keys`)
  const unproved = ended.votes.filter((vote) => vote.authentication?.method === undefined).map((vote) => `the vote of ${vote.name} does not say how they proved who they are`)
  return [...unsigned, ...unproved, ...(ended.state === 'consumed' ? misused(ended, keys) : [])]
}

function misused(ended: Ended, keys: Pick<KeyRing, 'verify'>): string[] {
  const good = (vote: Vote): boolean => vote.decision === 'approve' && isProven(ended as unknown as Approval, vote, keys)
  const people = new Set(ended.votes.filter(good).map(({ by }) => normalSubject(by))).size
  const flaws = people < ended.approvalsNeeded ? [`it was used with ${people} of ${ended.approvalsNeeded} approvals`] : []
  return ended.votes.some(({ decision }) => decision === 'deny') ? [...flaws, 'it was used although somebody denied it'] : flaws
}
