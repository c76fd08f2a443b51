/** What every `Store` must do. Run over each adapter by its test file. */

import { beforeAll, describe, expect, test } from 'vitest'
import type { Approval, Vote } from '../../src/model/approval.ts'
import { settle } from '../../src/gate/approvals.ts'
import { digestOf } from '../../src/kernel/canonical-json.ts'
import { createSnapshot, DEFAULT_CLUSTER_VERSION, snapshotDigest } from '../../src/model/snapshot.ts'
import type { Signal } from '../../src/model/signal.ts'
import type { Store } from '../../src/ports/store.ts'
import { proves } from '../requirements.ts'

let serial = 0

/** Ids and fingerprints of their own for each test: the suite shares one database. */
function unique(prefix: string): string {
  serial += 1
  return `${prefix}-${serial}`
}

function signalOf(change: Partial<Signal> = {}): Signal {
  return {
    kind: 'signal',
    id: unique('sig'),
    source: 'alertmanager',
    sourceEventId: unique('event'),
    status: 'firing',
    severity: 3,
    severityText: 'warning',
    name: 'PodCrashLooping',
    title: 'cart crashes',
    startsAtMs: 1_000,
    observedAtMs: 2_000,
    targets: [{ kind: 'Deployment', namespace: 'shop', name: 'cart' }],
    labels: {},
    annotations: {},
    links: [],
    completeness: 'complete',
    trust: 'secret',
    rawDigest: 'sha256:00',
    fingerprint: unique('fingerprint'),
    ...change,
  }
}

function opening(): () => { id: string; missionId: string } {
  return () => ({ id: unique('inc'), missionId: unique('mis') })
}

function approvalOf(change: Partial<Approval> = {}): Approval {
  return {
    kind: 'approval',
    id: unique('apr'),
    missionId: unique('mis'),
    incidentId: unique('inc'),
    planId: 'replace-node',
    planHash: 'sha256:11',
    rehearsalId: 'reh-1',
    targetVersions: { 'Node worker-3': '41' },
    requestedBy: 'boyd',
    approvalsNeeded: 1,
    distinctTeams: 1,
    breakGlass: false,
    state: 'pending',
    votes: [],
    asked: { severity: 2, blast: { pods: 3, podPct: 5, namespaces: 1, nodes: 1, nodePct: 20 }, agentVersion: '1' },
    messages: [],
    requestedAtMs: 1_000,
    expiresAtMs: 10_000,
    shownDigest: 'sha256:22',
    shown: 'delete node worker-3',
    ...change,
  }
}

function withVote(approval: Approval, by: string): Approval {
  return { ...approval, votes: [...approval.votes, voteOf({ by })] }
}

function voteOf(change: Partial<Vote> = {}): Vote {
  return { by: 'alice', name: 'Alice', teams: [], authentication: { method: 'session', atMs: 2_000 }, proof: { kid: 'k', sig: 's' }, decision: 'approve', reason: 'seen', atMs: 2_000, door: 'cli', ...change }
}

function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`store contract: ${name}`, () => {
    let store: Store
    beforeAll(async () => {
      store = await open()
    })
    intakeCases(() => store)
    incidentCases(() => store)
    snapshotAndRecordCases(() => store)
    claimCases(() => store)
    approvalCases(() => store)
  })
}

