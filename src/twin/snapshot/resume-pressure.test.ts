/** Nodes that were short of something when the snapshot was taken: who goes, and how long they say so. */

import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { conditionOf, isPod } from '../../model/kube/workload.ts'
import { twinFromSnapshot, type TwinFromSnapshot } from '../from-snapshot.ts'
import { podTemplate, testTwin } from '../test-twin.ts'

const pod = (name: string, more: object = {}, container: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' }, spec: { ...(podTemplate(name, { image: `${name}:1`, ...container }) as { spec: object }).spec, ...more } })
const requests = (name: string, amount: string): object => ({ resources: { requests: { [name]: amount } } })

interface Seen {
  readonly condition: 'DiskPressure' | 'MemoryPressure' | 'PIDPressure'
  readonly event?: { readonly resource: string; readonly secondsAgo: number; readonly count?: number }
  readonly ready?: 'False'
  readonly evicted?: { readonly message: string }
  readonly metrics?: readonly KubeObject[]
}

/** One node with a pod that asks for nothing, one that asks for much, and one that is critical. */
function seen(given: Seen): TwinFromSnapshot {
  const { event, evicted, metrics = [] } = given
  const objects = [pod('idle'), pod('sized', {}, requests('memory', '1Gi')), pod('vital', { priorityClassName: 'system-node-critical' })]
  const origin = testTwin({ nodes: 1, objects: [...objects, ...(evicted === undefined ? [] : [pod('gone')])] })
  origin.advance(60_000)
  const taken = origin.snapshot()
  const agoText = (seconds: number): string => new Date(taken.takenAtMs - seconds * 1000).toISOString()
  const said = event === undefined ? [] : [{ apiVersion: 'v1', kind: 'Event', metadata: { name: 'node-1.short', namespace: 'default' }, involvedObject: { kind: 'Node', name: 'node-1' }, reason: 'EvictionThresholdMet', message: `Attempting to reclaim ${event.resource}`, count: event.count ?? 3, lastTimestamp: agoText(event.secondsAgo) } as unknown as KubeObject]
  const snapshot: Snapshot = { ...taken, objects: [...taken.objects.map((object) => withLack(object, given)), ...said, ...metrics] }
  return twinFromSnapshot({ snapshot, seed: 1 })
}

function withLack(object: KubeObject, { condition, ready, evicted }: Seen): KubeObject {
  const status = object['status'] as { readonly conditions?: readonly { readonly type: string }[] } | undefined
  if (object.kind === 'Pod' && object.metadata.name === 'gone') return { ...object, status: { ...status, phase: 'Failed', reason: 'Evicted', ...evicted } } as KubeObject
  if (object.kind !== 'Node') return object
  const conditions = (status?.conditions ?? []).map((one) => (one.type === condition ? { ...one, status: 'True' } : one.type === 'Ready' && ready !== undefined ? { ...one, status: ready } : one))
  return { ...object, status: { ...status, conditions } } as KubeObject
}

const evictedIn = ({ twin }: TwinFromSnapshot): string[] => [...twin.store.list('/Pod', 'shop')].filter(isPod).filter(({ status, metadata }) => status?.reason === 'Evicted' && metadata.name !== 'gone').map(({ metadata }) => metadata.name ?? '').sort()
const reports = ({ twin }: TwinFromSnapshot, condition: string): string | undefined => conditionOf(twin.store.get({ apiVersion: 'v1', kind: 'Node', name: 'node-1' }) as KubeObject, condition)?.status as string | undefined
const usage = (bytes: string): KubeObject => ({ apiVersion: 'metrics.k8s.io/v1beta1', kind: 'NodeMetrics', metadata: { name: 'node-1' }, usage: { memory: bytes } }) as unknown as KubeObject
const podUsage = (name: string, bytes: string): KubeObject => ({ apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics', metadata: { name, namespace: 'shop' }, containers: [{ name: 'main', usage: { memory: bytes } }] }) as unknown as KubeObject

describe('a node that was short of something', () => {
  test.each<[string, Seen, { readonly evicted: readonly string[]; readonly after10m: string }]>([
    ['of disk, at its last look', { condition: 'DiskPressure', event: { resource: 'ephemeral-storage', secondsAgo: 8 } }, { evicted: ['idle', 'sized'], after10m: 'True' }],
    ['of inodes, at its last look', { condition: 'DiskPressure', event: { resource: 'inodes', secondsAgo: 8 } }, { evicted: ['idle', 'sized'], after10m: 'True' }],
    ['of memory, at its last look', { condition: 'MemoryPressure', event: { resource: 'memory', secondsAgo: 8 } }, { evicted: ['idle', 'sized'], after10m: 'True' }],
    ['of memory, which a pod holds', { condition: 'MemoryPressure', event: { resource: 'memory', secondsAgo: 8 }, metrics: [podUsage('idle', '2Gi')] }, { evicted: ['idle'], after10m: 'False' }],
    ['of memory by more than a pod holds', { condition: 'MemoryPressure', event: { resource: 'memory', secondsAgo: 8 }, evicted: { message: 'The node was low on resource: memory. Threshold quantity: 3Gi, available: 50Mi. ' }, metrics: [podUsage('idle', '2Gi')] }, { evicted: ['idle', 'sized'], after10m: 'True' }],
    ['by its metrics', { condition: 'MemoryPressure', event: { resource: 'memory', secondsAgo: 120 }, metrics: [usage('16330Mi'), podUsage('idle', '2Gi')] }, { evicted: ['idle'], after10m: 'False' }],
    ['and is not any more', { condition: 'DiskPressure', event: { resource: 'ephemeral-storage', secondsAgo: 120 } }, { evicted: [], after10m: 'False' }],
    ['as no event says', { condition: 'DiskPressure' }, { evicted: [], after10m: 'True' }],
    ['as an event of another resource says', { condition: 'DiskPressure', event: { resource: 'memory', secondsAgo: 8 } }, { evicted: [], after10m: 'True' }],
    ['so often that not every event is written', { condition: 'DiskPressure', event: { resource: 'ephemeral-storage', secondsAgo: 120, count: 26 } }, { evicted: [], after10m: 'True' }],
    ['and is not ready', { condition: 'DiskPressure', ready: 'False', event: { resource: 'ephemeral-storage', secondsAgo: 8 } }, { evicted: [], after10m: 'True' }],
  ])('%s', (_, given, { evicted, after10m }) => {
    const started = seen(given)
    started.twin.advance(120_000)
    expect(evictedIn(started)).toEqual(evicted)
    expect(reports(started, given.condition)).toBe('True')
    started.twin.advance(480_000)
    expect(evictedIn(started)).toEqual(evicted)
    expect(reports(started, given.condition)).toBe(after10m)
  })

  test('ends one pod after another', () => {
    const started = seen({ condition: 'DiskPressure', event: { resource: 'ephemeral-storage', secondsAgo: 8 } })
    const history = Array.from({ length: 40 }, () => {
      started.twin.advance(1_000)
      return evictedIn(started).length
    })
    expect(history).toEqual([...history].sort())
    expect(new Set(history)).toEqual(new Set([0, 1, 2]))
  })

  test.each<[Seen, RegExp]>([
    [{ condition: 'DiskPressure', event: { resource: 'ephemeral-storage', secondsAgo: 8 } }, /Node node-1 was short of ephemeral-storage at its last look \(EvictionThresholdMet\): it is assumed to lack a little and to end one pod after another/],
    [{ condition: 'MemoryPressure', event: { resource: 'memory', secondsAgo: 8 }, evicted: { message: 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. ' } }, /is assumed to lack 50Mi /],
    [{ condition: 'DiskPressure', event: { resource: 'ephemeral-storage', secondsAgo: 120 } }, /reports DiskPressure and has not been short for 120 s/],
    [{ condition: 'MemoryPressure' }, /reports MemoryPressure: it is assumed to stay, and nobody else to be evicted/],
  ])('and says so: $condition $event', (given, said) => expect(seen(given).assumptions.join('\n')).toMatch(said))
})
