import { describe, expect, test } from 'vitest'
import { proves } from '../../test/requirements.ts'
import type { Approval } from '../model/approval.ts'
import type { Incident } from '../model/incident.ts'
import type { Action, Plan } from '../model/plan.ts'
import type { Rehearsal } from '../model/rehearsal.ts'
import type { Verdict } from '../model/verdict.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { approvalOf, nodeNamed, NOW_MS, OBJECTS, planOf, podNamed, POLICIES_FOLDER, rehearsalOf, viewOf, voteOf } from './examples.test-support.ts'
import { createGate } from './gate.ts'
import { loadPolicies } from './load-policies.ts'
import { createSite, type Site } from './site.ts'

const bundle = loadPolicies(POLICIES_FOLDER)

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }
const cart = { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'shop', name: 'cart' }
const coredns = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kube-system', name: 'coredns' }
const pod = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'cart-0' }
const worker = { apiVersion: 'v1', kind: 'Node', name: 'worker-1' }
const restart: Action = { verb: 'restart', target: web, restartedAt: 't' }
const drain: Action = { verb: 'drain', target: worker, timeoutMs: 1_000 }
const deleteNode: Action = { verb: 'delete-node', target: worker }
const scratch = [...OBJECTS, podNamed('tmp', { emptyDir: true })]

interface Row {
  readonly name: string
  readonly actions: readonly Action[]
  readonly expected: string
  readonly by?: string
  readonly plan?: Partial<Plan>
  readonly rehearsal?: Partial<Rehearsal> | 'none'
  readonly objects?: readonly KubeObject[]
  readonly site?: Partial<Site>
  readonly approvals?: readonly Partial<Approval>[]
  readonly incident?: Pick<Incident, 'state'>
}

function patchOf(target: Extract<Action, { verb: 'patch' }>['target'], patch: object): Action {
  return { verb: 'patch', target, patchType: 'merge', patch: patch as never, undo: {} }
}

function judge(row: Row): { readonly text: string; readonly by: readonly string[] } {
  const plan = planOf(row.actions, row.plan)
  const gate = createGate({ bundle, clock: { now: () => NOW_MS }, site: () => createSite({ clusterId: 'c', ...row.site }) })
  const verdict = gate.judge({
    plan,
    ...(row.rehearsal === 'none' ? {} : { rehearsal: rehearsalOf(plan, row.rehearsal) }),
    view: viewOf(row.objects),
    approvals: (row.approvals ?? []).map((approval) => approvalOf(plan, { state: 'granted', ...approval })),
    ...(row.incident === undefined ? {} : { incident: { id: 'inc', ...row.incident } as Incident }),
  })
  return { text: textOf(verdict), by: verdict.reasons.map((reason) => reason.policy) }
}

function textOf(verdict: Verdict): string {
  if (verdict.decision !== 'ask') return verdict.decision
  return verdict.breakGlass ? 'ask break-glass' : `ask ${verdict.approvals}/${verdict.distinctTeams}`
}

