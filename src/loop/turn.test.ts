/**
 * The turn as a story: small stages, a real order of steps. What each stage does is tested where it lives; here it is
 * which stage is reached, and what the turn concludes.
 */

import { describe, expect, test } from 'vitest'
import type { Approval } from '../model/approval.ts'
import type { Diagnosis } from '../model/diagnosis.ts'
import type { Effect } from '../model/effect.ts'
import type { TurnRecord } from '../model/mission.ts'
import { planHash, type Plan } from '../model/plan.ts'
import type { Rehearsal } from '../model/rehearsal.ts'
import type { Verdict } from '../model/verdict.ts'
import type { MissionRun } from '../ports/engine.ts'
import { proves } from '../../test/requirements.ts'
import type { Announcement } from './approval-desk.ts'
import type { Stages } from './stages.ts'
import { takeTurn } from './turn.ts'

const subject = { kind: 'Deployment', namespace: 'shop', name: 'web' }

function plan(id: string, parts: Partial<Plan> = {}): Plan {
  const target = { apiVersion: 'apps/v1', ...subject }
  return {
    kind: 'plan',
    id,
    goal: `goal of ${id}`,
    hazard: 'bad-image',
    subject,
    steps: [
      { id: '1-scale', action: { verb: 'scale', target, fromReplicas: 2, toReplicas: 3 }, reason: 'room', preconditions: [] },
      { id: '2-restart', action: { verb: 'restart', target, restartedAt: '2026-01-01T00:00:00Z' }, reason: 'fresh', preconditions: [] },
    ],
    proof: [{ type: 'workload-available', target }],
    risk: 'reversible',
    expectedEffect: '',
    needsInput: [],
    rationale: '',
    values: 'observed',
    ...parts,
  }
}

interface World {
  readonly plans: readonly Plan[]
  readonly failing?: readonly string[]
  readonly verdicts?: Readonly<Record<string, Verdict['decision']>>
  readonly approval?: Approval['state']
  readonly again?: boolean
  readonly announcements?: readonly Announcement[]
  /** After how many waits somebody answers. */
  readonly answersAt?: number
  readonly effects?: Readonly<Record<string, Effect['outcome']>>
  /** The step after which a hook stops the plan. */
  readonly halted?: string
  readonly proofHolds?: boolean
  readonly status?: Diagnosis['status']
  readonly claimedByOther?: boolean
  readonly history?: readonly TurnRecord[]
}

async function play(world: World): Promise<{ readonly record: TurnRecord; readonly calls: readonly string[] }> {
  const calls: string[] = []
  const { record } = await takeTurn({ run: directRun(calls, world.answersAt), stages: stagesOf(world), turn: (world.history?.length ?? 0) + 1, history: world.history ?? [] })
  return { record, calls }
}

/** Runs each step at once and keeps its name: the order is what a crash resumes by. */
function directRun(calls: string[], answersAt = 99): MissionRun {
  let waits = 0
  const step = async <T>(name: string, work: (key: string) => Promise<T>): Promise<T> => {
    calls.push(name)
    return work(`mis-1/${name}`)
  }
  return { missionId: 'mis-1', step, fencedStep: step, receive: async <T>(_topic: string, timeoutMs: number) => {
    calls.push(`wait ${timeoutMs / 1000} s`)
    waits += 1
    return waits >= answersAt ? ({ state: 'granted' } as T) : undefined
  }, sleep: () => Promise.resolve() }
}

