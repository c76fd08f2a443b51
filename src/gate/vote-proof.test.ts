import { expect, test } from 'vitest'
import type { Approval, Vote } from '../model/approval.ts'
import { approvalOf, planOf, voteOf } from './examples.test-support.ts'
import { isProven, signVote } from './vote-proof.ts'

/** A signature that is the text itself: what is signed, is signed. */
const keys = {
  sign: (text: string) => ({ kid: 'k', sig: text }),
  verify: (text: string, { sig }: { readonly sig: string }) => sig === text,
}
const approval: Approval = approvalOf(planOf([]))
const { proof: _, ...said } = voteOf('ada')
const vote = signVote(approval, said, keys)

test('a vote proves what was said, about what, and nothing else', () => {
  expect(isProven(approval, vote, keys)).toBe(true)
})

test.each<{ readonly name: string; readonly approval?: Partial<Approval>; readonly vote?: Partial<Vote> }>([
  { name: 'another plan', approval: { planHash: 'sha256:other' } },
  { name: 'another rehearsal', approval: { rehearsalId: 'reh-other' } },
  { name: 'another text', approval: { shownDigest: 'sha256:other' } },
  { name: 'another request', approval: { id: 'apr-other' } },
  { name: 'another voter', vote: { by: 'mallory' } },
  { name: 'another answer', vote: { decision: 'deny' } },
  { name: 'another time', vote: { atMs: 1 } },
  { name: 'other teams', vote: { teams: ['everyone'] } },
])('not with $name', ({ approval: about, vote: change }) => {
  expect(isProven({ ...approval, ...about }, { ...vote, ...change }, keys)).toBe(false)
})

test('a vote without a proof, as somebody may write it into the database, proves nothing', () => {
  const { proof: _gone, ...bare } = vote
  expect(isProven(approval, bare as Vote, keys)).toBe(false)
})
