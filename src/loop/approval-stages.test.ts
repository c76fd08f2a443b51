/**
 * Asking and settling with nothing small: the shipped policies, a store, a ledger, and a twin in whose time the minutes pass.
 * Each case is what may happen between a yes and its use.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signalAbout, startRealParts, type RealParts } from '../../test/support/real-parts.ts'
import { calmFacts, POLICIES_FOLDER, voteOf } from '../gate/examples.test-support.ts'
import { castVote } from '../gate/approvals.ts'
import { createGate } from '../gate/gate.ts'
import { createHooks } from '../gate/hooks/hooks.ts'
import { loadPolicies } from '../gate/load-policies.ts'
import { createSite, type Site } from '../gate/site.ts'
import { required } from '../kernel/assert.ts'
import { noCrashPoints } from '../kernel/crash-point.ts'
import type { Incident } from '../model/incident.ts'
import { subjectOf } from '../model/kube-object.ts'
import type { Plan } from '../model/plan.ts'
import { proves } from '../../test/requirements.ts'
import type { ApprovalDesk } from './approval-desk.ts'
import type { Judged, Settled, Stages } from './stages.ts'
import { wireStages } from './wire-stages.ts'

const MINUTE_MS = 60_000
const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' }

/** Asks, because its value is of our own choosing. */
const plan: Plan = {
  kind: 'plan', id: 'note-web', goal: 'web carries a note', hazard: 'bad-image', subject: subjectOf(web), proof: [], risk: 'reversible', expectedEffect: '', needsInput: [], rationale: '', values: 'assumed',
  steps: [{ id: '1-patch', action: { verb: 'patch', target: web, patchType: 'merge', patch: { metadata: { annotations: { note: 'x' } } }, undo: { metadata: { annotations: { note: null } } } }, reason: 'r', preconditions: [] }],
}

let real: RealParts
beforeAll(async () => {
  real = await startRealParts()
})
afterAll(() => real.stop())

/** What a case changes of the place while people think. */
const place: { site: Partial<Site>; fallen: string | undefined; version: string } = { site: {}, fallen: undefined, version: '1' }

function stagesOf(incident: Incident): Stages {
  const { store, tickets, record } = real.parts
  const { clock } = real.twin
  const desk: ApprovalDesk = { agentVersion: place.version, asksMax: 2, announcements: () => [], tell: (channel) => Promise.resolve({ channel }), takeBack: () => Promise.resolve(), whyNoVote: () => Promise.resolve(place.fallen) }
  const gate = createGate({ bundle: loadPolicies(POLICIES_FOLDER), clock, site: () => createSite({ clusterId: 'twin', ...place.site }), facts: calmFacts() })
  return wireStages({ store, tickets, gate, desk, cluster: real.twin.cluster({ realm: 'live' }), clock, crashPoints: noCrashPoints, incident, startedAtMs: 0, whyNoChange: () => Promise.resolve(undefined), hooks: createHooks({ hooks: [], clock, cwd: '/', transcriptPath: '/' }), record: async (entry) => ({ repeated: false, ...((await record(entry)) as object) }) })
}

let serial = 0

async function openIncident(): Promise<Incident> {
  serial += 1
  const taken = await real.parts.store.takeIn(signalAbout(`asked-${serial}`, { id: `sig-asked-${serial}`, fingerprint: `asked-${serial}` }), () => ({ id: `inc-asked-${serial}`, missionId: `mis-asked-${serial}` }))
  return required(taken.incident, 'an incident')
}

async function judgedBy(stages: Stages, turn: number): Promise<{ readonly judged: Judged; ask(): Promise<string>; settle(approvalId: string, by?: string): Promise<Settled> }> {
  const observation = await stages.observe(`observe-${turn}`)
  const rehearsal = await stages.rehearse(`rehearse-${serial}-${turn}`, observation, plan)
  const judged = { plan, rehearsal, verdict: await stages.judge(`judge-${turn}`, observation, { plan, rehearsal }) }
  expect(judged.verdict.decision).toBe('ask')
  return {
    judged,
    async ask() {
      const asked = await stages.requestApproval(`mis-asked-${serial}/${turn}-ask-1`, observation, judged)
      return asked.type === 'asked' ? asked.approval.id : asked.reason
    },
    settle: (approvalId, by = `mis-asked-${serial}/${turn}-settle-1`) => stages.settleApproval(by, approvalId, judged),
  }
}

async function grant(approvalId: string): Promise<void> {
  await real.parts.store.changeApproval(approvalId, (current) => {
    const moved = castVote(current, voteOf('ann', { atMs: real.twin.nowMs() }))
    return moved.type === 'moved' ? moved.approval : current
  })
}