describe('the verdict', () => {
  test.each<Row>([
    { name: 'a plan that only waits', actions: [{ verb: 'wait', until: { type: 'node-ready', target: worker }, timeoutMs: 1 }], expected: 'allow', by: 'read-always', rehearsal: 'none' },
    { name: 'restart', actions: [restart], expected: 'allow', by: 'rehearsed-change' },
    { name: 'restart, not rehearsed', actions: [restart], rehearsal: 'none', expected: 'deny', by: 'unrehearsed' },
    { name: 'restart, rehearsal failed', actions: [restart], rehearsal: { passed: false }, expected: 'deny', by: 'unrehearsed' },
    { name: 'restart, another plan was rehearsed', actions: [restart], rehearsal: { planHash: 'sha256:x' }, expected: 'deny', by: 'unrehearsed' },
    { name: 'drain, rehearsed 15 minutes ago', actions: [drain], rehearsal: { rehearsedAtMs: NOW_MS - 900_000 }, expected: 'allow', by: 'rehearsed-move' },
    { name: 'drain, rehearsed 16 minutes ago', actions: [drain], rehearsal: { rehearsedAtMs: NOW_MS - 960_000 }, expected: 'deny', by: 'default' },
    { name: 'drain, rehearsed in the future', actions: [drain], rehearsal: { rehearsedAtMs: NOW_MS + 60_000 }, expected: 'deny', by: 'default' },
    { name: 'scale a Deployment down', actions: [{ verb: 'scale', target: web, fromReplicas: 3, toReplicas: 2 }], expected: 'allow' },
    { name: 'scale a StatefulSet up', actions: [{ verb: 'scale', target: cart, fromReplicas: 3, toReplicas: 4 }], expected: 'allow' },
    { name: 'scale a StatefulSet down', actions: [{ verb: 'scale', target: cart, fromReplicas: 3, toReplicas: 2 }], expected: 'ask 2/2', by: 'data-loss-asks-two' },
    { name: 'scale down a StatefulSet while the plan claims to scale up', actions: [{ verb: 'scale', target: cart, fromReplicas: 1, toReplicas: 2 }], expected: 'ask 2/2' },
    { name: 'delete a node', actions: [deleteNode], expected: 'ask 1/1', by: 'delete-node-asks' },
    { name: 'drain, then delete a node', actions: [drain, deleteNode], expected: 'ask 1/1', by: 'delete-node-asks' },
    { name: 'delete a node, approved', actions: [deleteNode], approvals: [{ votes: [voteOf('ann')] }], expected: 'allow' },
    { name: 'delete a node, the approval is of another rehearsal', actions: [deleteNode], approvals: [{ votes: [voteOf('ann')], rehearsalId: 'reh-2' }], expected: 'ask 1/1' },
    { name: 'delete a node, the approval is of another plan', actions: [deleteNode], approvals: [{ votes: [voteOf('ann')], planHash: 'sha256:x' }], expected: 'ask 1/1' },
    { name: 'delete a node, the approval has expired', actions: [deleteNode], approvals: [{ votes: [voteOf('ann')], expiresAtMs: NOW_MS - 1 }], expected: 'ask 1/1' },
    { name: 'delete a node, approved by an agent', actions: [deleteNode], approvals: [{ votes: [voteOf('agent:helper')] }], expected: 'ask 1/1' },
    { name: 'delete a node, approved by the requester', actions: [deleteNode], approvals: [{ votes: [voteOf('Boyd')] }], expected: 'deny', by: 'four-eyes' },
    { name: 'a node with a volume on its own disk', actions: [deleteNode], objects: [...OBJECTS, localVolume()], expected: 'ask 2/2', by: 'data-loss-asks-two' },
    { name: 'drain that gives up emptyDir data', actions: [{ ...drain, deleteEmptyDirData: true }], objects: scratch, expected: 'ask 2/2' },
    { name: 'the same, two people of one team', actions: [{ ...drain, deleteEmptyDirData: true }], objects: scratch, approvals: [{ votes: [voteOf('ann', { teams: ['a'] }), voteOf('bob', { teams: ['a'] })] }], expected: 'ask 2/2' },
    { name: 'the same, two people of two teams', actions: [{ ...drain, deleteEmptyDirData: true }], objects: scratch, approvals: [{ votes: [voteOf('ann', { teams: ['a'] }), voteOf('bob', { teams: ['b'] })] }], expected: 'allow' },
    { name: 'the same, one person twice', actions: [{ ...drain, deleteEmptyDirData: true }], objects: scratch, approvals: [{ votes: [voteOf('ann', { teams: ['a'] }), voteOf('ANN', { teams: ['b'] })] }], expected: 'ask 2/2' },
    { name: 'remove a pod that its controller makes again', actions: [{ verb: 'delete-pod', target: pod }], expected: 'allow', by: 'rehearsed-removal' },
    { name: 'remove a pod that nothing makes again', actions: [{ verb: 'delete-pod', target: { ...pod, name: 'bare' } }], objects: [...OBJECTS, podNamed('bare', { owner: '' })], expected: 'ask 2/2' },
    { name: 'patch with observed values', actions: [patchOf(web, { spec: { replicas: 2 } })], expected: 'allow' },
    { name: 'patch with assumed values', actions: [patchOf(web, { spec: { replicas: 2 } })], plan: { values: 'assumed' }, expected: 'ask 1/1', by: 'assumed-values-ask' },
    { name: 'patch a Secret', actions: [patchOf({ apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'key' }, {})], approvals: [{ votes: [voteOf('ann'), voteOf('bob')] }], expected: 'deny', by: 'out-of-reach' },
    { name: 'make a claim larger', actions: [patchOf({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' }, { spec: { resources: { requests: { storage: '2Gi' } } } })], expected: 'ask 1/1', by: 'irreversible-asks' },
    { name: 'take a finalizer off a claim', actions: [patchOf({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' }, { metadata: { finalizers: null } })], expected: 'ask 2/2' },
    { name: 'patch a kind that nobody knows', actions: [patchOf({ apiVersion: 'example.com/v1', kind: 'Thing', namespace: 'shop', name: 'thing' }, {})], expected: 'ask 2/2' },
    { name: 'restart in kube-system', actions: [{ ...restart, target: coredns }], expected: 'deny', by: 'kube-system' },
    { name: 'restart in a namespace the site calls system', actions: [restart], site: { systemNamespaces: ['shop'] }, expected: 'deny', by: 'system-namespace' },
    { name: 'one good step and one in kube-system', actions: [restart, { ...restart, target: coredns }], expected: 'deny', by: 'kube-system' },
    { name: 'cordon a control-plane node', actions: [{ verb: 'cordon', target: { ...worker, name: 'control-1' } }], expected: 'deny', by: 'control-plane' },
    { name: 'during a freeze', actions: [restart], site: { freeze: true }, expected: 'ask break-glass', by: 'freeze' },
    { name: 'during a freeze, with an ordinary approval', actions: [restart], site: { freeze: true }, approvals: [{ votes: [voteOf('ann')] }], expected: 'ask break-glass' },
    { name: 'during a freeze, the glass broken', actions: [restart], site: { freeze: true }, approvals: [{ votes: [voteOf('ann')], breakGlass: true }], expected: 'allow' },
    { name: 'the kill switch', actions: [restart], site: { killSwitch: true }, approvals: [{ votes: [voteOf('ann'), voteOf('bob')] }], expected: 'deny', by: 'kill-switch' },
    { name: 'an agent that may only look', actions: [restart], site: { agent: { id: 'boyd', role: 'viewer' } }, expected: 'deny', by: 'viewer' },
    { name: 'a target that is not there', actions: [{ ...restart, target: { ...web, name: 'Web' } }], expected: 'deny', by: 'target-unknown' },
    { name: 'a target that was made again', actions: [{ ...restart, target: { ...web, uid: 'older' } }], expected: 'deny', by: 'target-unknown' },
    { name: 'a question is open', actions: [restart], plan: { needsInput: [{ name: 'n', question: 'Which?' }] }, expected: 'deny', by: 'needs-input' },
    { name: 'the incident is over', actions: [restart], incident: { state: 'resolved' }, expected: 'deny', by: 'incident-over' },
    { name: 'the incident is open', actions: [restart], incident: { state: 'working' }, expected: 'allow' },
    { name: 'a time zone that does not exist', actions: [restart], site: { timeZone: 'Moon/Crater' }, expected: 'deny', by: 'gate-failure' },
    { name: 'twenty-one pods of many', actions: [drain], objects: crowd(21, 100), expected: 'ask 1/1', by: 'blast-soft' },
    { name: 'more than half of many', actions: [drain], objects: crowd(60, 10), expected: 'deny', by: 'blast-hard' },
    { name: 'all pods of a tiny cluster', actions: [drain], objects: crowd(5, 0), expected: 'allow' },
  ])('$name: $expected', (row) => {
    proves('nothing-unauthorised.default-deny')
    const { text, by } = judge(row)
    expect(text).toBe(row.expected)
    expect(row.by === undefined || by.includes(row.by)).toBe(true)
  })

  test('an undo that is more than the step taken back is judged too', () => {
    const step = { id: '1', action: restart, reason: '', preconditions: [] }
    expect(judge({ name: '', actions: [], expected: '', plan: { steps: [{ ...step, undo: deleteNode }] } }).text).toBe('ask 1/1')
    const up: Action = { verb: 'scale', target: cart, fromReplicas: 3, toReplicas: 4 }
    expect(judge({ name: '', actions: [], expected: '', plan: { steps: [{ ...step, action: up, undo: { ...up, fromReplicas: 4, toReplicas: 3 } }] } }).text).toBe('allow')
    expect(judge({ name: '', actions: [], expected: '', plan: { steps: [{ ...step, action: up, undo: { ...up, fromReplicas: 4, toReplicas: 1 } }] } }).text).toBe('ask 2/2')
  })
})

function localVolume(): KubeObject {
  const terms = [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['worker-1'] }] }]
  return { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'disk' }, spec: { local: { path: '/d' }, nodeAffinity: { required: { nodeSelectorTerms: terms } } } }
}

/** So many pods on the node to be drained, and so many elsewhere. */
function crowd(here: number, elsewhere: number): KubeObject[] {
  const pods = (count: number, node: string): KubeObject[] => Array.from({ length: count }, (_, index) => podNamed(`${node}-${index}`, { node }))
  return [nodeNamed('worker-1'), nodeNamed('worker-2'), ...pods(here, 'worker-1'), ...pods(elsewhere, 'worker-2')]
}
