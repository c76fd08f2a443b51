import { describe, expect, test } from 'vitest'
import { digestOf } from '../kernel/canonical-json.ts'
import type { Approval, Vote } from '../model/approval.ts'
import { planHash, type Action } from '../model/plan.ts'
import type { Verdict } from '../model/verdict.ts'
import { castVote, consume, expire, invalidateIfMoved, requestApproval } from './approvals.ts'
import { clearForLive, clearForTwin } from './clearance.ts'
import { approvalOf, NOW_MS, OBJECTS, planOf, rehearsalOf, viewOf, voteOf } from './examples.test-support.ts'
import { shownText } from './shown.ts'

const drain: Action = { verb: 'drain', target: { apiVersion: 'v1', kind: 'Node', name: 'worker-1' }, timeoutMs: 1_000 }
const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'settings' }
const plan = planOf([drain, { verb: 'restart', target: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }, restartedAt: 't' }, { verb: 'patch', target: settings, patchType: 'merge', patch: { data: { a: '2' } }, undo: { data: { a: '1' } } }])
const rehearsal = rehearsalOf(plan)
const verdict = { kind: 'verdict', planHash: planHash(plan), policyDigest: 'sha256:p', decidedAtMs: NOW_MS, reasons: [], decision: 'ask', approvals: 2, distinctTeams: 2, breakGlass: false } as const
const bound = { planHash: planHash(plan), rehearsalId: 'reh-1', nowMs: NOW_MS }

function requested(shown = 'text'): Approval {
  return requestApproval({ id: 'apr', missionId: 'm', incidentId: 'i', plan, rehearsal, verdict, view: viewOf(), requestedBy: 'carol', shown, nowMs: NOW_MS })
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
    { name: 'in time', change: {}, options: {}, used: 'consumed' },
    { name: 'twice', change: { state: 'consumed' as const }, options: {}, used: 'the request is consumed' },
    { name: 'not granted', change: { state: 'pending' as const }, options: {}, used: 'the request is pending' },
    { name: 'too late', change: {}, options: { nowMs: granted.expiresAtMs }, used: 'the request is expired' },
    { name: 'another plan', change: {}, options: { planHash: 'sha256:x' }, used: 'the approval is about another plan' },
    { name: 'another rehearsal', change: {}, options: { rehearsalId: 'reh-2' }, used: 'the approval is about another rehearsal' },
    { name: 'another text', change: { shown: 'harmless' }, options: {}, used: 'what was shown is not what was signed' },
  ])('used $name: $used', ({ change, options, used }) => {
    const result = consume({ ...granted, ...change }, { ...bound, ...options })
    expect(result.type === 'moved' ? result.approval.state : result.reason).toBe(used)
  })

  const [node] = OBJECTS
  const changed = (name: string, change: (object: Record<string, unknown>) => object) => viewOf(OBJECTS.map((object) => (object.metadata.name === name ? (change(object) as typeof object) : object)))
  const meta = (more: object) => (object: Record<string, unknown>) => ({ ...object, metadata: { ...(object['metadata'] as object), ...more } })
  test.each([
    { name: 'nothing moved', view: viewOf(), state: 'pending' },
    { name: 'a heartbeat of the node', view: changed('worker-1', (object) => ({ ...meta({ resourceVersion: '99' })(object), status: { heartbeat: 2 } })), state: 'pending' },
    { name: 'the node was tainted for the trouble it is in', view: changed('worker-1', (object) => ({ ...object, spec: { ...(object['spec'] as object), taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }] } })), state: 'pending' },
    { name: 'the node was tainted by a person', view: changed('worker-1', (object) => ({ ...object, spec: { ...(object['spec'] as object), taints: [{ key: 'maintenance', effect: 'NoSchedule' }] } })), state: 'invalidated' },
    { name: 'the node was cordoned', view: changed('worker-1', (object) => ({ ...object, spec: { unschedulable: true } })), state: 'invalidated' },
    { name: 'the node was made again', view: changed('worker-1', meta({ uid: 'new' })), state: 'invalidated' },
    { name: 'the node is gone', view: viewOf(OBJECTS.filter((object) => object !== node)), state: 'invalidated' },
    { name: "the Deployment's status", view: changed('web', (object) => ({ ...object, status: { replicas: 1 } })), state: 'pending' },
    { name: "the Deployment's spec", view: changed('web', meta({ generation: 2 })), state: 'invalidated' },
    { name: 'the ConfigMap holds something else', view: changed('settings', (object) => ({ ...object, data: { a: '9' } })), state: 'invalidated' },
    { name: 'an object of nobody', view: changed('cart', meta({ generation: 7 })), state: 'pending' },
  ])('$name: $state', ({ view, state }) => {
    expect(invalidateIfMoved(requested(), plan, view).state).toBe(state)
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
  const shown = shownText({ plan: { ...plan, goal: 'fine\nNeeded: nobody' }, rehearsal, verdict, view: viewOf(), nowMs: NOW_MS })
  expect(shown).toContain('Goal: fine Needed: nobody')
  expect(shown).toContain('1. drain Node worker-1')
  expect(shown).toContain('{"data":{"a":"2"}}')
  expect(shown).toContain('Touches: ')
  expect(shown).toContain('5 of 5 runs reach the proof')
  expect(shown).toContain('nothing takes back: restart Deployment shop/web')
  expect(shown).toContain('Needed: 2 people of 2 different teams')
  expect(shown).toContain('Until: 2026-06-01T03:14:00.000Z')
})
