import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import type { Budget } from '../disruption-budget.ts'
import { aPod, createTestBed, START_MS, type TestBed } from '../scheduler/test-bed.ts'
import { toKubeTime } from '../../kernel/clock.ts'
import { disruption } from './disruption.ts'

const READY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
const UNREADY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] }

function workload(kind: string, name: string, options: { apiVersion?: string; replicas?: number; owner?: object } = {}): KubeObject {
  const { apiVersion = 'apps/v1', replicas, owner } = options
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, ...(owner === undefined ? {} : { ownerReferences: [owner] }) },
    spec: replicas === undefined ? {} : { replicas },
  } as KubeObject
}

const ownedBy = (kind: string, name: string, apiVersion = 'apps/v1'): { ownerReferences: object[] } => ({
  ownerReferences: [{ apiVersion, kind, name, uid: `uid-${name}`, controller: true }],
})

function pods(count: number, options: { ready?: number; metadata?: object } = {}): KubeObject[] {
  const { ready = count, metadata = {} } = options
  return Array.from({ length: count }, (_, index) => aPod(`web-${index}`, { labels: { app: 'web' }, status: index < ready ? READY : UNREADY, metadata: { name: `web-${index}`, namespace: 'shop', uid: `uid-${index}`, labels: { app: 'web' }, ...metadata } }))
}

function budget(spec: object, status?: object): KubeObject {
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web', namespace: 'shop', uid: 'uid-pdb', generation: 1 }, spec: { selector: { matchLabels: { app: 'web' } }, ...spec }, ...(status === undefined ? {} : { status }) }
}

function bed(...objects: KubeObject[]): TestBed {
  const testBed = createTestBed({ controllers: [disruption], objects })
  testBed.advance(1_000)
  return testBed
}

function statusIn(testBed: TestBed): Budget['status'] {
  return (testBed.store.byKey('policy/PodDisruptionBudget|shop|web') as Budget).status
}

function figures(testBed: TestBed): readonly (number | undefined)[] {
  const status = statusIn(testBed)
  return [status?.expectedPods, status?.desiredHealthy, status?.currentHealthy, status?.disruptionsAllowed]
}

const deployment = [workload('Deployment', 'web', { replicas: 10 }), workload('ReplicaSet', 'web-1', { replicas: 10, owner: ownedBy('Deployment', 'web').ownerReferences[0] as object })]
const byReplicaSet = { metadata: ownedBy('ReplicaSet', 'web-1') }

