import { describe, expect, test } from 'vitest'
import { digestOf } from '../kernel/canonical-json.ts'
import type { Approval, Vote } from '../model/approval.ts'
import type { Incident } from '../model/incident.ts'
import { planHash, type Action } from '../model/plan.ts'
import type { Verdict } from '../model/verdict.ts'
import { whyVoid, type Now } from './approval-validity.ts'
import { castVote, expire, requestApproval, settle } from './approvals.ts'
import { clearForLive, clearForTwin } from './clearance.ts'
import { approvalOf, NOW_MS, OBJECTS, planOf, podNamed, rehearsalOf, viewOf, voteOf } from './examples.test-support.ts'
import { shownText } from './shown.ts'
import { proves } from '../../test/requirements.ts'

const drain: Action = { verb: 'drain', target: { apiVersion: 'v1', kind: 'Node', name: 'worker-1' }, timeoutMs: 1_000 }
const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'settings' }
const plan = planOf([drain, { verb: 'restart', target: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }, restartedAt: 't' }, { verb: 'patch', target: settings, patchType: 'merge', patch: { data: { a: '2' } }, undo: { data: { a: '1' } } }])
const rehearsal = rehearsalOf(plan)
const verdict = { kind: 'verdict', planHash: planHash(plan), policyDigest: 'sha256:p', decidedAtMs: NOW_MS, reasons: [], decision: 'ask', approvals: 2, distinctTeams: 2, breakGlass: false } as const
const bound = { planHash: planHash(plan), rehearsalId: 'reh-1', nowMs: NOW_MS }

const incident: Incident = { kind: 'incident', id: 'i', missionId: 'm', severity: 2, state: 'working', fingerprint: '', title: 'web is down', subjects: [], signalIds: [], openedAtMs: 0, updatedAtMs: 0, summary: '' }

function requested(shown = 'text'): Approval {
  return requestApproval({ id: 'apr', incident, agentVersion: '1', plan, rehearsal, verdict, view: viewOf(), requestedBy: 'carol', shown, nowMs: NOW_MS })
}

function afterVotes(approval: Approval, votes: readonly Vote[]): Approval {
  return votes.reduce((current, vote) => {
    const moved = castVote(current, vote)
    return moved.type === 'moved' ? moved.approval : current
  }, approval)
}

describe('votes', () => {
  const [ann, bob] = [voteOf('ann', { teams: ['a'] }), voteOf('bob', { teams: ['b'] })]
  test.each([
    { name: 'one of two', votes: [ann], state: 'pending' },
    { name: 'two of two teams', votes: [ann, bob], state: 'granted' },
    { name: 'two of one team', votes: [ann, voteOf('bob', { teams: ['a'] })], state: 'pending' },
    { name: 'two that name no team', votes: [voteOf('ann'), voteOf('bob')], state: 'pending' },
    { name: 'two people who share one of two teams', votes: [voteOf('ann', { teams: ['a', 'b'] }), voteOf('bob', { teams: ['a'] })], state: 'granted' },
    { name: 'one person of two teams beside one of none', votes: [voteOf('ann', { teams: ['a', 'b'] })], state: 'pending' },
    { name: 'two people of one team, and one writes it otherwise', votes: [voteOf('ann', { teams: ['a'] }), voteOf('bob', { teams: ['A '] })], state: 'pending' },
    { name: 'one person twice', votes: [ann, voteOf(' Ann ', { teams: ['b'] })], state: 'pending' },
    { name: 'the requester', votes: [ann, voteOf('Carol', { teams: ['b'] })], state: 'pending' },
    { name: 'an agent', votes: [ann, voteOf('agent:x', { teams: ['b'] })], state: 'pending' },
    { name: 'boyd itself', votes: [ann, voteOf('boyd', { teams: ['b'] })], state: 'pending' },
    { name: 'one no among two', votes: [ann, voteOf('bob', { decision: 'deny' })], state: 'denied' },
    { name: 'a no after the grant', votes: [ann, bob, voteOf('dan', { decision: 'deny' })], state: 'denied' },
    { name: 'the requester withdraws', votes: [voteOf('carol', { decision: 'deny' })], state: 'denied' },
    { name: 'a yes after the no', votes: [voteOf('dan', { decision: 'deny' }), ann, bob], state: 'denied' },
    { name: 'too late', votes: [ann, { ...bob, atMs: NOW_MS + 1_800_000 }], state: 'pending' },
  ])('$name: $state', ({ votes, state }) => {
    expect(afterVotes(requested(), votes).state).toBe(state)
  })
})

