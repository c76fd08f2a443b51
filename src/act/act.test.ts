import { describe, expect, test } from 'vitest'
import { proves } from '../../test/requirements.ts'
import { fault } from '../kernel/fault.ts'
import type { Cleared, Realm } from '../model/clearance.ts'
import type { Effect } from '../model/effect.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { templateDigest } from '../model/kube/revision.ts'
import { planHash, type Action, type Condition, type Plan, type Step } from '../model/plan.ts'
import { applyStep, undoStep } from './act.ts'
import { smallCluster, type SmallCluster, type SmallOptions } from './small-cluster.test-support.ts'

const node: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', uid: 'node-1' }, spec: {} }
const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'cart-a', namespace: 'shop', uid: 'pod-1', ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'cart-1', uid: 'rs-1', controller: true }] },
  spec: { nodeName: 'n1' },
}
const templateOf = (image: string) => ({ metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'app', image }] } })
const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'cart', namespace: 'shop', uid: 'dep-1', generation: 4, annotations: { 'deployment.kubernetes.io/revision': '2', note: 'new' } },
  spec: { replicas: 2, template: templateOf('cart:2') },
}
const replicaSet = (revision: string, image: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: `cart-${revision}`,
    namespace: 'shop',
    uid: `rs-${revision}`,
    annotations: { 'deployment.kubernetes.io/revision': revision, 'deployment.kubernetes.io/desired-replicas': '2' },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart', uid: 'dep-1', controller: true }],
  },
  spec: { template: { ...templateOf(image), metadata: { labels: { app: 'cart', 'pod-template-hash': revision } } } },
})
const statefulSet: KubeObject = { ...deployment, kind: 'StatefulSet', metadata: { name: 'db', namespace: 'shop', uid: 'sts-1' }, spec: { replicas: 2, template: templateOf('db:2') } }
const controllerRevision: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  metadata: { name: 'db-1', namespace: 'shop', ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'sts-1', controller: true }] },
  revision: 1,
  data: { spec: { template: { ...templateOf('db:1'), $patch: 'replace' } } },
}
const objects = [node, pod, deployment, replicaSet('1', 'cart:1'), replicaSet('2', 'cart:2'), statefulSet, controllerRevision]

const nodeTarget = { apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'node-1' }
const podTarget = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'cart-a', uid: 'pod-1' }
const deploymentTarget = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'dep-1' }
const databaseTarget = { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'shop', name: 'db', uid: 'sts-1' }
const rollBack: Action = { verb: 'roll-back', target: deploymentTarget, toRevision: '1', fromRevision: '2', templateDigest: templateDigest(templateOf('cart:1')) }

/** Every verb that changes something, what it sends, and the objects it needs. */
const VERBS: readonly { readonly action: Action; readonly sends: readonly string[]; readonly with?: readonly KubeObject[] }[] = [
  { action: { verb: 'cordon', target: nodeTarget }, sends: ['patch Node n1'] },
  { action: { verb: 'uncordon', target: nodeTarget }, sends: ['patch Node n1'], with: [{ ...node, spec: { unschedulable: true } }] },
  { action: { verb: 'drain', target: nodeTarget, timeoutMs: 60_000 }, sends: ['patch Node n1', 'evict Pod cart-a'] },
  { action: { verb: 'evict', target: podTarget, timeoutMs: 60_000 }, sends: ['evict Pod cart-a'] },
  { action: { verb: 'delete-pod', target: podTarget }, sends: ['remove Pod cart-a'] },
  { action: { verb: 'delete-node', target: nodeTarget }, sends: ['remove Node n1'] },
  { action: { verb: 'scale', target: deploymentTarget, fromReplicas: 2, toReplicas: 3 }, sends: ['patch Deployment cart'] },
  { action: rollBack, sends: ['patch Deployment cart'] },
  { action: { ...rollBack, target: databaseTarget, templateDigest: templateDigest(templateOf('db:1')) }, sends: ['patch StatefulSet db'] },
  { action: { verb: 'restart', target: deploymentTarget, restartedAt: '2026-01-01T00:00:00Z' }, sends: ['patch Deployment cart'] },
  { action: patchOf('merge', { spec: { minReadySeconds: 5 } }, { spec: { minReadySeconds: null } }), sends: ['patch Deployment cart'] },
  { action: patchOf('strategic', imagePatch('cart:3'), imagePatch('cart:2')), sends: ['patch Deployment cart'] },
  { action: patchOf('json', [{ op: 'replace', path: '/spec/replicas', value: 5 }], [{ op: 'replace', path: '/spec/replicas', value: 2 }]), sends: ['patch Deployment cart'] },
  {
    action: patchOf('json', [{ op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'side', image: 'side:1' } }], []),
    sends: ['patch Deployment cart'],
  },
  {
    action: patchOf('json', [{ op: 'test', path: '/spec/template/spec/containers/0/image', value: 'cart:2' }, { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'cart:3' }], []),
    sends: ['patch Deployment cart'],
  },
]

