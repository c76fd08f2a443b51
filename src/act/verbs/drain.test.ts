import { describe, expect, test } from 'vitest'
import type { Cleared } from '../../model/clearance.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { planHash, type Plan, type Step } from '../../model/plan.ts'
import { proves } from '../../../test/requirements.ts'
import { applyStep } from '../act.ts'
import { smallCluster, type SmallCluster } from '../small-cluster.test-support.ts'

const node: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', uid: 'node-1' }, spec: {} }

function pod(name: string, options: { readonly owner?: string; readonly phase?: string; readonly emptyDir?: true; readonly mirror?: true } = {}): KubeObject {
  const { owner = 'ReplicaSet', phase = 'Running' } = options
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      ...(owner === '' ? {} : { ownerReferences: [{ apiVersion: 'apps/v1', kind: owner, name: 'o', uid: 'o', controller: true }] }),
      ...(options.mirror === true ? { annotations: { 'kubernetes.io/config.mirror': 'x' } } : {}),
    },
    spec: { nodeName: 'n1', ...(options.emptyDir === true ? { volumes: [{ name: 'tmp', emptyDir: {} }] } : {}) },
    status: { phase },
  }
}

function drain(small: SmallCluster, options: { readonly deleteEmptyDirData?: boolean; readonly timeoutMs?: number } = {}) {
  const step: Step = { id: '1', reason: '', preconditions: [], action: { verb: 'drain', target: { apiVersion: 'v1', kind: 'Node', name: 'n1' }, timeoutMs: 60_000, ...options } }
  const plan = { kind: 'plan', id: 'p', steps: [step] } as unknown as Plan
  const cleared = { kind: 'clearance', plan, planHash: planHash(plan), scope: 'live' } as Cleared<Plan>
  return applyStep({ cleared, step, cluster: small.cluster, clock: small.clock, evaluate: async (condition) => ({ condition, held: true, detail: '' }) })
}

describe('which pods a drain moves', () => {
  test.each([
    { name: 'a pod of a ReplicaSet', pods: [pod('a')], outcome: 'applied', evicted: ['a'] },
    { name: 'a pod of a DaemonSet stays', pods: [pod('a'), pod('ds', { owner: 'DaemonSet' })], outcome: 'applied', evicted: ['a'] },
    { name: 'a finished pod of a DaemonSet goes', pods: [pod('ds', { owner: 'DaemonSet', phase: 'Failed' })], outcome: 'applied', evicted: ['ds'] },
    { name: 'a mirror pod stays', pods: [pod('static', { owner: '', mirror: true })], outcome: 'applied', evicted: [] },
    { name: 'a bare pod stops it before anything is evicted', pods: [pod('a'), pod('bare', { owner: '' })], outcome: 'refused', evicted: [] },
    { name: 'a finished bare pod does not', pods: [pod('bare', { owner: '', phase: 'Succeeded' })], outcome: 'applied', evicted: ['bare'] },
    { name: 'emptyDir data stops it', pods: [pod('a'), pod('data', { emptyDir: true })], outcome: 'refused', evicted: [] },
    { name: 'emptyDir data, given up', pods: [pod('data', { emptyDir: true })], deleteEmptyDirData: true, outcome: 'applied', evicted: ['data'] },
    { name: 'emptyDir data of a finished pod', pods: [pod('data', { emptyDir: true, phase: 'Succeeded' })], outcome: 'applied', evicted: ['data'] },
    { name: 'a pod of another node is none of ours', pods: [pod('a'), { ...pod('far'), spec: { nodeName: 'n2' } }], outcome: 'applied', evicted: ['a'] },
  ])('$name', async ({ pods, outcome, evicted, ...options }) => {
    const small = smallCluster({ objects: [node, ...pods] })
    const effect = await drain(small, options.deleteEmptyDirData === undefined ? {} : { deleteEmptyDirData: options.deleteEmptyDirData })
    expect(effect.outcome).toBe(outcome)
    expect(small.sent).toEqual(['patch Node n1', ...evicted.map((name) => `evict Pod ${name}`)])
    expect(small.object({ apiVersion: 'v1', kind: 'Node', name: 'n1' })).toMatchObject({ spec: { unschedulable: true } })
  })
})

describe('budgets and time', () => {
  test('waits 5 s after each refusal, and counts the refusals', async () => {
    const small = smallCluster({ objects: [node, pod('a'), pod('b')], graceMs: 0 })
    small.blockedUntilMs.set('a', small.clock.now() + 12_000)
    const effect = await drain(small)
    expect(effect).toMatchObject({ outcome: 'applied', evictionsBlocked: 3 })
    expect(small.sent).toEqual(['patch Node n1', 'evict Pod b', 'evict Pod a'])
  })

  test('a budget that holds to the end is a refusal that names pod and budget; the pod is not forced out', async () => {
    proves('nothing-unauthorised.never-past-a-budget')
    const small = smallCluster({ objects: [node, pod('a'), pod('b')] })
    small.blockedUntilMs.set('a', Number.POSITIVE_INFINITY)
    const effect = await drain(small, { timeoutMs: 30_000 })
    expect(effect.outcome).toBe('refused')
    expect(effect.detail).toContain('Pod shop/a (budget cart allows 0 disruptions)')
    expect(effect.detail).not.toContain('shop/b')
    expect(effect.endedAtMs - effect.startedAtMs).toBe(30_000)
    expect(small.sent).toEqual(['patch Node n1', 'evict Pod b'])
  })

  test('a pod that does not go is a failure, not a refusal', async () => {
    const effect = await drain(smallCluster({ objects: [node, pod('a')], graceMs: 999_000 }), { timeoutMs: 30_000 })
    expect(effect).toMatchObject({ outcome: 'failed', fault: { code: 'timeout' } })
    expect(effect.detail).toContain('Pod shop/a')
  })

  test('a terminating pod is waited for and not evicted again', async () => {
    const small = smallCluster({ objects: [{ ...node, spec: { unschedulable: true } }, pod('a')], graceMs: 10_000 })
    await small.cluster.evict({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'a' })
    const effect = await drain(small)
    expect(effect).toMatchObject({ outcome: 'already', requests: 0 })
    expect(small.sent).toEqual(['evict Pod a'])
  })
})
