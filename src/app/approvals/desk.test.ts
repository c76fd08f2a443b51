/** Who is told when, and whose vote still counts at the moment it is used. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signVote } from '../../gate/vote-proof.ts'
import { createKeyRing, newPrivateKey } from '../../gate/signing.ts'
import { approvalOf, NOW_MS, planOf, voteOf } from '../../gate/examples.test-support.ts'
import { silentLog } from '../../kernel/log.ts'
import type { Approval, Vote } from '../../model/approval.ts'
import { startRealParts, type RealParts } from '../../../test/support/real-parts.ts'
import { createKnownPeople } from '../auth/known-people.ts'
import { approvalSettings } from '../settings/approvals.ts'
import { authSettings } from '../settings/auth.ts'
import { createDesk } from './desk.ts'
import { proves } from '../../../test/requirements.ts'

const MINUTE_MS = 60_000
const approval: Approval = approvalOf(planOf([]), { shownDigest: 'sha256:shown' })

let real: RealParts
beforeAll(async () => {
  real = await startRealParts()
  const { identities } = real.parts
  await identities.sawPerson({ subject: 'ann', name: 'Ann', roles: ['approver'], teams: [], nowMs: NOW_MS })
  await identities.sawPerson({ subject: 'bob', name: 'Bob', roles: ['approver'], teams: [], nowMs: NOW_MS })
  await identities.sawPerson({ subject: 'carol', name: 'Carol', roles: ['approver'], teams: [], nowMs: NOW_MS })
  await identities.disablePerson('bob', true)
  await identities.sawPerson({ subject: 'carol', name: 'Carol', roles: ['viewer'], teams: [], nowMs: NOW_MS })
})
afterAll(() => real.stop())

function desk(settings: object = {}) {
  const people = createKnownPeople({ identities: real.parts.identities, settings: authSettings.parse({ people: [{ subject: 'mira', roles: ['approver'] }], operator: { subject: 'owner' } }), clock: real.parts.wallClock })
  return createDesk({ settings: approvalSettings.parse(settings), agentVersion: '1', links: { ...real.links }, keys: real.parts.keys, people, log: silentLog() })
}

const signed = (by: string, change: Partial<Vote> = {}): Vote => {
  const { proof: _, ...vote } = voteOf(by)
  return { ...signVote(approval, vote, real.parts.keys), ...change }
}

describe('a vote counts', () => {
  test.each([
    { name: 'as it was given', vote: () => signed('ann'), why: undefined },
    { name: "by the site's own word", vote: () => signed('mira'), why: undefined },
    { name: 'of the owner of the machine', vote: () => signed('owner'), why: undefined },
    { name: 'not of somebody who was shut out', vote: () => signed('bob'), why: 'Bob was shut out' },
    { name: 'not of somebody whose role went', vote: () => signed('carol'), why: 'Carol is no approver any more' },
    { name: 'not of somebody nobody knows', vote: () => signed('mallory'), why: 'mallory is no approver any more' },
    { name: 'not under another name', vote: () => signed('bob', { by: 'ann' }), why: 'the vote of bob is not signed by us' },
    { name: 'not with another answer', vote: () => ({ ...signed('ann'), decision: 'deny' as const }), why: 'the vote of ann is not signed by us' },
    { name: 'not without a signature', vote: () => signed('ann', { proof: { kid: '', sig: '' } }), why: 'the vote of ann is not signed by us' },
    { name: 'not signed by a key of somebody else', vote: () => signed('ann', { proof: signVote(approval, voteOf('ann'), createKeyRing([newPrivateKey()])).proof }), why: 'the vote of ann is not signed by us' },
    { name: 'not with other evidence', vote: () => signed('ann', { authentication: { method: 'operator-token', atMs: 0 } }), why: 'the vote of ann is not signed by us' },
  ])('$name', async ({ vote, why }) => {
    proves('nothing-unauthorised.the-voter-is-proved')
    expect(await desk().whyNoVote(approval, vote())).toBe(why)
  })

  test.each([
    { name: 'plan', change: { planHash: 'sha256:another' } },
    { name: 'request', change: { id: 'apr-2' } },
    { name: 'rehearsal', change: { rehearsalId: 'reh-2' } },
    { name: 'text', change: { shownDigest: 'sha256:another' } },
  ])('not for another $name', async ({ change }) => {
    expect(await desk().whyNoVote({ ...approval, ...change }, signed('ann'))).toBe('the vote of ann is not signed by us')
  })

  test('after the key was rotated, as long as the old one is kept', () => {
    const [older, newer] = [newPrivateKey(), newPrivateKey()]
    const { sig, kid } = createKeyRing([older]).sign('text')
    expect([createKeyRing([newer, older]).verify('text', { kid, sig }), createKeyRing([newer]).verify('text', { kid, sig })]).toEqual([true, false])
  })
})

describe('who is told', () => {
  const settings = { notify: ['on-call'], escalation: [{ afterMinutes: 20, notify: ['head'] }, { afterMinutes: 5, notify: ['leads', 'on-call'] }] }
  test.each([
    { name: 'at the first request', sinceFirst: 0, told: [[0, 'on-call'], [5, 'leads on-call'], [20, 'head']] },
    { name: 'at the second, a quarter of an hour later: those whose time has come, too', sinceFirst: 15, told: [[0, 'on-call leads'], [5, 'head']] },
    { name: 'at the third', sinceFirst: 30, told: [[0, 'on-call leads head']] },
  ])('$name', ({ sinceFirst, told }) => {
    const announcements = desk(settings).announcements({ firstAskedMs: NOW_MS, nowMs: NOW_MS + sinceFirst * MINUTE_MS })
    expect(announcements.map(({ afterMs, channels }) => [afterMs / MINUTE_MS, channels.join(' ')])).toEqual(told)
  })

  test('nobody, where nobody is named; and a chat that is not there is written down', async () => {
    expect(desk().announcements({ firstAskedMs: 0, nowMs: 0 })).toEqual([])
    const incident = { kind: 'incident', id: 'i', missionId: 'm', severity: 2, state: 'working', fingerprint: '', title: '', subjects: [], signalIds: [], openedAtMs: 0, updatedAtMs: 0, summary: '' } as const
    expect(await desk().tell('on-call', { approval, incident, plan: planOf([]), again: false })).toEqual({ channel: 'on-call', failure: 'no chat is configured' })
  })
})