function patchOf(patchType: 'json' | 'merge' | 'strategic', patch: never | object, undo: object): Action {
  return { verb: 'patch', target: deploymentTarget, patchType, patch: patch as never, undo: undo as never }
}

function imagePatch(image: string): object {
  return { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } }
}

function planOf(action: Action, step: Partial<Step> = {}): Plan {
  return {
    kind: 'plan',
    id: 'p',
    goal: 'g',
    hazard: 'h',
    subject: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
    steps: [{ id: '1', action, reason: 'r', preconditions: [], ...step }],
    proof: [],
    risk: 'reversible',
    expectedEffect: 'e',
    needsInput: [],
    rationale: 'r',
    values: 'observed',
  }
}

function clearedFor(plan: Plan, scope: Realm = 'live'): Cleared<Plan> {
  return { kind: 'clearance', plan, planHash: planHash(plan), scope } as Cleared<Plan>
}

function run(small: SmallCluster, plan: Plan, options: { readonly held?: (condition: Condition) => boolean; readonly undo?: boolean } = {}): Promise<Effect> {
  const step = plan.steps[0] as Step
  const evaluate = async (condition: Condition) => ({ condition, held: options.held?.(condition) ?? true, detail: 'seen' })
  const perform = options.undo === true ? undoStep : applyStep
  return perform({ cleared: clearedFor(plan, small.cluster.realm), step, cluster: small.cluster, clock: small.clock, evaluate })
}

function clusterFor(row: { readonly with?: readonly KubeObject[] }, options: Partial<SmallOptions> = {}): SmallCluster {
  return smallCluster({ objects: [...objects, ...(row.with ?? [])], ...options })
}

const named = VERBS.map((row) => ({ ...row, name: `${row.action.verb} ${'patchType' in row.action ? JSON.stringify(row.action.patch).slice(0, 50) : 'target' in row.action ? row.action.target.kind : ''}` }))

describe('every verb', () => {
  test.each(named)('$name: sends what it must, and a second run sends nothing', async (row) => {
    const small = clusterFor(row)
    const first = await run(small, planOf(row.action))
    expect(first).toMatchObject({ outcome: 'applied', requests: row.sends.length })
    expect(small.sent).toEqual(row.sends)
    const second = await run(small, planOf(row.action))
    expect(second).toMatchObject({ outcome: 'already', requests: 0 })
    expect(small.sent).toEqual(row.sends)
  })

  test.each(named)('$name: killed after each request, and run again, sends nothing twice', async (row) => {
    for (let deadAt = 1; deadAt <= row.sends.length; deadAt += 1) {
      let left = deadAt
      const small = clusterFor(row, {
        answer: () => {
          left -= 1
          if (left === 0) throw new Error('killed')
        },
      })
      await expect(run(small, planOf(row.action))).rejects.toThrow('killed')
      const again = await run(small, planOf(row.action))
      expect(again.outcome).toBe(again.requests === 0 ? 'already' : 'applied')
      expect(small.sent).toEqual(row.sends)
    }
  })

  test.each(named)('$name: an answer that was lost does not lead to a second request', async (row) => {
    let first = true
    const small = clusterFor(row, {
      answer: () => {
        if (first) {
          first = false
          throw fault({ code: 'timeout', operation: 'test', message: 'no answer' })
        }
      },
    })
    expect(await run(small, planOf(row.action))).toMatchObject({ outcome: 'applied', requests: row.sends.length })
    expect(small.sent).toEqual(row.sends)
  })

  test.each(named.filter((row) => row.action.verb !== 'evict' && row.action.verb !== 'delete-pod' && row.action.verb !== 'delete-node'))(
    '$name: another object of the same name is refused',
    async (row) => {
      const small = clusterFor(row)
      const target = { ...(row.action as Extract<Action, { target: object }>).target, uid: 'another' }
      expect(await run(small, planOf({ ...row.action, target } as Action))).toMatchObject({ outcome: 'refused', requests: 0 })
    },
  )

  test.each(named)('$name: a check that says to go on without the target skips it, and nothing is sent', async (row) => {
    const small = smallCluster({ objects: [...objects, ...(row.with ?? [])] })
    const check: Condition = { type: 'expression', target: nodeTarget, name: 'no-users', expression: 'size(pods) == 0', otherwise: 'skip' }
    const skipped = await run(small, planOf(row.action, { preconditions: [check] }), { held: () => false })
    expect(skipped).toMatchObject({ outcome: 'skipped', requests: 0, detail: expect.stringContaining('no-users holds for Node n1: size(pods) == 0, but') })
    const stopped = await run(small, planOf(row.action, { preconditions: [{ ...check, otherwise: 'stop' }] }), { held: () => false })
    expect([stopped.outcome, small.sent]).toEqual(['refused', []])
  })

  test.each(named)('$name: a precondition that fails stops it before anything is sent', async (row) => {
    const small = clusterFor(row)
    const preconditions: Condition[] = [{ type: 'object-exists', target: nodeTarget }]
    const effect = await run(small, planOf(row.action, { preconditions }), { held: () => false })
    expect(effect).toMatchObject({ outcome: 'refused', requests: 0 })
    expect(effect.detail).toContain('precondition failed')
    expect(small.sent).toEqual([])
  })
})

