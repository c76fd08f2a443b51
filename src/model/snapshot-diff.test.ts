import { assert, jsonValue, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonEqual } from '../kernel/json.ts'
import type { KubeObject } from './kube-object.ts'
import { createSnapshot, DEFAULT_CLUSTER_VERSION, type Snapshot } from './snapshot.ts'
import { diffSnapshots, fieldChanges } from './snapshot-diff.ts'

const snapshotOf = (...objects: readonly KubeObject[]): Snapshot => createSnapshot({ takenAtMs: 0, clusterVersion: DEFAULT_CLUSTER_VERSION, clusterId: 'c', resourceVersion: '1', objects, logs: [], notes: [] })
const thing = (kind: string, name: string, more: object = {}): KubeObject => ({ apiVersion: 'v1', kind, metadata: { name, namespace: 'shop', uid: name }, ...more }) as KubeObject
const container = (name: string, image: string): object => ({ name, image })

describe('which fields', () => {
  test.each<[string, unknown, unknown, readonly unknown[]]>([
    ['nothing', { a: 1 }, { a: 1 }, []],
    ['a value', { spec: { replicas: 3 } }, { spec: { replicas: 5 } }, [{ path: 'spec.replicas', before: 3, after: 5 }]],
    ['a field that came', { spec: {} }, { spec: { paused: true } }, [{ path: 'spec.paused', after: true }]],
    ['a field that went', { spec: { paused: true } }, { spec: {} }, [{ path: 'spec.paused', before: true }]],
    ['a key with dots', { labels: { 'app.kubernetes.io/name': 'a' } }, { labels: { 'app.kubernetes.io/name': 'b' } }, [{ path: 'labels["app.kubernetes.io/name"]', before: 'a', after: 'b' }]],
    ['one container of two, whatever stands before it', { containers: [container('a', 'x:1'), container('b', 'y:1')] }, { containers: [container('new', 'z:1'), container('a', 'x:1'), container('b', 'y:2')] }, [{ path: 'containers[name=b].image', before: 'y:1', after: 'y:2' }, { path: 'containers[name=new]', after: { name: 'new', image: 'z:1' } }]],
    ['an order', { env: [{ name: 'A' }, { name: 'B' }] }, { env: [{ name: 'B' }, { name: 'A' }] }, [{ path: 'env (order)', before: ['A', 'B'], after: ['B', 'A'] }]],
    ['names that are there twice', { env: [{ name: 'A', value: '1' }, { name: 'A' }] }, { env: [{ name: 'A' }] }, [{ path: 'env', before: [{ name: 'A', value: '1' }, { name: 'A' }], after: [{ name: 'A' }] }]],
    ['a plain list', { args: ['a'] }, { args: ['a', 'b'] }, [{ path: 'args', before: ['a'], after: ['a', 'b'] }]],
    ['another type', { port: 80 }, { port: 'http' }, [{ path: 'port', before: 80, after: 'http' }]],
  ])('%s', (_, before, after, changes) => {
    expect(fieldChanges(before, after)).toEqual(changes)
  })

  test('there is a change exactly where two values differ', () => {
    assert(property(jsonValue(), jsonValue(), (left, right) => {
      expect(fieldChanges(left, right).length === 0).toBe(jsonEqual(left, right))
    }))
  })
})

describe('which objects', () => {
  const before = snapshotOf(thing('Service', 'kept'), thing('Service', 'gone'), thing('Pod', 'same', { spec: { nodeName: 'a' } }), thing('Event', 'e'))
  test('came, went, changed; by the same name again is said', () => {
    const after = snapshotOf(thing('Service', 'kept'), thing('Service', 'new'), { ...thing('Pod', 'same', { spec: { nodeName: 'b' } }), metadata: { name: 'same', namespace: 'shop', uid: 'other' } })
    expect(diffSnapshots(before, after, { all: false }).objects).toEqual([
      { change: 'changed', apiVersion: 'v1', object: { kind: 'Pod', namespace: 'shop', name: 'same' }, replaced: true, fields: [{ path: 'spec.nodeName', before: 'a', after: 'b' }] },
      { change: 'removed', apiVersion: 'v1', object: { kind: 'Service', namespace: 'shop', name: 'gone' }, fields: [] },
      { change: 'added', apiVersion: 'v1', object: { kind: 'Service', namespace: 'shop', name: 'new' }, fields: [] },
    ])
  })

  test('what is written all the time is counted, and shown where all is asked for', () => {
    const beating = (at: string, version: string): KubeObject => ({ ...thing('Node', 'n'), metadata: { name: 'n', resourceVersion: version }, status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: at }] } })
    const [first, second] = [snapshotOf(beating('1', '5'), thing('Event', 'a')), snapshotOf(beating('2', '6'), thing('Event', 'b'))]
    expect(diffSnapshots(first, second, { all: false })).toEqual({ objects: [], leftOut: 3 })
    expect(diffSnapshots(first, second, { all: true }).objects.flatMap(({ change, object: { kind }, fields }) => [`${change} ${kind}`, ...fields.map(({ path }) => path)])).toEqual([
      'removed Event', 'added Event', 'changed Node', 'metadata.resourceVersion', 'status.conditions[type=Ready].lastHeartbeatTime',
    ])
  })

  test('of one namespace', () => {
    const elsewhere = { ...thing('Service', 'x'), metadata: { name: 'x', namespace: 'depot' } }
    expect(diffSnapshots(before, snapshotOf(elsewhere), { all: false, namespace: 'depot' }).objects).toHaveLength(1)
  })
})
