import { describe, expect, test } from 'vitest'
import { proves } from '../../test/requirements.ts'
import type { Approval } from '../model/approval.ts'
import type { Incident } from '../model/incident.ts'
import type { Action, Plan } from '../model/plan.ts'
import type { Rehearsal } from '../model/rehearsal.ts'
import type { Verdict } from '../model/verdict.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { AutonomyLevel } from '../model/playbook.ts'
import type { ErrorBudgetReading, GateFacts } from '../ports/gate-facts.ts'
import { approvalOf, calmFacts, nodeNamed, NOW_MS, OBJECTS, planOf, podNamed, POLICIES_FOLDER, rehearsalOf, viewOf, voteOf } from './examples.test-support.ts'
import { decide } from './decide.ts'
import { requestOfExample } from './fact-schema.ts'
import { createGate } from './gate.ts'
import { loadPolicies } from './load-policies.ts'
import { createSite, type Site } from './site.ts'
import { carriedPreconditions, withSitePreconditions } from './site-preconditions.ts'
import { targetFacts } from './target-facts.ts'

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
  readonly facts?: Partial<GateFacts>
  readonly says?: string
}

function patchOf(target: Extract<Action, { verb: 'patch' }>['target'], patch: object): Action {
  return { verb: 'patch', target, patchType: 'merge', patch: patch as never, undo: {} }
}

async function judge(row: Row): Promise<{ readonly text: string; readonly by: readonly string[]; readonly reasons: string }> {
  const plan = planOf(row.actions, row.plan)
  const gate = createGate({ bundle, clock: { now: () => NOW_MS }, site: () => createSite({ clusterId: 'c', ...row.site }), facts: calmFacts(row.facts) })
  const verdict = await gate.judge({
    plan,
    ...(row.rehearsal === 'none' ? {} : { rehearsal: rehearsalOf(plan, row.rehearsal) }),
    view: viewOf(row.objects),
    approvals: (row.approvals ?? []).map((approval) => approvalOf(plan, { state: 'granted', ...approval })),
    ...(row.incident === undefined ? {} : { incident: { id: 'inc', ...row.incident } as Incident }),
  })
  return { text: textOf(verdict), by: verdict.reasons.map((reason) => reason.policy), reasons: verdict.reasons.map((reason) => reason.text).join('; ') }
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
    { name: 'drain by force of pods that come back', actions: [{ ...drain, force: true }], expected: 'allow' },
    { name: 'drain by force of a pod that nothing makes again', actions: [{ ...drain, force: true }], objects: [...OBJECTS, podNamed('bare', { owner: '' })], expected: 'ask 2/2', by: 'data-loss-asks-two' },
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
    { name: 'a value that was withheld would be written', actions: [{ verb: 'patch', target: restart.target, patchType: 'merge', patch: { spec: { password: '⟦secret:password:abcd⟧' } }, undo: {} }], expected: 'deny', by: 'redacted-value' },
    { name: 'a question is open', actions: [restart], plan: { needsInput: [{ name: 'n', question: 'Which?' }] }, expected: 'deny', by: 'needs-input' },
    { name: 'the incident is over', actions: [restart], incident: { state: 'resolved' }, expected: 'deny', by: 'incident-over' },
    { name: 'the incident is open', actions: [restart], incident: { state: 'working' }, expected: 'allow' },
    { name: 'a time zone that does not exist', actions: [restart], site: { timeZone: 'Moon/Crater' }, expected: 'deny', by: 'gate-failure' },
    { name: 'the freeze says which it is', actions: [restart], site: { freeze: true, freezeDetail: '"Sale" until Monday' }, expected: 'ask break-glass', says: '"Sale" until Monday' },
    { name: 'no error budget is left', actions: [restart], facts: budget({ type: 'known', leftPct: 0.4, detail: '0.4 % is left' }), expected: 'ask 1/1', by: 'error-budget', says: '0.4 % is left' },
    { name: 'no error budget is left, and a person approved', actions: [restart], facts: budget({ type: 'known', leftPct: 0, detail: '' }), approvals: [{ votes: [voteOf('ann')] }], expected: 'allow' },
    { name: 'the error budget cannot be read', actions: [restart], facts: budget({ type: 'unknown', detail: 'Prometheus at http://p: no answer in 5 s' }), expected: 'ask 1/1', by: 'error-budget', says: 'no answer in 5 s' },
    { name: 'enough error budget is left', actions: [restart], facts: budget({ type: 'known', leftPct: 1, detail: '' }), expected: 'allow' },
    { name: 'the source of the error budget breaks', actions: [restart], facts: { errorBudget: () => Promise.reject(new Error('broken')) }, expected: 'deny', by: 'gate-failure' },
    { name: 'a playbook that must ask', actions: [restart], facts: playbook('approve'), expected: 'ask 1/1', by: 'playbook-asks', says: 'it failed' },
    { name: 'a playbook that may only suggest', actions: [restart], facts: playbook('suggest'), approvals: [{ votes: [voteOf('ann')] }], expected: 'deny', by: 'playbook-may-act' },
    { name: 'the record of playbooks does not answer', actions: [restart], facts: { playbook: () => Promise.reject(new Error('no database')) }, expected: 'deny', by: 'gate-failure', says: 'no database' },
    { name: 'data of staging is lost', actions: [{ verb: 'scale', target: cart, fromReplicas: 3, toReplicas: 2 }], site: { environment: 'Staging' }, expected: 'ask 1/1', by: 'data-loss-asks' },
    { name: 'data of an environment nobody listed', actions: [{ verb: 'scale', target: cart, fromReplicas: 3, toReplicas: 2 }], site: { environment: 'blue' }, expected: 'ask 2/2', by: 'data-loss-asks-two' },
    { name: 'data of a staging namespace in a production cluster', actions: [{ verb: 'scale', target: cart, fromReplicas: 3, toReplicas: 2 }], site: { targets: [{ namespaces: ['sh*'], environment: 'staging' }] }, expected: 'ask 1/1' },
    { name: 'an environment in capitals in the settings', actions: [restart], site: { targets: [{ environment: 'Staging' }] }, expected: 'deny', by: 'incomplete-request' },
    { name: 'twenty-one pods of many', actions: [drain], objects: crowd(21, 100), expected: 'ask 1/1', by: 'blast-soft' },
    { name: 'more than half of many', actions: [drain], objects: crowd(60, 10), expected: 'deny', by: 'blast-hard' },
    { name: 'all pods of a tiny cluster', actions: [drain], objects: crowd(5, 0), expected: 'allow' },
  ])('$name: $expected', async (row) => {
    proves('nothing-unauthorised.default-deny')
    const { text, by, reasons } = await judge(row)
    expect(text).toBe(row.expected)
    expect(row.by === undefined || by.includes(row.by)).toBe(true)
    expect(reasons).toContain(row.says ?? '')
  })

  test('an undo that is more than the step taken back is judged too', async () => {
    const step = { id: '1', action: restart, reason: '', preconditions: [] }
    expect((await judge({ name: '', actions: [], expected: '', plan: { steps: [{ ...step, undo: deleteNode }] } })).text).toBe('ask 1/1')
    const up: Action = { verb: 'scale', target: cart, fromReplicas: 3, toReplicas: 4 }
    expect((await judge({ name: '', actions: [], expected: '', plan: { steps: [{ ...step, action: up, undo: { ...up, fromReplicas: 4, toReplicas: 3 } }] } })).text).toBe('allow')
    expect((await judge({ name: '', actions: [], expected: '', plan: { steps: [{ ...step, action: up, undo: { ...up, fromReplicas: 4, toReplicas: 1 } }] } })).text).toBe('ask 2/2')
  })
})