describe('undo puts back what was', () => {
  const undoable = named.filter((row) => ['cordon', 'uncordon', 'scale'].includes(row.action.verb) || (row.action.verb === 'patch' && JSON.stringify(row.action.undo) !== '[]'))
  test.each(undoable)('$name', async (row) => {
    const small = clusterFor(row)
    const before = comparable(small, row.action)
    await run(small, planOf(row.action))
    expect(comparable(small, row.action)).not.toEqual(before)
    expect(await run(small, planOf(row.action), { undo: true })).toMatchObject({ outcome: 'applied' })
    expect(comparable(small, row.action)).toEqual(before)
  })

  test('a roll-back is undone to the revision before it', async () => {
    const small = clusterFor({})
    await run(small, planOf(rollBack))
    await run(small, planOf(rollBack), { undo: true })
    expect(small.object(deploymentTarget)).toMatchObject({ spec: { template: templateOf('cart:2') } })
  })

  test('what nothing takes back says so', async () => {
    const small = clusterFor({})
    expect(await run(small, planOf({ verb: 'delete-pod', target: podTarget }), { undo: true })).toMatchObject({ outcome: 'refused', requests: 0 })
  })

  test("the plan's own undo comes first", async () => {
    const small = clusterFor({})
    const plan = planOf({ verb: 'delete-pod', target: podTarget }, { undo: { verb: 'cordon', target: nodeTarget } })
    expect(await run(small, plan, { undo: true })).toMatchObject({ outcome: 'applied' })
    expect(small.sent).toEqual(['patch Node n1'])
  })
})

describe('identity', () => {
  const targets: Action[] = [
    { verb: 'delete-pod', target: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'cart-a' } },
    { verb: 'evict', target: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'cart-a' }, timeoutMs: 1_000 },
    { verb: 'delete-node', target: { apiVersion: 'v1', kind: 'Node', name: 'n1' } },
  ]
  test.each(targets)('$verb without a uid is refused on a live cluster and done on a twin', async (action) => {
    expect(await run(clusterFor({}), planOf(action))).toMatchObject({ outcome: 'refused', requests: 0 })
    expect(await run(clusterFor({}, { realm: 'twin', graceMs: 0 }), planOf(action))).toMatchObject({ outcome: 'applied' })
  })

  test('the successor of a deleted pod is left alone', async () => {
    const small = clusterFor({ with: [{ ...pod, metadata: { ...pod.metadata, uid: 'pod-2' } }] })
    expect(await run(small, planOf({ verb: 'delete-pod', target: podTarget }))).toMatchObject({ outcome: 'already', requests: 0 })
  })
})

describe('the clearance', () => {
  const plan = planOf({ verb: 'cordon', target: nodeTarget })
  const step = plan.steps[0] as Step
  const { cluster, clock } = clusterFor({})
  const evaluate = async (condition: Condition) => ({ condition, held: true, detail: '' })
  const cases = [
    { name: 'for a twin, on a live cluster', says: 'a clearance for twin is used on live', cleared: clearedFor(plan, 'twin'), step },
    { name: 'of another plan', says: 'the plan is the one that was cleared', cleared: { ...clearedFor(plan), planHash: 'sha256:other' } as Cleared<Plan>, step },
    { name: 'of a plan that was changed since', says: 'the plan is the one that was cleared', cleared: { ...clearedFor(plan), plan: { ...plan, goal: 'else' } } as Cleared<Plan>, step },
    { name: 'with a step that is not in the plan', says: 'step 1 belongs to the cleared plan', cleared: clearedFor(plan), step: { ...step, action: { verb: 'delete-node', target: nodeTarget } } as Step },
  ]
  test.each(cases)('$name: throws and sends nothing', async ({ cleared, step: other, says }) => {
    proves('nothing-unrehearsed.same-plan')
    proves('nothing-unauthorised.clearance-is-bound-to-its-realm')
    for (const perform of [applyStep, undoStep]) {
      await expect(perform({ cleared, step: other, cluster, clock, evaluate })).rejects.toThrow(says)
    }
    expect((await cluster.get(nodeTarget))?.['spec']).toEqual({})
  })
})

