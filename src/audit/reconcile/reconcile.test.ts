import { describe, expect, test } from 'vitest'
import { proves } from '../../../test/requirements.ts'
import { toIso } from '../../kernel/clock.ts'
import type { LedgerEntry } from '../../model/ledger-entry.ts'
import { planHash, type Action, type Plan } from '../../model/plan.ts'
import { readAuditLog, type AuditLogRead } from './cluster-act.ts'
import { accountsIn, reconcile, type Reconciled } from './reconcile.ts'

const BOYD = 'system:serviceaccount:boyd:boyd'
const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }
const n1 = { apiVersion: 'v1', kind: 'Node', name: 'n1' }

interface Request {
  readonly atMs?: number
  readonly user?: string
  readonly verb: string
  readonly resource: string
  readonly group?: string
  readonly subresource?: string
  readonly namespace?: string
  readonly name?: string
  readonly code?: number
  readonly query?: string
  readonly change?: object
}

let events = 0
function eventOf({ atMs = 2_000, user = BOYD, verb, resource, group, subresource, namespace, name, code = 200, query = '', change = {} }: Request): string {
  events += 1
  return JSON.stringify({
    kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'Metadata', auditID: `id-${events}`, stage: 'ResponseComplete', requestURI: `/x${query}`, verb, user: { username: user },
    objectRef: { resource, namespace, name, apiGroup: group, subresource }, responseStatus: { code }, requestReceivedTimestamp: toIso(atMs), stageTimestamp: toIso(atMs), ...change,
  })
}

function logOf(...requests: readonly Request[]): AuditLogRead {
  const read = readAuditLog([eventOf({ verb: 'get', resource: 'pods', atMs: 0 }), ...requests.map(eventOf), eventOf({ verb: 'get', resource: 'pods', atMs: 100_000 })].map((line) => `${line}\n`).join(''))
  return read.ok ? read : { acts: [], period: undefined }
}

/** A ledger of one step that runs from second 1 to second 3. */
function ledgerOf(action: Action, effect: object = { outcome: 'applied', requests: 1 }, undo?: object): readonly LedgerEntry[] {
  const plan: Plan = {
    kind: 'plan', id: 'p', goal: 'g', hazard: 'h', subject: { kind: 'Deployment', name: 'web' }, proof: [], risk: 'reversible', expectedEffect: '', needsInput: [], rationale: '', values: 'observed',
    steps: [{ id: '1', action, reason: '', preconditions: [] }],
  }
  const hash = planHash(plan)
  const parts: readonly (readonly [string, string, number, object])[] = [
    ['plan-proposed', 'plan', 0, { hash, plan }],
    ['step-started', 'act/start', 1_000, { stepId: '1', planHash: hash }],
    ['effect-applied', 'act', 3_000, { stepId: '1', ...effect }],
    ...(undo === undefined ? [] : [['undo-started', 'undo/start', 20_000, { stepId: '1', planHash: hash }], ['effect-undone', 'undo', 22_000, { stepId: '1', ...undo }]] as const),
  ]
  return parts.map(([type, key, atMs, data], index) => ({ v: 1, seq: index + 1, type, key, at: toIso(atMs), data, actor: 'boyd', incidentId: 'inc', missionId: 'mis', prev: '' }) as LedgerEntry)
}

const scale: Action = { verb: 'scale', target: web, fromReplicas: 1, toReplicas: 2 }
const cordon: Action = { verb: 'cordon', target: n1 }
const drain: Action = { verb: 'drain', target: n1, timeoutMs: 60_000 }
const patchWeb: Request = { verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'shop', name: 'web' }
const evict: Request = { verb: 'create', resource: 'pods', subresource: 'eviction', namespace: 'shop', name: 'web-1', code: 201 }

function compare(entries: readonly LedgerEntry[], log: AuditLogRead): Pick<Reconciled, 'acts' | 'notCovered'> & { readonly unknown: number; readonly unseen: number; readonly surplus: number } {
  const { acts, unknown, unseen, notCovered, surplus } = reconcile({ entries, log, accounts: [BOYD], skewMs: 5_000 })
  return { acts, notCovered, unknown: unknown.length, unseen: unseen.length, surplus: surplus.length }
}