describe('the status of a budget: expected, desired, healthy, allowed', () => {
  test.each<[string, object, KubeObject[], number[]]>([
    ['a number is of the pods there are', { minAvailable: 2 }, pods(3), [3, 2, 3, 1]],
    ['unready pods are not healthy', { minAvailable: 2 }, pods(3, { ready: 1 }), [3, 2, 1, 0]],
    ['no pods, nothing allowed', { minAvailable: 0 }, [], [0, 0, 0, 0]],
    ['a percentage is of the desired scale and rounds up', { minAvailable: '75%' }, [...deployment, ...pods(4, byReplicaSet)], [10, 8, 4, 0]],
    ['maxUnavailable in percent rounds up too', { maxUnavailable: '25%' }, [...deployment, ...pods(10, byReplicaSet)], [10, 7, 10, 3]],
    ['maxUnavailable as a number', { maxUnavailable: 1 }, [...deployment, ...pods(10, byReplicaSet)], [10, 9, 10, 1]],
    ['maxUnavailable above the scale', { maxUnavailable: 20 }, [...deployment, ...pods(10, byReplicaSet)], [10, 0, 10, 10]],
    ['a ReplicaSet without its Deployment counts itself', { maxUnavailable: 1 }, [workload('ReplicaSet', 'web-1', { replicas: 5 }), ...pods(5, byReplicaSet)], [5, 4, 5, 1]],
    ['a StatefulSet', { minAvailable: '50%' }, [workload('StatefulSet', 'web', { replicas: 3 }), ...pods(3, { metadata: ownedBy('StatefulSet', 'web') })], [3, 2, 3, 1]],
    ['pods without a controller are left out of percentages', { maxUnavailable: 1 }, pods(3), [0, 0, 3, 0]],
  ])('%s', (_name, spec, objects, expected) => {
    expect(figures(bed(budget(spec), ...objects))).toEqual(expected)
  })

  test('an absent selector means no pod, an empty one all', () => {
    expect(figures(bed(budget({ minAvailable: 1, selector: undefined }), ...pods(3)))[0]).toBe(0)
    expect(figures(bed(budget({ minAvailable: 1, selector: {} }), ...pods(3)))[0]).toBe(3)
  })

  test.each([
    ['DaemonSet', 'apps/v1', 'daemonsets.apps does not implement the scale subresource'],
    ['Job', 'batch/v1', 'jobs.batch does not implement the scale subresource'],
    ['Unknown', 'example.org/v1', 'no matches for kind "Unknown" in version "example.org/v1"'],
  ])('a %s has no scale: the budget is closed and says so', (kind, apiVersion, message) => {
    const testBed = bed(budget({ maxUnavailable: 1 }), workload(kind, 'web', { apiVersion }), ...pods(2, { metadata: ownedBy(kind, 'web', apiVersion) }))
    expect(statusIn(testBed)).toMatchObject({ disruptionsAllowed: 0, conditions: [{ status: 'False', reason: 'SyncFailed', message }] })
  })

  test('once the pods that could not be counted are gone, the budget says so no more', () => {
    const testBed = bed(budget({ maxUnavailable: 0 }), workload('DaemonSet', 'web'), ...pods(1, { metadata: ownedBy('DaemonSet', 'web', 'apps/v1') }))
    testBed.store.drop({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-0' })
    testBed.advance(100)
    expect(statusIn(testBed)).toMatchObject({ expectedPods: 0, conditions: [{ status: 'False', reason: 'InsufficientPods', message: '' }] })
  })

  test('a custom resource counts through the scale its definition declares', () => {
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'rollouts.example.org' },
      spec: { group: 'example.org', names: { kind: 'Rollout', plural: 'rollouts' }, versions: [{ name: 'v1', subresources: { scale: { specReplicasPath: '.spec.replicas' } } }] },
    }
    const owner = workload('Rollout', 'web', { apiVersion: 'example.org/v1', replicas: 4 })
    expect(figures(bed(definition, owner, budget({ maxUnavailable: 1 }), ...pods(4, { metadata: ownedBy('Rollout', 'web', 'example.org/v1') })))).toEqual([4, 3, 4, 1])
  })
})

describe('evictions under way', () => {
  const spent = { currentHealthy: 3, desiredHealthy: 2, expectedPods: 3, disruptionsAllowed: 0, observedGeneration: 1, disruptedPods: { 'web-0': toKubeTime(START_MS) } }

  test('a pod about to go is not healthy for two minutes, then counts again', () => {
    const testBed = bed(...pods(3), budget({ minAvailable: 2 }, spent))
    expect(figures(testBed)).toEqual([3, 2, 2, 0])
    testBed.advance(118_000)
    expect(figures(testBed)).toEqual([3, 2, 2, 0])
    testBed.advance(2_000)
    expect(figures(testBed)).toEqual([3, 2, 3, 1])
    expect(statusIn(testBed)?.disruptedPods).toBeUndefined()
  })

  test('the entry goes once the deletion is seen', () => {
    const testBed = bed(...pods(3), budget({ minAvailable: 2 }, spent))
    const [gone] = pods(1, { metadata: { deletionTimestamp: toKubeTime(START_MS + 30_000) } }) as [KubeObject]
    testBed.store.put(gone)
    testBed.advance(100)
    expect([statusIn(testBed)?.disruptedPods, ...figures(testBed)]).toEqual([undefined, 3, 2, 2, 0])
  })

  test('the mark on a pod that was to go and did not is taken back', () => {
    const mark = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', lastTransitionTime: toKubeTime(START_MS) }
    const testBed = bed(aPod('web-0', { status: { phase: 'Running', conditions: [mark] } }))
    testBed.advance(118_000)
    expect(conditionOf(testBed.pod('web-0') as KubeObject, 'DisruptionTarget')?.status).toBe('True')
    testBed.advance(2_000)
    expect(conditionOf(testBed.pod('web-0') as KubeObject, 'DisruptionTarget')?.status).toBe('False')
  })
})