describe('scale, roll-back and patch against a cluster that moved', () => {
  test('somebody else scaled: refused', async () => {
    const small = clusterFor({ with: [{ ...deployment, spec: { ...(deployment['spec'] as object), replicas: 7 } }] })
    const effect = await run(small, planOf({ verb: 'scale', target: deploymentTarget, fromReplicas: 2, toReplicas: 3 }))
    expect(effect).toMatchObject({ outcome: 'refused', requests: 0 })
    expect(effect.detail).toContain('7 replicas')
  })

  test('the revision holds another template: refused', async () => {
    expect(await run(clusterFor({}), planOf({ ...rollBack, templateDigest: 'sha256:other' } as Action))).toMatchObject({ outcome: 'refused', requests: 0 })
  })

  test('the revision is no longer kept: refused', async () => {
    expect(await run(clusterFor({}), planOf({ ...rollBack, toRevision: '9' } as Action))).toMatchObject({ outcome: 'refused', requests: 0 })
  })

  test('a paused Deployment is not rolled back', async () => {
    const small = clusterFor({ with: [{ ...deployment, spec: { ...(deployment['spec'] as object), paused: true } }] })
    expect(await run(small, planOf(rollBack))).toMatchObject({ outcome: 'refused', requests: 0 })
  })

  test('a roll-back leaves the template hash out, and copies annotations as kubectl does', async () => {
    const small = clusterFor({})
    await run(small, planOf(rollBack))
    const after = small.object(deploymentTarget)
    expect(after?.['spec']).toMatchObject({ template: templateOf('cart:1') })
    expect(JSON.stringify(after)).not.toContain('pod-template-hash')
    expect(after?.metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '2' })
  })

  test('a dry run that is refused ends the step before anything is sent', async () => {
    const small = clusterFor({}, { dryRun: 'refused' })
    expect(await run(small, planOf({ verb: 'scale', target: deploymentTarget, fromReplicas: 2, toReplicas: 3 }))).toMatchObject({ outcome: 'refused', requests: 0 })
    expect(await run(small, planOf(patchOf('merge', { spec: { minReadySeconds: 5 } }, {})))).toMatchObject({ outcome: 'refused', requests: 0 })
  })

  test.each(named.filter((row) => row.sends[0]?.startsWith('patch Deployment')))('$name: without dry runs it is still done once', async (row) => {
    const small = clusterFor(row, { dryRun: 'unsupported' })
    expect(await run(small, planOf(row.action))).toMatchObject({ outcome: 'applied' })
    expect(await run(small, planOf(row.action))).toMatchObject({ outcome: 'already', requests: 0 })
  })

  test('a patch that removes an array position needs a test in it', async () => {
    const remove = { op: 'remove', path: '/spec/template/spec/containers/0' }
    expect(await run(clusterFor({}), planOf(patchOf('json', [remove], [])))).toMatchObject({ outcome: 'refused', requests: 0 })
    const tested = [{ op: 'test', path: '/spec/template/spec/containers/0/name', value: 'app' }, remove]
    expect(await run(clusterFor({}), planOf(patchOf('json', tested, [])))).toMatchObject({ outcome: 'applied' })
  })

  test('a fault that does not heal comes back as data', async () => {
    const small = clusterFor({}, { answer: () => { throw fault({ code: 'forbidden', operation: 'kubernetes patch', message: 'no' }) } })
    const effect = await run(small, planOf({ verb: 'cordon', target: nodeTarget }))
    expect(effect).toMatchObject({ outcome: 'failed', fault: { code: 'forbidden' } })
  })
})

describe('wait', () => {
  const until: Condition = { type: 'node-ready', target: nodeTarget }
  test.each([
    { name: 'holds at once', after: 0, outcome: 'already' },
    { name: 'comes true', after: 3, outcome: 'applied' },
    { name: 'never', after: 1_000, outcome: 'failed' },
  ])('$name: $outcome', async ({ after, outcome }) => {
    let looks = 0
    const effect = await run(clusterFor({}), planOf({ verb: 'wait', until, timeoutMs: 20_000 }), { held: () => looks++ >= after })
    expect(effect).toMatchObject({ outcome, requests: 0 })
    expect(effect.endedAtMs - effect.startedAtMs).toBeLessThanOrEqual(20_000)
  })
})

function comparable(small: SmallCluster, action: Action): unknown {
  const object = action.verb === 'wait' ? undefined : small.object(action.target)
  return object?.['spec']
}