function intakeCases(store: () => Store): void {
  describe('takeIn', () => {
    test('a firing signal of an unknown fingerprint opens an incident', async () => {
      const signal = signalOf()
      const result = await store().takeIn(signal, () => ({ id: 'inc-first', missionId: 'mis-first' }))
      expect(result.type).toBe('opened')
      expect(result.incident).toMatchObject({ id: 'inc-first', missionId: 'mis-first', state: 'open', fingerprint: signal.fingerprint, signalIds: [signal.id], openedAtMs: 2_000 })
      expect(await store().incident('inc-first')).toEqual(result.incident)
      expect(await store().signals('inc-first')).toEqual([signal])
    })

    test('another signal of the fingerprint joins, and severity only rises', async () => {
      const first = signalOf({ severity: 3 })
      const { incident } = await store().takeIn(first, opening())
      const second = signalOf({ fingerprint: first.fingerprint, severity: 1 })
      const joined = await store().takeIn(second, opening())
      const third = await store().takeIn(signalOf({ fingerprint: first.fingerprint, severity: 4 }), opening())
      expect([joined.type, third.type]).toEqual(['joined', 'joined'])
      expect(third.incident?.id).toBe(incident?.id)
      expect(third.incident?.severity).toBe(1)
      expect(await store().signals(incident?.id ?? '')).toHaveLength(3)
    })

    test.each([
      { what: 'the same observation under a new id', change: {}, type: 'repeated' },
      { what: 'a new start', change: { startsAtMs: 9_000 }, type: 'joined' },
      { what: 'its end', change: { status: 'resolved' as const }, type: 'joined' },
      { what: 'another source', change: { source: 'grafana' }, type: 'joined' },
    ])('$what is $type', async ({ change, type }) => {
      const first = signalOf()
      await store().takeIn(first, opening())
      const result = await store().takeIn({ ...first, id: unique('sig'), ...change }, opening())
      expect(result.type).toBe(type)
      expect(result.signal?.id === first.id, 'of a repeat, the first one').toBe(type === 'repeated')
    })

    test('a repeat of a signal whose incident has ended does not open another', async () => {
      const signal = signalOf()
      const { incident } = await store().takeIn(signal, opening())
      await store().updateIncident(incident?.id ?? '', { state: 'handed-over', endedAtMs: 5_000 }, 5_000)
      const again = await store().takeIn(signal, opening())
      expect(again.type).toBe('repeated')
      expect(again.incident?.id).toBe(incident?.id)
    })

    test('a new firing after the end opens a new incident', async () => {
      const signal = signalOf()
      const { incident } = await store().takeIn(signal, opening())
      await store().updateIncident(incident?.id ?? '', { state: 'resolved' }, 5_000)
      const again = await store().takeIn({ ...signal, id: unique('sig'), startsAtMs: 6_000 }, opening())
      expect(again.type).toBe('opened')
      expect(again.incident?.id).not.toBe(incident?.id)
    })

    test('a resolved signal that matches nothing open is ignored', async () => {
      expect(await store().takeIn(signalOf({ status: 'resolved' }), opening())).toEqual({ type: 'ignored' })
    })

    test('50 at once with one fingerprint open one incident', async () => {
      proves('nothing-twice.one-incident')
      const fingerprint = unique('fingerprint')
      const results = await Promise.all(times(50, () => store().takeIn(signalOf({ fingerprint }), opening())))
      expect(results.filter(({ type }) => type === 'opened')).toHaveLength(1)
      expect(results.filter(({ type }) => type === 'joined')).toHaveLength(49)
      expect(new Set(results.map(({ incident }) => incident?.id)).size).toBe(1)
      const incident = await store().incident(results[0]?.incident?.id ?? '')
      expect(new Set(incident?.signalIds).size).toBe(50)
    })

    test('20 at once of one observation are one signal', async () => {
      const signal = signalOf()
      const results = await Promise.all(times(20, () => store().takeIn({ ...signal, id: unique('sig') }, opening())))
      expect(results.map(({ type }) => type).sort()).toEqual(['opened', ...times(19, () => 'repeated')])
    })

    test('free text from outside comes back as it was, whatever it holds', async () => {
      const odd = 'a\u0000b \ud800 "quoted" \\u0000 漢字 \u202e'
      const signal = signalOf({ title: odd, sourceEventId: `${unique('e')}\u0000`, annotations: { [odd]: odd } })
      const { incident } = await store().takeIn(signal, opening())
      expect(await store().signals(incident?.id ?? '')).toEqual([signal])
      expect(incident?.title).toBe(odd)
    })
  })
}