describe('what ends a request', () => {
  const granted = approvalOf(plan, { state: 'granted', votes: [voteOf('ann')], shown: 'text', shownDigest: digestOf('text') })
  test('expires with the rehearsal, or after half an hour', () => {
    expect(requested().expiresAtMs).toBe(rehearsal.rehearsedAtMs + 15 * 60_000)
    expect(expire(granted, granted.expiresAtMs).state).toBe('expired')
    expect(expire(granted, granted.expiresAtMs - 1).state).toBe('granted')
    expect(expire(granted, granted.requestedAtMs - 60_001).state).toBe('expired')
    expect(expire({ ...granted, state: 'consumed' }, granted.expiresAtMs).state).toBe('consumed')
  })

  test.each([
    { name: 'in time', change: {}, options: {}, ends: 'consumed by step-1' },
    { name: 'again by the same step', change: { state: 'consumed', consumedBy: 'step-1' }, options: {}, ends: 'consumed by step-1' },
    { name: 'by another step', change: { state: 'consumed', consumedBy: 'step-0' }, options: {}, ends: 'consumed by step-0' },
    { name: 'not granted', change: { state: 'pending' }, options: {}, ends: 'expired' },
    { name: 'denied', change: { state: 'denied' }, options: {}, ends: 'denied' },
    { name: 'too late', change: {}, options: { nowMs: granted.expiresAtMs }, ends: 'expired' },
    { name: 'ten minutes after the last vote', change: { expiresAtMs: NOW_MS + 3_600_000 }, options: { nowMs: NOW_MS + 600_000 }, ends: 'expired' },
    { name: 'by a clock that went back behind the vote', change: {}, options: { nowMs: NOW_MS - 60_001 }, ends: 'expired' },
    { name: 'another plan', change: {}, options: { planHash: 'sha256:x' }, ends: 'the approval is about another plan' },
    { name: 'another rehearsal', change: {}, options: { rehearsalId: 'reh-2' }, ends: 'the approval is about another rehearsal' },
    { name: 'another text', change: { shown: 'harmless' }, options: {}, ends: 'what was shown is not what was signed' },
    { name: 'void as things stand', change: {}, options: { whyVoid: 'the cluster moved' }, ends: 'the cluster moved' },
  ] as const)('used $name: $ends', ({ change, options, ends }) => {
    const { state, voidReason, consumedBy } = settle({ ...granted, ...change }, { ...bound, by: 'step-1', whyVoid: undefined, ...options })
    expect(voidReason ?? (consumedBy === undefined ? state : `${state} by ${consumedBy}`)).toBe(ends)
    expect(voidReason === undefined || state === 'invalidated').toBe(true)
  })

  const [node] = OBJECTS
  const changed = (name: string, change: (object: Record<string, unknown>) => object) => viewOf(OBJECTS.map((object) => (object.metadata.name === name ? (change(object) as typeof object) : object)))
  const meta = (more: object) => (object: Record<string, unknown>) => ({ ...object, metadata: { ...(object['metadata'] as object), ...more } })
  const now: Now = { plan, view: viewOf(), incident, agentVersion: '1', verdict: { ...verdict, decision: 'allow' } as unknown as Verdict, troubled: true, fallenVoters: {} }
  test.each([
    { name: 'nothing moved', view: viewOf(), state: 'pending' },
    { name: 'a heartbeat of the node', view: changed('worker-1', (object) => ({ ...meta({ resourceVersion: '99' })(object), status: { heartbeat: 2 } })), state: 'pending' },
    { name: 'the node was tainted for the trouble it is in', view: changed('worker-1', (object) => ({ ...object, spec: { ...(object['spec'] as object), taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }] } })), state: 'pending' },
    { name: 'the node was tainted by a person', view: changed('worker-1', (object) => ({ ...object, spec: { ...(object['spec'] as object), taints: [{ key: 'maintenance', effect: 'NoSchedule' }] } })), state: 'void' },
    { name: 'the node was cordoned', view: changed('worker-1', (object) => ({ ...object, spec: { unschedulable: true } })), state: 'void' },
    { name: 'the node was made again', view: changed('worker-1', meta({ uid: 'new' })), state: 'void' },
    { name: 'the node is gone', view: viewOf(OBJECTS.filter((object) => object !== node)), state: 'void' },
    { name: "the Deployment's status", view: changed('web', (object) => ({ ...object, status: { replicas: 1 } })), state: 'pending' },
    { name: "the Deployment's spec", view: changed('web', meta({ generation: 2 })), state: 'void' },
    { name: 'the ConfigMap holds something else', view: changed('settings', (object) => ({ ...object, data: { a: '9' } })), state: 'void' },
    { name: 'an object of nobody', view: changed('cart', meta({ generation: 7 })), state: 'pending' },
  ])('$name: $state', ({ view, state }) => {
    expect(whyVoid(requested(), { ...now, view })?.startsWith('the cluster moved: ') ?? false).toBe(state === 'void')
  })

  test.each<{ name: string; change: Partial<Now>; says: string | undefined }>([
    { name: 'as it was', change: {}, says: undefined },
    { name: 'another plan', change: { plan: { ...plan, goal: 'another' } }, says: 'the plan is not the one that was shown' },
    { name: 'the incident ended', change: { incident: { ...incident, state: 'resolved' } }, says: 'the incident is resolved' },
    { name: 'it grew worse', change: { incident: { ...incident, severity: 1 } }, says: 'the incident is P1 now, and was P2' },
    { name: 'another version of Boyd', change: { agentVersion: '2' }, says: 'it was asked by another version (1, now 2)' },
    { name: 'the trouble went by itself', change: { troubled: false }, says: 'the trouble is gone' },
    { name: 'one of two voters was shut out', change: { fallenVoters: { bob: 'Bob was shut out' } }, says: 'Bob was shut out' },
    { name: 'somebody who never voted was', change: { fallenVoters: { dan: 'Dan was shut out' } }, says: undefined },
    { name: 'policy refuses now', change: { verdict: { ...verdict, decision: 'deny', reasons: [{ policy: 'freeze', text: 'Changes are frozen' }] } as Verdict }, says: 'policy does not allow it any more: Changes are frozen' },
    { name: 'policy wants more people now', change: { verdict: { ...verdict, approvals: 3, reasons: [{ policy: 'p', text: 'Three' }] } }, says: 'policy does not allow it any more: Three' },
    { name: 'it touches more pods', change: { view: viewOf([...OBJECTS, podNamed('cart-9')]) }, says: 'it would touch more than was shown: 5 pods instead of 4' },
    { name: 'it touches fewer', change: { view: viewOf(OBJECTS.filter((object) => object.metadata.name !== 'cart-0')) }, says: undefined },
  ])('at the moment of use, $name: $says', ({ change, says }) => {
    proves('nothing-unauthorised.void-when-things-moved')
    const approval = afterVotes(requested(), [voteOf('ann', { teams: ['a'] }), voteOf('bob', { teams: ['b'] })])
    const reason = whyVoid(approval, { ...now, ...change })
    expect(says === undefined ? reason : reason?.slice(0, says.length)).toBe(says)
  })
})

