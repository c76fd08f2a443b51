import { expect, test } from 'vitest'
import type { Approval, Vote } from '../model/approval.ts'
import type { LedgerEntry } from '../model/ledger-entry.ts'
import { approvalOf, planOf, voteOf } from './examples.test-support.ts'
import { createKeyRing, createVerifier, newPrivateKey } from './signing.ts'
import { verifyVotes } from './verify-votes.ts'
import { signVote } from './vote-proof.ts'

const keys = createKeyRing([newPrivateKey()])
const approval: Approval = approvalOf(planOf([]), { shownDigest: 'sha256:shown', approvalsNeeded: 2 })
const signed = (by: string, change: Partial<Vote> = {}): Vote => {
  const { proof: _, ...vote } = voteOf(by, change)
  return signVote(approval, vote, keys)
}

function ledger(votes: readonly Vote[], ended: object = {}): LedgerEntry[] {
  const base = { v: 1, at: '', prev: '', key: '', incidentId: approval.incidentId, missionId: approval.missionId, actor: 'boyd' } as const
  const { id: approvalId, rehearsalId, shownDigest, approvalsNeeded, planHash } = approval
  return [
    { ...base, seq: 1, type: 'approval-requested', data: { approvalId, rehearsalId, shownDigest, approvalsNeeded, planHash } },
    { ...base, seq: 2, type: 'approval-ended', data: { approvalId, planHash, state: 'consumed', votes, ...ended } },
  ]
}

const [ann, bob] = [signed('ann'), signed('bob')]
test.each([
  { name: 'two people', entries: ledger([ann, bob]), says: [] },
  { name: 'one of two, not used', entries: ledger([ann], { state: 'expired' }), says: [] },
  { name: 'used with one of two', entries: ledger([ann]), says: ['it was used with 1 of 2 approvals'] },
  { name: 'used with one person twice', entries: ledger([ann, signed('ANN ')]), says: ['it was used with 1 of 2 approvals'] },
  { name: 'used after a veto', entries: ledger([ann, bob, signed('dan', { decision: 'deny' })]), says: ['it was used although somebody denied it'] },
  { name: 'a vote under another name', entries: ledger([ann, { ...bob, by: 'carol' }]), says: ['the vote of bob is not signed by these keys', 'it was used with 1 of 2 approvals'] },
  { name: 'a vote without evidence', entries: ledger([ann, bob, { ...signed('eve'), authentication: {} } as Vote]), says: ['the vote of eve is not signed by these keys', 'the vote of eve does not say how they proved who they are'] },
  { name: 'votes of another plan', entries: ledger([ann, bob], { planHash: 'sha256:x' }), says: ['the vote of ann is not signed by these keys', 'the vote of bob is not signed by these keys', 'it was used with 0 of 2 approvals'] },
  { name: 'an end without a request', entries: ledger([ann, bob]).slice(1), says: ['it ended, and was never asked'] },
])('$name', ({ entries, says }) => {
  expect(verifyVotes(entries, createVerifier(keys.publicKeys)).problems).toEqual(says.map((text) => `${approval.id} (line 2): ${text}`))
})

test('with the keys of somebody else nothing holds', () => {
  expect(verifyVotes(ledger([ann, bob]), createVerifier(createKeyRing([newPrivateKey()]).publicKeys)).problems).toHaveLength(3)
})