function budget(reading: ErrorBudgetReading): Partial<GateFacts> {
  return { errorBudget: () => Promise.resolve(reading) }
}

function playbook(level: AutonomyLevel): Partial<GateFacts> {
  return { playbook: () => Promise.resolve({ level, recentFailures: 1, detail: 'it failed' }) }
}

function localVolume(): KubeObject {
  const terms = [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['worker-1'] }] }]
  return { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'disk' }, spec: { local: { path: '/d' }, nodeAffinity: { required: { nodeSelectorTerms: terms } } } }
}

/** So many pods on the node to be drained, and so many elsewhere. */
function crowd(here: number, elsewhere: number): KubeObject[] {
  const pods = (count: number, node: string): KubeObject[] => Array.from({ length: count }, (_, index) => podNamed(`${node}-${index}`, { node }))
  return [nodeNamed('worker-1'), nodeNamed('worker-2'), ...pods(here, 'worker-1'), ...pods(elsewhere, 'worker-2')]
}

describe('the facts about a target', () => {
  const labelled = (labels: Record<string, string>): KubeObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop', labels } })
  const site = createSite({ clusterId: 'c', targets: [{ matchLabels: { tier: 'gold' }, tier: '1', dataClass: 'restricted' }, { namespaces: ['shop'], tier: '2' }, { namespaces: ['shop'], environment: 'staging' }] })
  test.each([
    { name: 'the first rule that states a word gives it', object: labelled({ tier: 'gold' }), facts: { tier: '1', dataClass: 'restricted', environment: 'staging', production: false } },
    { name: 'no rule: unknown', object: { ...labelled({}), metadata: { name: 'web', namespace: 'other' } }, facts: { tier: 'unknown', dataClass: 'unknown', environment: 'production', production: true, managedBy: 'none', gitOps: false } },
    { name: 'a label of the namespace counts', object: labelled({}), others: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { tier: 'gold' } } }], facts: { tier: '1' } },
    { name: 'synced from Git', object: labelled({ 'argocd.argoproj.io/instance': 'shop' }), facts: { managedBy: 'argo-cd', gitOps: true } },
  ])('$name', ({ object, others = [], facts }) => {
    expect(targetFacts(object, viewOf([object, ...others]), site)).toMatchObject(facts)
  })
})