function incidentCases(store: () => Store): void {
  describe('incidents', () => {
    test('an unknown one is undefined', async () => {
      expect(await store().incident('inc-nobody')).toBeUndefined()
      expect(await store().signals('inc-nobody')).toEqual([])
    })

    test('an update changes what it names and nothing else', async () => {
      const { incident } = await store().takeIn(signalOf(), opening())
      await store().updateIncident(incident?.id ?? '', { state: 'working', summary: 'looking' }, 7_000)
      expect(await store().incident(incident?.id ?? '')).toEqual({ ...incident, state: 'working', summary: 'looking', updatedAtMs: 7_000 })
    })

    test('an update of an unknown one is a fault', async () => {
      await expect(store().updateIncident('inc-nobody', { summary: 'x' }, 1)).rejects.toMatchObject({ kind: 'fault', code: 'not-found' })
    })

    test('an update and a join at once lose neither', async () => {
      const signal = signalOf()
      const { incident } = await store().takeIn(signal, opening())
      const id = incident?.id ?? ''
      await Promise.all([
        ...times(10, () => store().takeIn(signalOf({ fingerprint: signal.fingerprint }), opening())),
        ...times(10, () => store().updateIncident(id, { state: 'working', summary: 'looking' }, 7_000)),
      ])
      const after = await store().incident(id)
      expect(after).toMatchObject({ state: 'working', summary: 'looking' })
      expect(after?.signalIds).toHaveLength(11)
    })

    test('pages go from the newest to the oldest, each once, also among equals', async () => {
      // A state of its own keeps the incidents of other tests out of the pages.
      const opened = await Promise.all(times(7, (index) => store().takeIn(signalOf({ observedAtMs: 100_000 + Math.floor(index / 2) }), opening())))
      const ids = opened.map(({ incident }) => incident?.id ?? '')
      for (const id of ids) await store().updateIncident(id, { state: 'no-action' }, 1)
      const seen: string[] = []
      for (let after: string | undefined; ; ) {
        const page = await store().incidents({ limit: 3, states: ['no-action'], ...(after === undefined ? {} : { after }) })
        seen.push(...page.map(({ id }) => id))
        after = page.at(-1)?.id
        if (page.length < 3) break
      }
      expect([...seen].sort()).toEqual([...ids].sort())
      const times_ = await Promise.all(seen.map(async (id) => (await store().incident(id))?.openedAtMs ?? 0))
      expect(times_).toEqual([...times_].sort((left, right) => right - left))
    })
  })
}

function snapshotAndRecordCases(store: () => Store): void {
  describe('snapshots and records', () => {
    const snapshot = createSnapshot({
      takenAtMs: 1_000,
      clusterVersion: DEFAULT_CLUSTER_VERSION,
      clusterId: 'cluster-1',
      resourceVersion: '17',
      objects: times(500, (index) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `pod-${index}`, namespace: 'shop' }, spec: { nodeName: 'worker-1' } })),
      logs: [{ namespace: 'shop', pod: 'pod-1', container: 'app', previous: false, text: 'panic: \u0000 漢' }],
      notes: [],
    })

    test('a snapshot comes back by its digest, however often it is saved', async () => {
      const digests = await Promise.all(times(5, () => store().saveSnapshot(snapshot)))
      expect(new Set(digests)).toEqual(new Set([snapshotDigest(snapshot)]))
      expect(await store().snapshot(digests[0] ?? '')).toEqual(snapshot)
    })

    test('an unknown digest is undefined', async () => {
      expect(await store().snapshot('sha256:none')).toBeUndefined()
    })

    test('the first write of a record stands, and records come in order', async () => {
      const mission = unique('mis')
      await store().saveRecord(mission, 'z-diagnosis', { hypotheses: [1] })
      await store().saveRecord(mission, 'a-rehearsal', { text: '\u0000' })
      await store().saveRecord(mission, 'z-diagnosis', { hypotheses: [2] })
      await store().saveRecord(unique('mis'), 'z-diagnosis', 'of another mission')
      expect(await store().records(mission)).toEqual([
        { key: 'z-diagnosis', value: { hypotheses: [1] } },
        { key: 'a-rehearsal', value: { text: '\u0000' } },
      ])
    })
  })
}

function claimCases(store: () => Store): void {
  describe('claims', () => {
    test('the first mission holds a root cause until it lets go, and may ask again', async () => {
      const subject = unique('Node worker')
      expect(await store().claim(subject, 'mis-a')).toBe('mis-a')
      expect(await store().claim(subject, 'mis-b')).toBe('mis-a')
      expect(await store().claim(subject, 'mis-a')).toBe('mis-a')
      expect(await store().hasClaims('mis-a')).toBe(true)
      expect(await store().hasClaims('mis-b')).toBe(false)
      await store().releaseClaims('mis-b')
      expect(await store().claim(subject, 'mis-b')).toBe('mis-a')
      await store().releaseClaims('mis-a')
      expect(await store().hasClaims('mis-a')).toBe(false)
      expect(await store().claim(subject, 'mis-b')).toBe('mis-b')
    })

    test('50 missions at once agree on one holder', async () => {
      const subject = unique('Node worker')
      const missions = times(50, () => unique('mis'))
      const holders = new Set(await Promise.all(missions.map((mission) => store().claim(subject, mission))))
      expect(holders.size).toBe(1)
      expect(missions).toContain([...holders][0])
    })
  })
}

