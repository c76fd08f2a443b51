import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import { scheduler } from './scheduler.ts'
import { aNode, aPod, createTestBed, type TestBed } from './test-bed.ts'

function bed(...objects: KubeObject[]): TestBed {
  return createTestBed({ controllers: [scheduler], objects })
}

const nodeOf = (testBed: TestBed, name: string): string | undefined => testBed.pod(name)?.spec?.nodeName

function refusalOf(testBed: TestBed, name: string): string | undefined {
  const pod = testBed.pod(name)
  return pod === undefined ? undefined : conditionOf(pod, 'PodScheduled')?.message
}

const reasonsIn = (message: string | undefined): string => (message ?? '').split(/\.( |$)/)[0] ?? ''

describe('a pod is placed', () => {
  test('on the only node that has room', () => {
    const testBed = bed(aNode('small', { cpu: '1' }), aNode('big', { cpu: '8' }), aPod('web', { cpu: '2' }))
    testBed.advance(1_000)
    expect(nodeOf(testBed, 'web')).toBe('big')
  })

  test('and its request is taken from the node at once', () => {
    const testBed = bed(aNode('one', { cpu: '2' }), aPod('first', { cpu: '1500m' }), aPod('second', { cpu: '1500m' }))
    testBed.advance(1_000)
    expect([nodeOf(testBed, 'first'), nodeOf(testBed, 'second')]).toEqual(['one', undefined])
  })

})

describe('the order of the queue', () => {
  test('goes by priority, then by arrival', () => {
    const containers = [{ name: 'main', resources: { requests: { cpu: '1' } } }]
    const testBed = bed(aNode('one', { cpu: '1' }), aPod('early', { cpu: '1' }), aPod('late', { cpu: '1' }), aPod('urgent', { spec: { priority: 10, containers } }))
    testBed.advance(1_000)
    expect([nodeOf(testBed, 'urgent'), nodeOf(testBed, 'early'), nodeOf(testBed, 'late')]).toEqual(['one', undefined, undefined])
    testBed.finish('urgent')
    testBed.advance(20_000)
    expect([nodeOf(testBed, 'early'), nodeOf(testBed, 'late')]).toEqual(['one', undefined])
  })
})

describe('a pod that fits nowhere', () => {
  const tainted = { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] }

  test.each([
    ['no room', [aNode('a', { cpu: '1' })], { cpu: '2' }, '0/1 nodes are available: 1 Insufficient cpu'],
    ['two reasons on one node', [aNode('a', { cpu: '1', memory: '1Gi' })], { cpu: '2', memory: '2Gi' }, '0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory'],
    ['no free slot', [aNode('a', { pods: '0' })], {}, '0/1 nodes are available: 1 Too many pods'],
    ['cordon', [aNode('a', { spec: { unschedulable: true } })], {}, '0/1 nodes are available: 1 node(s) were unschedulable'],
    ['taint', [aNode('a', { spec: tainted })], {}, '0/1 nodes are available: 1 node(s) had untolerated taint(s)'],
    ['selector', [aNode('a')], { spec: { nodeSelector: { disk: 'ssd' }, containers: [] } }, "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector"],
    [
      'counted and sorted as text',
      [aNode('a', { cpu: '1' }), aNode('b', { spec: { unschedulable: true } }), aNode('c', { cpu: '1' })],
      { cpu: '2' },
      '0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu',
    ],
  ])('says why: %s', (_name, nodes, pod, message) => {
    const testBed = bed(...nodes, aPod('web', pod))
    testBed.advance(1_000)
    expect(nodeOf(testBed, 'web')).toBeUndefined()
    expect(reasonsIn(refusalOf(testBed, 'web'))).toBe(message)
    const events = [...testBed.store.list('/Event')].map((event) => [event['reason'], reasonsIn(event['message'] as string)])
    expect(events).toEqual([['FailedScheduling', message]])
  })

  test('a pod for one named node is not looked at elsewhere, and the message says so', () => {
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }] } }
    const spec = { affinity: { nodeAffinity }, containers: [{ name: 'main', resources: { requests: { cpu: '2' } } }] }
    const testBed = bed(aNode('a', { cpu: '1' }), aNode('b'), aNode('c'), aPod('web', { spec }))
    testBed.advance(1_000)
    expect(reasonsIn(refusalOf(testBed, 'web'))).toBe("0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]")
  })

  test('says that there are no nodes at all', () => {
    const testBed = bed(aPod('web'))
    testBed.advance(1_000)
    expect(refusalOf(testBed, 'web')).toBe('no nodes available to schedule pods')
  })

  test('is tried again when what refused it changes, and not before', () => {
    const testBed = bed(aNode('a', { spec: { unschedulable: true } }), aPod('web'))
    testBed.advance(60_000)
    const attempts = (): unknown => [...testBed.store.list('/Event')].find((event) => event['reason'] === 'FailedScheduling')?.['count']
    expect(attempts()).toBe(1)
    testBed.store.put(aNode('a'))
    testBed.advance(100)
    expect(nodeOf(testBed, 'web')).toBe('a')
  })

  test('is tried again after five minutes even when nothing changed', () => {
    const testBed = bed(aNode('a', { cpu: '1' }), aPod('web', { cpu: '2' }))
    testBed.advance(310_000)
    expect([...testBed.store.list('/Event')].map((event) => event['count'])).toEqual([2])
  })
})