describe('what is kept of a judgement', () => {
  const night = { id: 'night', title: 't', effect: 'forbid', facts: ['localHour'], layer: 'team', file: 'f', line: 1, text: 'forbid (principal, action in Boyd::Action::"mutate", resource) when { context.localHour < 6 } unless { context.approvals.count >= 1 };', obligation: 'approval' } as const
  const trial = { ...bundle, digest: 'trial', shadow: [night] }
  const judgeWith = (hour: number) => {
    const gate = createGate({ bundle: trial, clock: { now: () => NOW_MS - 3 * 3_600_000 + hour * 3_600_000 }, site: () => createSite({ clusterId: 'c' }), facts: calmFacts() })
    const plan = planOf([restart])
    return gate.judge({ plan, rehearsal: rehearsalOf(plan, { rehearsedAtMs: NOW_MS - 3 * 3_600_000 + hour * 3_600_000 - 1_000 }), view: viewOf() })
  }

  test('a policy on trial changes nothing and is reported', async () => {
    expect(await judgeWith(3)).toMatchObject({ decision: 'allow', shadow: [{ policy: 'night', stepId: '1', from: 'allow', to: 'ask 1' }] })
    expect((await judgeWith(7)).shadow).toBeUndefined()
  })

  test('what was asked can be asked again, and gives the same', async () => {
    const { requests } = await judgeWith(3)
    const request = requestOfExample(requests?.[0]?.request as never, { given: {} })
    expect(decide(request as never, bundle)).toEqual({ type: 'allow', by: ['rehearsed-change'] })
    expect(requests?.[0]).toMatchObject({ stepId: '1', request: { action: 'restart', localHour: 3, resource: { kind: 'Deployment', name: 'web' } } })
  })
})

describe('the operator’s own checks', () => {
  const site = createSite({ clusterId: 'c', preconditions: [{ name: 'no-users', expression: 'size(pods) == 0', otherwise: 'skip', verbs: ['drain'] }] })

  test('are put on the steps that they are about, once, and policy sees them', () => {
    const plan = withSitePreconditions(planOf([drain, restart]), site, viewOf())
    expect(plan.steps.map((step) => step.preconditions)).toEqual([[{ type: 'expression', target: worker, name: 'no-users', expression: 'size(pods) == 0', otherwise: 'skip' }], []])
    expect(withSitePreconditions(plan, site, viewOf())).toEqual(plan)
    expect(plan.steps.map((step) => carriedPreconditions(step, site))).toEqual([['no-users'], []])
  })

  test('a step that claims one with another expression, or about another object, does not carry it', () => {
    const claim = (parts: object) => ({ ...planOf([drain]).steps[0], preconditions: [{ type: 'expression', target: worker, name: 'no-users', expression: 'true', otherwise: 'skip', ...parts }] }) as never
    expect(carriedPreconditions(claim({}), site)).toEqual([])
    expect(carriedPreconditions(claim({ expression: 'size(pods) == 0', target: { ...worker, name: 'worker-2' } }), site)).toEqual([])
    expect(carriedPreconditions(claim({ expression: 'size(pods) == 0' }), site)).toEqual(['no-users'])
  })
})

test('a site that cannot be read lets nothing stand, and nothing be judged', async () => {
  const gate = createGate({ bundle, clock: { now: () => NOW_MS }, site: () => Promise.reject(new Error('the disk is gone')), facts: calmFacts() })
  const plan = planOf([restart])
  const verdict = await gate.judge({ plan, rehearsal: rehearsalOf(plan), view: viewOf() })
  expect(verdict).toMatchObject({ decision: 'deny', reasons: [{ policy: 'gate-failure', text: expect.stringContaining('the disk is gone') }] })
  expect(await gate.whyFallen({ verdict })).toBe('the site cannot be read: the disk is gone')
})