function approvalCases(store: () => Store): void {
  describe('approvals', () => {
    test('a request is kept once, and found by mission and state', async () => {
      const approval = approvalOf()
      await store().requestApproval(approval)
      await store().requestApproval({ ...approval, shown: 'another text under the same id' })
      expect(await store().approval(approval.id)).toEqual(approval)
      expect(await store().approvals({ missionId: approval.missionId })).toEqual([approval])
      expect(await store().approvals({ missionId: approval.missionId, state: 'granted' })).toEqual([])
      expect((await store().approvals({ state: 'pending' })).map(({ id }) => id)).toContain(approval.id)
    })

    test('a change is kept, and what it throws changes nothing', async () => {
      const approval = approvalOf()
      await store().requestApproval(approval)
      const changed = await store().changeApproval(approval.id, (current) => ({ ...current, votes: [...current.votes, voteOf()], state: 'granted' }))
      expect(await store().approval(approval.id)).toEqual(changed)
      expect(changed).toMatchObject({ state: 'granted', votes: { length: 1 } })
      await expect(store().changeApproval(approval.id, () => { throw new Error('no') })).rejects.toThrow('no')
      expect(await store().approval(approval.id)).toEqual(changed)
    })

    test('a change of an unknown request is a fault', async () => {
      await expect(store().changeApproval('apr-nobody', (approval) => approval)).rejects.toMatchObject({ kind: 'fault', code: 'not-found' })
    })

    test('30 voters at once are all counted', async () => {
      const approval = approvalOf({ approvalsNeeded: 30 })
      await store().requestApproval(approval)
      await Promise.all(times(30, (index) => store().changeApproval(approval.id, (current) => withVote(current, `person-${index}`))))
      expect(await store().approval(approval.id)).toMatchObject({ votes: { length: 30 } })
    })

    test('100 that use up one grant at once: one has it, and has it still when it asks again', async () => {
      proves('nothing-twice.approval-single-use')
      for (let round = 0; round < 5; round += 1) {
        const approval = approvalOf({ state: 'granted', shownDigest: digestOf('delete node worker-3') })
        await store().requestApproval(approval)
        const use = (by: string): Promise<Approval> => store().changeApproval(approval.id, (current) => settle(current, { planHash: approval.planHash, rehearsalId: approval.rehearsalId, nowMs: 2_000, by, whyVoid: undefined }))
        const used = await Promise.all(times(100, async (index) => ((await use(`step-${index}`)).consumedBy === `step-${index}` ? [`step-${index}`] : [])))
        const [winner = ''] = used.flat()
        expect(used.flat()).toHaveLength(1)
        expect(await use(winner)).toMatchObject({ state: 'consumed', consumedBy: winner })
      }
    })

    test('of many that ask about one incident at once, three may', async () => {
      const incidentId = unique('inc')
      const requests = times(20, () => approvalOf({ incidentId }))
      const asked = await Promise.all(requests.map((approval) => store().requestApproval(approval)))
      expect(asked.filter(Boolean)).toHaveLength(3)
      const first = requests[asked.indexOf(true)] as Approval
      expect(await store().requestApproval(first)).toBe(true)
      await store().changeApproval(first.id, (current) => ({ ...current, state: 'denied' }))
      expect(await store().requestApproval(approvalOf({ incidentId }))).toBe(true)
      // Those whose time is up wait for nobody.
      expect(await store().requestApproval(approvalOf({ incidentId, requestedAtMs: 20_000, expiresAtMs: 30_000 }))).toBe(true)
    })
  })

  describe('playbooks', () => {
    test('outcomes are kept in order, each key once', async () => {
      const [playbook, first, second] = [unique('bad-image/roll-back'), unique('key'), unique('key')]
      await store().recordPlaybookOutcome({ playbook, key: first, event: 'failed', atMs: 5 })
      await store().recordPlaybookOutcome({ playbook, key: second, event: 'verified', atMs: 1_800_000_000_000 })
      await store().recordPlaybookOutcome({ playbook, key: first, event: 'verified', atMs: 7 })
      expect(await store().playbookOutcomes(playbook)).toEqual([
        { playbook, key: first, event: 'failed', atMs: 5 },
        { playbook, key: second, event: 'verified', atMs: 1_800_000_000_000 },
      ])
      expect(await store().playbookOutcomes('nobody')).toEqual([])
    })
  })
}
