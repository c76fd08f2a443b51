import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Approval } from '../../model/approval.ts'
import type { Principal } from '../../model/principal.ts'
import type { VoteRequest } from './use-cases.ts'
import { signalAbout, startRealParts, type RealParts } from '../../../test/support/real-parts.ts'
import { tellAnswered, vote } from './vote.ts'

const PLAN_HASH = `sha256:${'0123456789abcdef'.repeat(4)}`

let real: RealParts
beforeAll(async () => {
  real = await startRealParts()
})
afterAll(() => real.stop())

const ann: Principal = { subject: 'ann', name: 'Ann', kind: 'person', roles: ['approver'], teams: ['shop'], authentication: { method: 'session', reference: 'ses-1', atMs: 1 } }

let serial = 0

/** A request with a mission that waits for its answer. */
async function asked(change: Partial<Approval> = {}): Promise<Approval> {
  serial += 1
  const nowMs = real.parts.clock.now()
  const approval: Approval = {
    kind: 'approval', id: `apr-${serial}`, missionId: `mis-${serial}`, incidentId: `inc-${serial}`, planId: 'plan', planHash: PLAN_HASH, rehearsalId: 'reh', targetVersions: {}, requestedBy: 'boyd', approvalsNeeded: 1,
    distinctTeams: 1, breakGlass: false, state: 'pending', votes: [], messages: [], asked: { severity: 2, blast: { pods: 1, podPct: 1, namespaces: 1, nodes: 0, nodePct: 0 }, agentVersion: '1' }, requestedAtMs: nowMs, expiresAtMs: nowMs + 600_000, shownDigest: 'sha256:0', shown: 'delete node worker-3', ...change,
  }
  await real.parts.store.requestApproval(approval)
  await real.parts.engine.launch(approval.missionId, { topic: `approval-${approval.id}` })
  return approval
}

function ballot(approval: Approval, change: Partial<VoteRequest> = {}): VoteRequest {
  return { approvalId: approval.id, decision: 'approve', reason: 'looked at it', door: 'cli', planHash: PLAN_HASH, ...change }
}

const heardBy = async ({ missionId }: Approval): Promise<unknown> => ((await real.parts.engine.result(missionId)) as { heard: unknown }).heard
const recorded = async ({ incidentId }: Approval): Promise<unknown> => (await real.entriesOf(incidentId)).map(({ type, actor, data }) => [type, actor, (data as { decision: string }).decision])

test.each([
  { decision: 'approve', state: 'granted' },
  { decision: 'deny', state: 'denied' },
] as const)('$decision: stored, recorded, and the mission hears it', async ({ decision, state }) => {
  const approval = await asked()
  expect(await vote(real.parts, ann, ballot(approval, { decision }))).toMatchObject({ state, votes: [{ by: 'ann', name: 'Ann', teams: ['shop'], authentication: ann.authentication, decision, reason: 'looked at it', door: 'cli' }] })
  expect(await heardBy(approval)).toEqual({ state })
  expect(await recorded(approval)).toEqual([['approval-voted', 'ann', decision]])
})

test('a mission hears nothing until there are votes enough', async () => {
  const approval = await asked({ approvalsNeeded: 2 })
  expect(await vote(real.parts, ann, ballot(approval))).toMatchObject({ state: 'pending' })
  expect(await real.parts.engine.status(approval.missionId)).not.toBe('done')
  expect(await vote(real.parts, { ...ann, subject: 'bob' }, ballot(approval))).toMatchObject({ state: 'granted' })
  expect(await heardBy(approval)).toEqual({ state: 'granted' })
})

test('a repeat is answered as the first time, and counts once', async () => {
  const approval = await asked({ approvalsNeeded: 2 })
  const answers = [await vote(real.parts, ann, ballot(approval)), await vote(real.parts, ann, ballot(approval))]
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
    const outcome = await vote(real.parts, ann, ballot(approval, { planHash })).then(({ state }) => state, (error: { code: string }) => error.code)
    expect(outcome).toBe(counts ? 'granted' : 'invalid')
    expect((await real.parts.store.approval(approval.id))?.votes).toHaveLength(counts ? 1 : 0)
  })
})

test.each([
  { name: 'a request that is over', change: { state: 'denied' }, who: ann, code: 'conflict', says: 'the request is denied' },
  { name: 'a request whose time is up', change: { expiresAtMs: 1 }, who: ann, code: 'conflict', says: 'the request is expired' },
  { name: 'the one who asked', change: { requestedBy: 'ANN ' }, who: ann, code: 'conflict', says: 'the requester may not approve' },
  { name: 'a service', change: {}, who: { ...ann, kind: 'service' }, code: 'forbidden', says: 'only a person may approve a plan, and Ann is a service' },
  { name: 'an agent that is admin', change: {}, who: { ...ann, kind: 'agent', roles: ['admin'] }, code: 'forbidden', says: 'only a person may approve a plan, and Ann is an agent' },
  { name: 'a person called as agents are', change: {}, who: { ...ann, subject: 'agent:helper' }, code: 'conflict', says: 'only a person may approve' },
  { name: 'a responder', change: {}, who: { ...ann, roles: ['responder'] }, code: 'forbidden', says: 'Ann may not approve a plan: that takes the role approver or admin' },
  { name: 'a token for reading', change: {}, who: { ...ann, scopes: ['read'] }, code: 'forbidden', says: 'this token may not be used to approve a plan: it lacks the scope "approve"' },
] as const)('$name gets no vote, and nothing is recorded', async ({ change, who, code, says }) => {
  const approval = await asked(change)
  await expect(vote(real.parts, who, ballot(approval))).rejects.toMatchObject({ code, message: says })
  expect([await recorded(approval), (await real.parts.store.approval(approval.id))?.votes]).toEqual([[], []])
})

test.each([
  { name: 'a minute ago', minutes: 1, outcome: 'conflict' },
  { name: 'an hour ago', minutes: 61, outcome: 'granted' },
  { name: 'by the word of the site, whenever', minutes: undefined, outcome: 'granted' },
])('who became an approver $name: $outcome', async ({ minutes, outcome }) => {
  const approval = await asked()
  const since = minutes === undefined ? {} : { approverSinceMs: real.parts.wallClock.now() - minutes * 60_000 }
  expect(await vote(real.parts, { ...ann, ...since }, ballot(approval)).then(({ state }) => state, (error: { code: string }) => error.code)).toBe(outcome)
  // Saying no is safe, whoever says it.
  expect(await vote(real.parts, { ...ann, ...since, subject: 'new' }, ballot(await asked(), { decision: 'deny' }))).toMatchObject({ state: 'denied' })
})

test('a request that there is not', async () => {
  await expect(vote(real.parts, ann, { ...ballot(await asked()), approvalId: 'apr-none' })).rejects.toMatchObject({ code: 'not-found' })
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