describe('pods that are not the scheduler’s', () => {
  test.each([
    ['another scheduler', { spec: { schedulerName: 'custom', containers: [] } }],
    ['scheduling gates', { spec: { schedulingGates: [{ name: 'wait' }], containers: [] } }],
    ['on its way out', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }],
    ['finished', { status: { phase: 'Succeeded' } }],
  ])('are left alone: %s', (_name, pod) => {
    const testBed = bed(aNode('a'), aPod('web', pod))
    testBed.advance(1_000)
    expect(nodeOf(testBed, 'web')).toBeUndefined()
    expect([...testBed.store.list('/Event')]).toEqual([])
  })

  test('a pod whose last gate is lifted is placed', () => {
    const testBed = bed(aNode('a'), aPod('web', { spec: { schedulingGates: [{ name: 'wait' }], containers: [] } }))
    testBed.advance(1_000)
    testBed.store.put(aPod('web', { spec: { schedulingGates: [], containers: [] } }))
    testBed.advance(1_000)
    expect(nodeOf(testBed, 'web')).toBe('a')
  })
})

describe('forks', () => {
  test('share nothing that either side writes later', () => {
    const testBed = bed(aNode('a', { cpu: '2' }), aPod('first', { cpu: '1' }))
    testBed.advance(1_000)
    const fork = testBed.fork(1)
    fork.store.put(aPod('second', { cpu: '1' }))
    fork.advance(1_000)
    expect(nodeOf(fork, 'second')).toBe('a')
    testBed.store.put(aPod('third', { cpu: '1' }))
    testBed.advance(1_000)
    expect(nodeOf(testBed, 'third')).toBe('a')
    expect(testBed.pod('second')).toBeUndefined()
  })

  test('the same seed gives the same run', () => {
    const run = (seed: number): (string | undefined)[] => {
      const nodes = Array.from({ length: 7 }, (_, index) => aNode(`node-${index}`))
      const pods = Array.from({ length: 30 }, (_, index) => aPod(`pod-${index}`, { cpu: '100m' }))
      const testBed = createTestBed({ controllers: [scheduler], objects: [...nodes, ...pods], seed })
      testBed.advance(5_000)
      return pods.map((pod) => nodeOf(testBed, pod.metadata.name ?? ''))
    }
    expect(run(7)).toEqual(run(7))
    expect(run(7)).not.toEqual(run(8))
    expect(run(7)).not.toContain(undefined)
  })
})