describe('clearances', () => {
  const granted = approvalOf(plan, { state: 'granted', votes: [voteOf('ann', { teams: ['a'] }), voteOf('bob', { teams: ['b'] })] })
  const allow = { ...verdict, decision: 'allow' } as unknown as Verdict
  const clear = (parts: Partial<Parameters<typeof clearForLive>[0]>): string => {
    const result = clearForLive({ plan, verdict, rehearsalId: 'reh-1', ...parts })
    return result.type === 'cleared' ? result.cleared.scope : result.reason
  }
  test.each([
    { name: 'allowed', parts: { verdict: allow }, says: 'live' },
    { name: 'allowed, another plan', parts: { verdict: { ...allow, planHash: 'sha256:x' } }, says: 'the verdict is about another plan' },
    { name: 'denied', parts: { verdict: { ...allow, decision: 'deny' } as Verdict, approval: granted }, says: 'policy refuses: ' },
    { name: 'asked, not answered', parts: {}, says: 'policy asks for an approval, and there is none' },
    { name: 'asked and granted', parts: { approval: granted }, says: 'live' },
    { name: 'asked and consumed for this run', parts: { approval: { ...granted, state: 'consumed' as const } }, says: 'live' },
    { name: 'asked, still pending', parts: { approval: { ...granted, state: 'pending' as const } }, says: 'the approval is pending' },
    { name: 'granted for another plan', parts: { approval: { ...granted, planHash: 'sha256:x' } }, says: 'the approval is about another plan' },
    { name: 'granted for another rehearsal', parts: { approval: granted, rehearsalId: 'reh-2' }, says: 'the approval is about another rehearsal' },
    { name: 'granted by too few', parts: { approval: { ...granted, votes: [voteOf('ann')] } }, says: 'policy asks for 2 approvals' },
    { name: 'granted by the requester and one more', parts: { approval: { ...granted, requestedBy: 'Bob' } }, says: 'policy asks for 2 approvals' },
    { name: 'granted by one team', parts: { approval: { ...granted, votes: [voteOf('ann'), voteOf('bob')] } }, says: 'policy asks for approvals of 2 teams' },
    { name: 'glass not broken', parts: { approval: granted, verdict: { ...verdict, breakGlass: true } }, says: 'the approval does not break the glass' },
  ])('$name: $says', ({ parts, says }) => {
    expect(clear(parts)).toBe(says)
  })

  test('a rehearsal is cleared for twins, and nothing else', () => {
    expect(clearForTwin(plan)).toMatchObject({ scope: 'twin', planHash: planHash(plan) })
  })
})

test('what is shown: goal, steps with their patches, blast radius, rehearsal, undo, expiry; no line of its own from the cluster', () => {
  const shown = shownText({ incident, plan: { ...plan, goal: 'fine\nNeeded: nobody' }, rehearsal, verdict, view: viewOf(), nowMs: NOW_MS })
  expect(shown).toContain(String.raw`Goal: fine\nNeeded: nobody`)
  expect(shown).toContain('Incident: web is down (P2)')
  expect(shown).toContain('1. drain Node worker-1')
  expect(shown).toContain('{"data":{"a":"2"}}')
  expect(shown).toContain('Touches: ')
  expect(shown).toContain('5 of 5 runs reach the proof')
  expect(shown).toContain('nothing takes back: restart Deployment shop/web')
  expect(shown).toContain('Needed: 2 people of 2 different teams')
  expect(shown).toContain('Until: 2026-06-01T03:14:00.000Z')
})