function stagesOf(world: World): Stages {
  const effectOf = (stepId: string): Effect => ({ kind: 'effect', stepId, outcome: world.effects?.[stepId] ?? 'applied', detail: 'said so', startedAtMs: 0, endedAtMs: 0, requests: 1, ...(world.halted === stepId ? { halted: 'hook watch: enough' } : {}) })
  return {
    observe: () => Promise.resolve({ snapshotDigest: 'sha256:0', takenAtMs: 0, objectCount: 1 }),
    orient: () => Promise.resolve(diagnosisOf(world.status ?? 'found')),
    claim: () => Promise.resolve(world.claimedByOther === true ? { type: 'taken', missionId: 'mis-2' } : { type: 'ours' }),
    hasEnded: () => Promise.resolve(true),
    decide: () => Promise.resolve(world.plans),
    rehearse: (_key, _observation, rehearsed) => Promise.resolve(rehearsalOf(rehearsed, !(world.failing ?? []).includes(rehearsed.id))),
    rank: (candidates) => candidates,
    judge: (_key, _observation, candidate) => Promise.resolve(verdictOf(candidate.plan, world.verdicts?.[candidate.plan.id] ?? 'allow')),
    requestApproval: (_key, _observation, judged) => Promise.resolve({ type: 'asked', approval: approvalOf(judged.plan, 'pending'), announcements: world.announcements ?? [] }),
    announceApproval: () => Promise.resolve(),
    settleApproval: (_key, _id, judged) => Promise.resolve({ approval: approvalOf(judged.plan, world.approval ?? 'expired'), used: world.approval === 'consumed', again: world.again ?? false }),
    act: (_key, step) => Promise.resolve(effectOf(step.id)),
    leaveOut: (_key, effect) => Promise.resolve(effect),
    undo: (_key, step) => Promise.resolve(effectOf(step.id)),
    verify: (_key, judged) =>
      Promise.resolve({
        kind: 'verification',
        planHash: planHash(judged.plan),
        verifiedAtMs: 0,
        held: world.proofHolds ?? true,
        results: judged.plan.proof.map((condition) => ({ condition, held: world.proofHolds ?? true, detail: '1 of 2 available' })),
        differences: [],
      }),
    conclude: () => Promise.resolve(1_000),
  }
}

function diagnosisOf(status: Diagnosis['status']): Diagnosis {
  const finding = { hazard: 'bad-image', subject, symptoms: [], summary: 'the image is missing', evidence: [], confidence: 0.9, facts: {} }
  const hypothesis = { hazard: 'bad-image', subject, confidence: 0.9, summary: 'the image is missing', evidence: [], blastRadius: [], changes: [], finding }
  return { kind: 'diagnosis', status, hypotheses: status === 'found' ? [hypothesis] : [], dropped: [], summary: `it is ${status}`, examined: [], snapshotDigest: 'sha256:0' }
}

function rehearsalOf(rehearsed: Plan, passed: boolean): Rehearsal {
  return { kind: 'rehearsal', id: `reh-${rehearsed.id}`, planId: rehearsed.id, planHash: planHash(rehearsed), snapshotDigest: 'sha256:0', rehearsedAtMs: 0, versionProfile: '1.36', runs: [], passed, worst: [], summary: passed ? 'good' : 'the quota refuses the pods', assumptions: [], notModelled: [], confidence: 1 }
}

function verdictOf(judged: Plan, decision: Verdict['decision']): Verdict {
  const base = { kind: 'verdict' as const, planHash: planHash(judged), policyDigest: 'sha256:0', decidedAtMs: 0, reasons: [{ policy: 'p', text: 'a rule says so' }] }
  return decision === 'ask' ? { ...base, decision, approvals: 1, distinctTeams: 1, breakGlass: false } : { ...base, decision }
}

function approvalOf(asked: Plan, state: Approval['state']): Approval {
  const vote = { by: 'ada', name: 'ada', teams: [], authentication: { method: 'session' as const, atMs: 0 }, proof: { kid: '', sig: '' }, decision: 'deny' as const, reason: 'not tonight', atMs: 0, door: 'cli' as const }
  return { kind: 'approval', id: 'apr-1', missionId: 'mis-1', incidentId: 'inc-1', planId: asked.id, planHash: planHash(asked), rehearsalId: 'reh', targetVersions: {}, requestedBy: 'boyd', approvalsNeeded: 1, distinctTeams: 1, breakGlass: false, state, votes: state === 'denied' ? [vote] : [], ...(state === 'invalidated' ? { voidReason: 'the cluster moved' } : {}), asked: { severity: 2, blast: { pods: 1, podPct: 1, namespaces: 1, nodes: 0, nodePct: 0 }, agentVersion: '1' }, messages: [], requestedAtMs: 0, expiresAtMs: 900_000, shownDigest: '', shown: '' }
}

