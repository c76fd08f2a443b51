import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import { scheduler } from './scheduler.ts'
import { aNode, aPod, createTestBed, type TestBed } from './test-bed.ts'

const cpu = (amount: string): object[] => [{ name: 'main', resources: { requests: { cpu: amount } } }]

function running(name: string, nodeName: string, options: { priority?: number; cpu?: string; startTime?: string; labels?: Record<string, string> } = {}): KubeObject {
  const { priority = 0, startTime = '2025-12-31T00:00:00Z', labels = {} } = options
  return aPod(name, { labels, spec: { nodeName, priority, containers: cpu(options.cpu ?? '1') }, status: { phase: 'Running', startTime } })
}

const urgent = (amount: string, spec: object = {}): KubeObject => aPod('urgent', { spec: { priority: 1000, containers: cpu(amount), ...spec } })

function bed(...objects: KubeObject[]): TestBed {
  const testBed = createTestBed({ controllers: [scheduler], objects })
  testBed.advance(1_000)
  return testBed
}

const leaving = (testBed: TestBed): string[] =>
  Array.from(testBed.store.list('/Pod'))
    .filter((pod) => pod.metadata.deletionTimestamp !== undefined)
    .map((pod) => pod.metadata.name ?? '')
    .sort()

const budgetFor = (app: string, allowed: number): KubeObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: app, namespace: 'shop' },
  spec: { selector: { matchLabels: { app } } },
  status: { disruptionsAllowed: allowed },
})

describe('an urgent pod that fits nowhere', () => {
  test('is promised a node, waits for its victims to end, and gets it', () => {
    const testBed = bed(aNode('a', { cpu: '2' }), running('low', 'a', { cpu: '2' }), urgent('1'))
    expect(testBed.pod('urgent')?.status?.nominatedNodeName).toBe('a')
    expect(conditionOf(testBed.pod('low') as KubeObject, 'DisruptionTarget')?.reason).toBe('PreemptionByScheduler')
    expect(testBed.pod('urgent')?.spec?.nodeName).toBeUndefined()
    testBed.finish('low')
    testBed.advance(1_000)
    expect(testBed.pod('urgent')?.spec?.nodeName).toBe('a')
  })

  test('takes no more than it needs: the least important and the youngest go', () => {
    const testBed = bed(
      aNode('a', { cpu: '3' }),
      running('old', 'a', { startTime: '2025-12-30T00:00:00Z' }),
      running('young', 'a', { startTime: '2025-12-31T00:00:00Z' }),
      running('middle', 'a', { priority: 5 }),
      urgent('1'),
    )
    expect(leaving(testBed)).toEqual(['young'])
  })

  test.each<[string, KubeObject[], string[]]>([
    ['the node whose budgets are spared', [running('guarded', 'a', { labels: { app: 'web' } }), running('free', 'b', { labels: { app: 'other' } }), budgetFor('web', 0)], ['free']],
    ['the node with the least important victim', [running('five', 'a', { priority: 5 }), running('three', 'b', { priority: 3 })], ['three']],
    ['the node with the younger victim', [running('old', 'a', { startTime: '2025-12-30T00:00:00Z' }), running('young', 'b', { startTime: '2025-12-31T00:00:00Z' })], ['young']],
    ['a budget does not protect when there is no other way', [running('x', 'a', { labels: { app: 'web' } }), running('y', 'b', { priority: 2000 }), budgetFor('web', 0)], ['x']],
  ])('chooses %s', (_name, pods, victims) => {
    expect(leaving(bed(aNode('a', { cpu: '1' }), aNode('b', { cpu: '1' }), ...pods, urgent('1')))).toEqual(victims)
  })

  test.each<[string, KubeObject[], string]>([
    ['no lesser pods', [running('peer', 'a', { priority: 1000 }), urgent('1')], '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.'],
    ['a request larger than the node', [running('low', 'a'), urgent('9')], '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.'],
    ['preemptionPolicy Never', [running('low', 'a'), urgent('1', { preemptionPolicy: 'Never' })], '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.'],
  ])('harms nobody in vain and says why: %s', (_name, pods, message) => {
    const testBed = bed(aNode('a', { cpu: '1' }), ...pods)
    expect(leaving(testBed)).toEqual([])
    expect(conditionOf(testBed.pod('urgent') as KubeObject, 'PodScheduled')?.message).toBe(message)
  })

  test('asks no second time while its victims end', () => {
    const testBed = bed(aNode('a', { cpu: '2' }), running('low', 'a', { cpu: '2' }), urgent('1'), aNode('b', { cpu: '1' }), running('other', 'b', { priority: 900 }))
    testBed.store.put(aNode('b', { cpu: '1', labels: { changed: 'yes' }, pods: '109' }))
    testBed.advance(5_000)
    expect(leaving(testBed)).toEqual(['low'])
  })

  test('the promised room is kept from lesser pods', () => {
    const testBed = bed(aNode('a', { cpu: '2' }), running('low', 'a', { cpu: '2' }), urgent('2'))
    testBed.store.put(aPod('small', { spec: { priority: 1, containers: cpu('1') } }))
    testBed.finish('low')
    testBed.advance(2_000)
    expect([testBed.pod('urgent')?.spec?.nodeName, testBed.pod('small')?.spec?.nodeName]).toEqual(['a', undefined])
  })

  test('anti-affinity to a lesser pod is a reason to take its place', () => {
    const avoid = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'noisy' } } }] } }
    expect(leaving(bed(aNode('a'), running('noisy', 'a', { labels: { app: 'noisy' } }), running('quiet', 'a'), urgent('1', { affinity: avoid })))).toEqual(['noisy'])
  })
})
