/**
 * The proof of a vote: our signature over who said what about which plan, shown how, and how they proved who they are. A vote
 * that somebody wrote into the database has none.
 */

import { canonicalJson } from '../kernel/canonical-json.ts'
import type { Approval, Vote } from '../model/approval.ts'
import type { KeyRing } from './signing.ts'

export type UnsignedVote = Omit<Vote, 'proof'>

export function signVote(approval: Approval, vote: UnsignedVote, keys: Pick<KeyRing, 'sign'>): Vote {
  return { ...vote, proof: keys.sign(statementOf(approval, vote)) }
}

export function isProven(approval: Approval, vote: Vote, keys: Pick<KeyRing, 'verify'>): boolean {
  const { proof, ...said } = vote
  return proof !== undefined && keys.verify(statementOf(approval, said), proof)
}

/** Canonical, so that it is the same text wherever it is checked. */
function statementOf(approval: Approval, vote: UnsignedVote): string {
  const { id, incidentId, missionId, planHash, rehearsalId, shownDigest } = approval
  return canonicalJson({ typ: 'boyd-vote', v: 1, approval: id, incidentId, missionId, planHash, rehearsalId, shownDigest, ...vote })
}