const AGREED = { acts: 1, unknown: 0, unseen: 0, notCovered: 0, surplus: 0 }

describe('what both know', () => {
  test.each<{ name: string; action: Action; request: Request }>([
    { name: 'a patch', action: scale, request: patchWeb },
    { name: 'a patch of the scale', action: scale, request: { ...patchWeb, subresource: 'scale' } },
    { name: 'a cordon', action: cordon, request: { verb: 'patch', resource: 'nodes', name: 'n1' } },
    { name: 'an eviction of a drain', action: drain, request: evict },
    { name: 'a deletion', action: { verb: 'delete-node', target: n1 }, request: { verb: 'delete', resource: 'nodes', name: 'n1' } },
    { name: 'a custom resource', action: { verb: 'patch', target: { apiVersion: 'example.com/v1', kind: 'Policy', namespace: 'shop', name: 'p' }, patchType: 'merge', patch: {}, undo: {} }, request: { verb: 'patch', group: 'example.com', resource: 'policies', namespace: 'shop', name: 'p' } },
  ])('$name', ({ action, request }) => {
    expect(compare(ledgerOf(action), logOf(request))).toEqual(AGREED)
  })

  test('a step that is taken back', () => {
    const entries = ledgerOf(scale, undefined, { outcome: 'applied' })
    expect(compare(entries, logOf(patchWeb, { ...patchWeb, atMs: 21_000 }))).toEqual({ ...AGREED, acts: 2 })
  })

  test('a step that a process died in: its requests lie before its end, whoever wrote that', () => {
    expect(compare(ledgerOf(drain, { outcome: 'applied', requests: 1 }), logOf(evict, { ...evict, name: 'web-2' }))).toEqual({ ...AGREED, acts: 2, surplus: 1 })
    expect(compare(ledgerOf(scale).slice(0, 2), logOf({ ...patchWeb, atMs: 60_000 }))).toEqual(AGREED)
  })

  test('checkpoints in a ConfigMap of this cluster', () => {
    const keeping = { v: 1, seq: 1, type: 'keeping-changed', key: 'k', at: toIso(0), data: { keys: [], anchors: [{ type: 'config-map', namespace: 'audit', name: 'boyd-ledger' }] }, actor: 'boyd', incidentId: '', missionId: '', prev: '' } as LedgerEntry
    const write: Request = { verb: 'patch', resource: 'configmaps', namespace: 'audit', name: 'boyd-ledger' }
    expect(compare([keeping], logOf(write, { ...write, verb: 'create', change: { objectRef: { resource: 'configmaps', namespace: 'audit' } } }, { ...write, name: 'other' }))).toMatchObject({ acts: 3, unknown: 1 })
  })
})