describe('a turn', () => {
  const cases: readonly { name: string; world: World; result: string; says?: string; acts: readonly string[] }[] = [
    { name: 'applies the best plan and verifies it', world: { plans: [plan('a'), plan('b')] }, result: 'resolved', acts: ['1-act-1-scale', '1-act-2-restart'] },
    { name: 'changes nothing where nothing is wrong', world: { plans: [], status: 'healthy' }, result: 'no-action', acts: [] },
    { name: 'hands over what it cannot tell', world: { plans: [], status: 'inconclusive' }, result: 'handed-over', acts: [] },
    { name: 'hands over where there is no plan', world: { plans: [] }, result: 'handed-over', acts: [] },
    { name: 'refuses a plan whose rehearsal fails', world: { plans: [plan('a')], failing: ['a'] }, result: 'handed-over', says: 'quota', acts: [] },
    { name: 'takes the next plan when the best fails its rehearsal', world: { plans: [plan('a'), plan('b')], failing: ['a'] }, result: 'resolved', acts: ['1-act-1-scale', '1-act-2-restart'] },
    { name: 'hands over what policy denies', world: { plans: [plan('a')], verdicts: { a: 'deny' } }, result: 'handed-over', says: 'a rule says so', acts: [] },
    { name: 'acts once a person approved', world: { plans: [plan('a')], verdicts: { a: 'ask' }, approval: 'consumed' }, result: 'resolved', acts: ['1-act-1-scale', '1-act-2-restart'] },
    { name: 'does not act when a person denied, and says why', world: { plans: [plan('a')], verdicts: { a: 'ask' }, approval: 'denied' }, result: 'handed-over', says: 'not tonight', acts: [] },
    { name: 'does not act when nobody answers', world: { plans: [plan('a')], verdicts: { a: 'ask' }, approval: 'expired' }, result: 'handed-over', says: 'nobody answered', acts: [] },
    { name: 'does not act when the cluster moved after the grant', world: { plans: [plan('a')], verdicts: { a: 'ask' }, approval: 'invalidated' }, result: 'handed-over', says: 'moved', acts: [] },
    { name: 'undoes what it applied when a later step is refused', world: { plans: [plan('a')], effects: { '2-restart': 'refused' } }, result: 'try-again', acts: ['1-act-1-scale', '1-act-2-restart'] },
    { name: 'goes on past a target that was left out', world: { plans: [plan('a')], effects: { '1-scale': 'skipped' } }, result: 'resolved', acts: ['1-act-1-scale'] },
    { name: 'stops where a hook halts it, and hands over', world: { plans: [plan('a')], halted: '1-scale' }, result: 'handed-over', says: 'hook watch: enough', acts: ['1-act-1-scale'] },
    { name: 'does not claim a fix whose proof fails', world: { plans: [plan('a')], proofHolds: false }, result: 'try-again', says: 'proof does not hold', acts: ['1-act-1-scale', '1-act-2-restart'] },
    { name: 'asks for what the cluster cannot tell', world: { plans: [plan('a', { needsInput: [{ name: 'GATEWAY_URL', question: 'What is GATEWAY_URL?' }] })] }, result: 'handed-over', says: 'What is GATEWAY_URL?', acts: [] },
    { name: 'hands over after a plan that only contains', world: { plans: [plan('a', { contains: true })] }, result: 'handed-over', says: 'Contained', acts: ['1-act-1-scale', '1-act-2-restart'] },
    { name: 'hands over what a repository will take back, with where it must be committed', world: { plans: [plan('a', { sourceChanges: [{ target: { apiVersion: 'apps/v1', ...subject }, manager: 'argo-cd', owner: 'Application argocd/shop', repository: 'https://git.test/shop', form: 'manifest', patch: '', reverts: 'next sync', notes: [] }] })] }, result: 'handed-over', says: 'committed to Application argocd/shop: https://git.test/shop', acts: ['1-act-1-scale', '1-act-2-restart'] },
    { name: 'lets another mission finish the same cause', world: { plans: [plan('a')], claimedByOther: true }, result: 'try-again', acts: [] },
  ]

  test.each(cases)('$name', async ({ world, result, says, acts }) => {
    const { record, calls } = await play(world)
    expect(record.result.type).toBe(result)
    expect(record.result.summary).toContain(says ?? '')
    expect(calls.filter((call) => call.includes('-act-'))).toEqual(acts)
    proves('nothing-unrehearsed.only-passed-plans-act', 'nothing-unauthorised.act-follows-the-verdict', 'nothing-unverified.resolved-means-proof')
  })

  test('nobody is asked about a plan that the rehearsal or policy refuses', async () => {
    const { calls } = await play({ plans: [plan('a'), plan('b')], failing: ['a'], verdicts: { b: 'deny' } })
    expect(calls.some((call) => call.includes('-ask-'))).toBe(false)
  })

  test('a plan that was tried is not tried again', async () => {
    const first = await play({ plans: [plan('a')], effects: { '1-scale': 'failed' } })
    const second = await play({ plans: [plan('a')], history: [first.record] })
    expect(second.record.result.type).toBe('handed-over')
    expect(second.record.result.summary).toContain('tried in turn 1')
  })

  test('healthy after a verified fix is resolved, not a false alarm', async () => {
    const first = await play({ plans: [plan('a')] })
    const second = await play({ plans: [], status: 'healthy', history: [first.record] })
    expect(second.record.result.type).toBe('resolved')
  })

  describe('when nobody answers', () => {
    const asking: World = { plans: [plan('a'), plan('b', { contains: true })], verdicts: { a: 'ask' }, approval: 'expired', again: true }

    test('it contains first, and then asks again: nothing failed', async () => {
      const { record, calls } = await play(asking)
      expect(record.result).toMatchObject({ type: 'try-again', waiting: true, summary: expect.stringMatching(/^contained: goal of b.*asking again$/) })
      expect(calls.filter((call) => call.includes('-act-'))).toHaveLength(2)
    })

    test('what was asked for is looked at anew; what contained is not done again', async () => {
      const first = await play(asking)
      const { record, calls } = await play({ ...asking, again: false, history: [first.record] })
      expect(calls).toContain('2-ask-1')
      expect(record.result).toMatchObject({ type: 'handed-over', summary: expect.stringMatching(/nobody answered in time.*tried in turn 1/) })
      expect(calls.filter((call) => call.includes('-act-'))).toEqual([])
    })

    test('the next question is not asked, and what needs nobody is done', async () => {
      const { record, calls } = await play({ plans: [plan('a'), plan('b'), plan('c')], verdicts: { a: 'ask', b: 'ask' }, approval: 'expired' })
      expect(calls.filter((call) => call.includes('-ask-'))).toEqual(['1-ask-1'])
      expect(record.candidates.map(({ rejected }) => rejected)).toEqual(['nobody answered in time', 'it needs a person, and nobody answers', undefined])
    })

    test('others are told, one after the other, until somebody answers', async () => {
      const announcements = [{ afterMs: 0, channels: ['on-call'] }, { afterMs: 300_000, channels: ['leads'] }, { afterMs: 600_000, channels: ['head'] }]
      const [silent, answered] = await Promise.all([play({ ...asking, announcements }), play({ ...asking, announcements, answersAt: 1, approval: 'consumed' })])
      const waiting = (calls: readonly string[]) => calls.filter((call) => /^wait|-announce-|-settle-/.test(call))
      expect(waiting(silent.calls)).toEqual(['1-announce-1-1', 'wait 300 s', '1-announce-1-2', 'wait 300 s', '1-announce-1-3', 'wait 300 s', '1-settle-1'])
      expect(waiting(answered.calls)).toEqual(['1-announce-1-1', 'wait 300 s', '1-settle-1'])
    })
  })

  test('what was denied is not proposed again, also under another name; another plan is', async () => {
    proves('nothing-unauthorised.denied-stays-denied')
    const first = await play({ plans: [plan('a')], verdicts: { a: 'ask' }, approval: 'denied' })
    const renamed = plan('a-by-another-name')
    const other = plan('c', { steps: plan('c').steps.slice(0, 1) })
    const { record, calls } = await play({ plans: [plan('a'), renamed, other], history: [first.record] })
    expect(record.candidates.map(({ plan: { id }, rejected }) => [id, rejected])).toEqual([
      ['a', 'denied in turn 1: ada denied it: not tonight'],
      ['a-by-another-name', 'denied in turn 1: ada denied it: not tonight'],
      ['c', undefined],
    ])
    expect(calls.filter((call) => call.includes('-act-'))).toEqual(['2-act-1-scale'])
  })
})