describe('between a yes and its use', () => {
  const cases: readonly { name: string; meanwhile(incident: Incident): unknown; ends: string; says?: string }[] = [
    { name: 'nothing happens', meanwhile: () => undefined, ends: 'consumed' },
    { name: 'nine minutes pass', meanwhile: () => real.twin.advance(9 * MINUTE_MS), ends: 'consumed' },
    { name: 'eleven minutes pass', meanwhile: () => real.twin.advance(11 * MINUTE_MS), ends: 'expired' },
    { name: 'somebody changes the target', meanwhile: () => real.twin.cluster().patch(web, { type: 'merge', body: { spec: { template: { metadata: { labels: { changed: `v${serial}` } } } } } }), ends: 'invalidated', says: 'the cluster moved: Deployment default/web' },
    { name: 'the incident grows worse', meanwhile: (incident) => real.parts.store.updateIncident(incident.id, { severity: 1 }, 0), ends: 'invalidated', says: 'the incident is P1 now, and was P3' },
    { name: 'the incident ends', meanwhile: (incident) => real.parts.store.updateIncident(incident.id, { state: 'resolved' }, 0), ends: 'invalidated', says: 'the incident is resolved' },
    { name: 'a freeze begins', meanwhile: () => void (place.site = { freeze: true }), ends: 'invalidated', says: 'policy does not allow it any more' },
    { name: 'somebody stops changes', meanwhile: () => void (place.site = { killSwitch: true }), ends: 'invalidated', says: 'policy does not allow it any more' },
    { name: 'who said it is shut out', meanwhile: () => void (place.fallen = 'Ann was shut out'), ends: 'invalidated', says: 'Ann was shut out' },
    { name: 'another version takes over', meanwhile: () => void (place.version = '2'), ends: 'invalidated', says: 'it was asked by another version (1, now 2)' },
  ]

  test.each(cases)('$name: $ends', async ({ meanwhile, ends, says }) => {
    proves('nothing-unauthorised.void-when-things-moved')
    const incident = await openIncident()
    const first = await judgedBy(stagesOf(incident), 1)
    const id = await first.ask()
    await grant(id)
    await meanwhile(incident)
    // The process that uses the answer need not be the one that asked.
    const { approval, used } = await stagesOf(incident).settleApproval(`mis-asked-${serial}/1-settle-1`, id, first.judged)
    Object.assign(place, { site: {}, fallen: undefined, version: '1' })
    expect([approval.state, used, approval.voidReason?.slice(0, says?.length)]).toEqual([ends, ends === 'consumed', says])
    expect((await real.entriesOf(incident.id)).at(-1)).toMatchObject({ type: 'approval-ended', data: { state: ends } })
  })
})

test('a grant is used by one step, and by that one again after a crash; a step acts under no other', async () => {
  const incident = await openIncident()
  const stages = stagesOf(incident)
  const { judged, ask, settle } = await judgedBy(stages, 1)
  const id = await ask()
  await grant(id)
  const step = required(plan.steps[0], 'a step')
  expect(await stages.act(`act-early-${serial}`, step, { judged, approvalId: id })).toMatchObject({ outcome: 'refused', detail: expect.stringContaining('the approval is granted') })
  const settled = await Promise.all(Array.from({ length: 5 }, (_, index) => settle(id, `mis-asked-${serial}/settle-${index}`)))
  const winner = settled.findIndex(({ used }) => used)
  expect([settled.filter(({ used }) => used).length, (await settle(id, `mis-asked-${serial}/settle-${winner}`)).used]).toEqual([1, true])
  place.fallen = 'Ann was shut out'
  expect(await stages.act(`act-fallen-${serial}`, step, { judged, approvalId: id })).toMatchObject({ outcome: 'refused', detail: expect.stringContaining('Ann was shut out') })
  place.fallen = undefined
  expect(await stages.act(`act-${serial}`, step, { judged, approvalId: id })).toMatchObject({ outcome: 'applied' })
})

test('nobody answers: the same question waits ten minutes, then is asked anew, and only so often', async () => {
  const incident = await openIncident()
  const stages = stagesOf(incident)
  const first = await judgedBy(stages, 1)
  expect(await first.settle(await first.ask())).toMatchObject({ approval: { state: 'expired' }, used: false, again: true })
  expect(await (await judgedBy(stages, 2)).ask()).toMatch(/^the same question was asked minutes ago/)
  real.twin.advance(11 * MINUTE_MS)
  const third = await judgedBy(stages, 3)
  expect(await third.settle(await third.ask())).toMatchObject({ approval: { state: 'expired' }, used: false, again: false })
})

test('asked again after a crash it is the same request, and what is shown is what is kept', async () => {
  const incident = await openIncident()
  const { ask } = await judgedBy(stagesOf(incident), 1)
  const ids = [await ask(), await ask()]
  const approvals = await real.parts.store.approvals({ missionId: incident.missionId })
  expect([ids[0] === ids[1], approvals.length]).toEqual([true, 1])
  const { shown, asked } = required(approvals[0], 'a request')
  expect(shown).toContain('Asked because: Values that the cluster did not show need one approval')
  expect(shown).toMatch(/Incident: asked-\d+ crashes \(P3\)/)
  expect(asked).toMatchObject({ severity: 3, agentVersion: '1', blast: { namespaces: 1 } })
})