describe('what only the cluster knows', () => {
  test.each<{ name: string; action: Action; request: Request }>([
    { name: 'another object', action: scale, request: { ...patchWeb, name: 'cart' } },
    { name: 'another namespace', action: scale, request: { ...patchWeb, namespace: 'other' } },
    { name: 'another group of the same word', action: scale, request: { ...patchWeb, group: 'example.com' } },
    { name: 'another verb', action: scale, request: { ...patchWeb, verb: 'delete' } },
    { name: 'another part of the object', action: scale, request: { ...patchWeb, subresource: 'status' } },
    { name: 'another time', action: scale, request: { ...patchWeb, atMs: 60_000 } },
    { name: 'before the step started', action: { ...scale }, request: { ...patchWeb, atMs: -10_000 } },
    { name: 'an eviction while nothing is drained', action: cordon, request: evict },
    { name: 'a shell in a container', action: scale, request: { verb: 'create', resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web-1', code: 101 } },
    { name: 'a deletion of everything', action: scale, request: { verb: 'deletecollection', resource: 'pods', namespace: 'shop' } },
    { name: 'under another identity that Boyd took', action: scale, request: { ...patchWeb, name: 'cart', user: 'admin', change: { impersonatedUser: { username: BOYD } } } },
    { name: 'whose end the log does not say', action: scale, request: { ...patchWeb, name: 'cart', change: { responseStatus: undefined } } },
  ])('$name', ({ action, request }) => {
    proves('nothing-unrecorded.the-cluster-agrees')
    expect(compare(ledgerOf(action, { outcome: 'already', requests: 0 }), logOf(request))).toMatchObject({ acts: 1, unknown: 1 })
  })
})

describe('what is no change of ours', () => {
  test.each<{ name: string; request: Request }>([
    { name: 'of somebody else', request: { ...patchWeb, user: 'ada' } },
    { name: 'a dry run', request: { ...patchWeb, query: '?dryRun=All' } },
    { name: 'a dry run in the body', request: { ...patchWeb, verb: 'delete', change: { requestObject: { dryRun: ['All'] } } } },
    { name: 'refused', request: { ...evict, code: 429 } },
    { name: 'a question about rights', request: { verb: 'create', group: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews', code: 201 } },
    { name: 'a token', request: { verb: 'create', resource: 'serviceaccounts', subresource: 'token', namespace: 'boyd', name: 'boyd', code: 201 } },
    { name: 'a look', request: { ...patchWeb, verb: 'get' } },
  ])('$name', ({ request }) => {
    expect(compare([], logOf(request))).toMatchObject({ acts: 0, unknown: 0 })
  })

  test('the stages of one request are one request', () => {
    const id = { auditID: 'one' }
    const log = logOf({ ...patchWeb, change: { ...id, stage: 'RequestReceived', responseStatus: undefined } }, { ...patchWeb, change: id })
    expect(compare(ledgerOf(scale), log)).toEqual(AGREED)
  })
})

describe('what only the ledger knows', () => {
  test('a change that the cluster never saw', () => {
    expect(compare(ledgerOf(scale), logOf())).toMatchObject({ acts: 0, unseen: 1 })
    expect(compare(ledgerOf(scale), logOf({ ...patchWeb, code: 409 }))).toMatchObject({ unseen: 1 })
  })

  test.each([{ outcome: 'already', requests: 0 }, { outcome: 'refused', requests: 0 }, { outcome: 'failed', requests: 1 }])('$outcome is not missed', (effect) => {
    expect(compare(ledgerOf(scale, effect), logOf())).toMatchObject({ unseen: 0 })
  })

  test('outside the time of the log nothing can be said', () => {
    const read = readAuditLog(`${eventOf({ verb: 'get', resource: 'pods', atMs: 500_000 })}\n`)
    expect(compare(ledgerOf(scale), read as AuditLogRead)).toMatchObject({ unseen: 0, notCovered: 1 })
    expect(compare(ledgerOf(scale), { acts: [], period: undefined })).toMatchObject({ unseen: 0, notCovered: 1 })
  })
})

describe('the log', () => {
  test('lists of events are read, and a last line that is still being written is left', () => {
    const list = JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [JSON.parse(eventOf(patchWeb))] })
    expect(readAuditLog(`${list}\n${eventOf(patchWeb)}\n{"kind":"Ev`)).toMatchObject({ ok: true, acts: [{ line: 1 }, { line: 2 }] })
    expect(readAuditLog('')).toEqual({ ok: true, acts: [], period: undefined })
  })

  test.each(['not JSON\n', '{"kind":"Event","apiVersion":"v1"}\n', '[]\n'])('what is none is refused: %j', (text) => {
    expect(readAuditLog(text)).toMatchObject({ ok: false, line: 1 })
  })

  test('whoever asks under the field manager is Boyd', () => {
    expect(accountsIn(logOf({ ...patchWeb, query: '?fieldManager=boyd' }, { ...patchWeb, user: 'ada', query: '?fieldManager=kubectl' }), 'boyd')).toEqual([BOYD])
  })
})
