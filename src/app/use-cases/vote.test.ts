import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Approval } from '../../model/approval.ts'
import type { VoteRequest } from './use-cases.ts'
import { signalAbout, startRealParts, type RealParts } from '../../../test/support/real-parts.ts'
import { tellAnswered, vote } from './vote.ts'

const PLAN_HASH = `sha256:${'0123456789abcdef'.repeat(4)}`

let real: RealParts
beforeAll(async () => {
  real = await startRealParts()
})
afterAll(() => real.stop())

let serial = 0

/** A request with a mission that waits for its answer. */
async function asked(change: Partial<Approval> = {}): Promise<Approval> {
  serial += 1
  const nowMs = real.parts.clock.now()
  const approval: Approval = {
    kind: 'approval', id: `apr-${serial}`, missionId: `mis-${serial}`, incidentId: `inc-${serial}`, planHash: PLAN_HASH, rehearsalId: 'reh', targetVersions: {}, requestedBy: 'boyd', approvalsNeeded: 1,
    distinctTeams: 1, breakGlass: false, state: 'pending', votes: [], requestedAtMs: nowMs, expiresAtMs: nowMs + 600_000, shownDigest: 'sha256:0', shown: 'delete node worker-3', ...change,
  }
  await real.parts.store.requestApproval(approval)
  await real.parts.engine.launch(approval.missionId, { topic: `approval-${approval.id}` })
  return approval
}

function ballot(approval: Approval, change: Partial<VoteRequest> = {}): VoteRequest {
  return { approvalId: approval.id, by: 'ann', decision: 'approve', reason: 'looked at it', door: 'cli', planHash: PLAN_HASH, ...change }
}

const heardBy = async ({ missionId }: Approval): Promise<unknown> => ((await real.parts.engine.result(missionId)) as { heard: unknown }).heard
const recorded = async ({ incidentId }: Approval): Promise<unknown> => (await real.entriesOf(incidentId)).map(({ type, actor, data }) => [type, actor, (data as { decision: string }).decision])

test.each([
  { decision: 'approve', state: 'granted' },
  { decision: 'deny', state: 'denied' },
] as const)('$decision: stored, recorded, and the mission hears it', async ({ decision, state }) => {
  const approval = await asked()
  expect(await vote(real.parts, ballot(approval, { decision }))).toMatchObject({ state, votes: [{ by: 'ann', decision, reason: 'looked at it', door: 'cli' }] })
  expect(await heardBy(approval)).toEqual({ state })
  expect(await recorded(approval)).toEqual([['approval-voted', 'ann', decision]])
})

test('a mission hears nothing until there are votes enough', async () => {
  const approval = await asked({ approvalsNeeded: 2 })
  expect(await vote(real.parts, ballot(approval))).toMatchObject({ state: 'pending' })
  expect(await real.parts.engine.status(approval.missionId)).not.toBe('done')
  expect(await vote(real.parts, ballot(approval, { by: 'bob' }))).toMatchObject({ state: 'granted' })
  expect(await heardBy(approval)).toEqual({ state: 'granted' })
})

test('a repeat is answered as the first time, and counts once', async () => {
  const approval = await asked({ approvalsNeeded: 2 })
  const answers = [await vote(real.parts, ballot(approval)), await vote(real.parts, ballot(approval))]
  expect(answers[1]).toEqual(answers[0])
  expect(await recorded(approval)).toEqual([['approval-voted', 'ann', 'approve']])
})

describe('what you see is what you sign', () => {
  test.each([
    { name: 'the whole hash', planHash: PLAN_HASH, counts: true },
    { name: 'its last six characters', planHash: 'abcdef', counts: true },
    { name: 'fewer', planHash: 'bcdef', counts: false },
    { name: 'none', planHash: '', counts: false },
    { name: 'its first characters', planHash: 'sha256:012345', counts: false },
    { name: 'that of another plan', planHash: `sha256:${'f'.repeat(64)}`, counts: false },
  ])('$name', async ({ planHash, counts }) => {
    const approval = await asked()
    const outcome = await vote(real.parts, ballot(approval, { planHash })).then(({ state }) => state, (error: { code: string }) => error.code)
    expect(outcome).toBe(counts ? 'granted' : 'invalid')
    expect((await real.parts.store.approval(approval.id))?.votes).toHaveLength(counts ? 1 : 0)
  })
})

test.each([
  { name: 'a request that is over', change: { state: 'denied' }, by: 'ann', says: 'the request is denied' },
  { name: 'a request whose time is up', change: { expiresAtMs: 1 }, by: 'ann', says: 'the request is expired' },
  { name: 'the one who asked', change: { requestedBy: 'Ann' }, by: 'ann', says: 'the requester may not approve' },
  { name: 'a program', change: {}, by: 'agent:helper', says: 'only a person may approve' },
] as const)('$name gets no vote, and nothing is recorded', async ({ change, by, says }) => {
  const approval = await asked(change)
  await expect(vote(real.parts, ballot(approval, { by }))).rejects.toMatchObject({ code: 'conflict', message: says })
  expect([await recorded(approval), (await real.parts.store.approval(approval.id))?.votes]).toEqual([[], []])
})

test('a request that there is not', async () => {
  await expect(vote(real.parts, { ...ballot(await asked()), approvalId: 'apr-none' })).rejects.toMatchObject({ code: 'not-found' })
})

test('an answer that was stored and not said is said at the next start, and once', async () => {
  const taken = await real.parts.store.takeIn(signalAbout('web', { id: 'sig-told' }), () => ({ id: 'inc-told', missionId: 'mis-told' }))
  expect(taken.type).toBe('opened')
  const approval = await asked({ missionId: 'mis-told' })
  await real.parts.store.changeApproval(approval.id, (current) => ({ ...current, state: 'granted' }))
  await tellAnswered(real.parts)
  await tellAnswered(real.parts)
  expect(await heardBy(approval)).toEqual({ state: 'granted' })
})
