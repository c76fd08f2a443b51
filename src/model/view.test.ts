import { describe, expect, test } from 'vitest'
import type { KubeObject } from './kube-object.ts'
import type { PodObject } from './kube/workload.ts'
import { createSnapshot, DEFAULT_CLUSTER_VERSION, type ContainerLog } from './snapshot.ts'
import { createView, type View } from './view.ts'

const NOW_MS = Date.UTC(2026, 5, 1, 3)

function object(apiVersion: string, kind: string, name: string, parts: { readonly owner?: KubeObject; readonly namespace?: string; readonly uid?: string; readonly [field: string]: unknown } = {}): KubeObject {
  const { owner, namespace = 'shop', uid = `uid-${name}`, ...rest } = parts
  const ownerReferences = owner === undefined ? [] : [{ apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name ?? '', uid: owner.metadata.uid ?? '', controller: true }]
  return { apiVersion, kind, metadata: { name, uid, ...(namespace === '' ? {} : { namespace }), ownerReferences }, ...rest }
}

const deployment = object('apps/v1', 'Deployment', 'web')
const replicaSet = object('apps/v1', 'ReplicaSet', 'web-1', { owner: deployment })
const pods = ['web-1-a', 'web-1-b'].map((name, index) => object('v1', 'Pod', name, { owner: replicaSet, spec: { nodeName: `n${index}` } }) as PodObject)
const stray = object('v1', 'Pod', 'stray', { namespace: 'other', spec: { nodeName: 'n0' } })
const node = object('v1', 'Node', 'n0', { namespace: '' })

function viewOf(objects: readonly KubeObject[], logs: readonly ContainerLog[] = []): View {
  return createView(createSnapshot({ takenAtMs: NOW_MS, clusterVersion: DEFAULT_CLUSTER_VERSION, clusterId: 'c', resourceVersion: '1', objects, logs, notes: [] }))
}

const names = (objects: readonly KubeObject[]): string[] => objects.map(({ metadata }) => metadata.name ?? '')
const view = viewOf([deployment, replicaSet, ...pods, stray, node])

describe('finding', () => {
  test.each([
    { name: 'by reference', found: view.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }), want: deployment },
    { name: 'in another version of its group', found: view.get({ apiVersion: 'apps/v1beta2', kind: 'Deployment', namespace: 'shop', name: 'web' }), want: deployment },
    { name: 'not in another group', found: view.get({ apiVersion: 'v1', kind: 'Deployment', namespace: 'shop', name: 'web' }), want: undefined },
    { name: 'not in another namespace', found: view.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'other', name: 'web' }), want: undefined },
    { name: 'without a namespace', found: view.get({ apiVersion: 'v1', kind: 'Node', name: 'n0' }), want: node },
    { name: 'by uid', found: view.byUid('uid-web-1'), want: replicaSet },
    { name: 'no uid is nobody’s', found: view.byUid(''), want: undefined },
  ])('$name', ({ found, want }) => {
    expect(found).toBe(want)
  })

  test('lists by kind, and by namespace', () => {
    expect([names(view.list('', 'Pod')), names(view.list('', 'Pod', 'other')), names(view.list('', 'Pod', 'none')), names(view.list('batch', 'Pod'))]).toEqual([['stray', 'web-1-a', 'web-1-b'], ['stray'], [], []])
    expect([names(view.podsOn('n0')), names(view.podsOn('n9'))]).toEqual([['stray', 'web-1-a'], []])
  })
})

describe('owners', () => {
  test('up and down the chain', () => {
    expect(names(view.ownersOf(pods[0] as PodObject))).toEqual(['web-1', 'web'])
    expect([view.rootOf(pods[1] as PodObject), view.rootOf(stray)]).toEqual([deployment, stray])
    expect([names(view.podsOf(deployment)), names(view.podsOf(pods[0] as PodObject)), names(view.ownedBy(deployment))]).toEqual([['web-1-a', 'web-1-b'], ['web-1-a'], ['web-1']])
  })

  test.each([
    { name: 'an owner that was made anew is another object', now: { ...deployment, metadata: { ...deployment.metadata, uid: 'uid-new' } }, root: 'web-1', owned: [] },
    { name: 'manifests without uids are joined by name', now: { ...deployment, metadata: { name: 'web', namespace: 'shop' } }, root: 'web', owned: ['web-1'] },
  ])('$name', ({ now, root, owned }) => {
    const view = viewOf([now, replicaSet, ...pods])
    expect([view.rootOf(pods[0] as PodObject).metadata.name, names(view.ownedBy(now))]).toEqual([root, owned])
  })

  test('objects that own each other end the chain, not the program', () => {
    const one = object('v1', 'Thing', 'one')
    const two = object('v1', 'Thing', 'two', { owner: one })
    const view = viewOf([object('v1', 'Thing', 'one', { owner: two }), two])
    expect(names(view.ownersOf(two))).toEqual(['one', 'two'])
  })
})

describe('events', () => {
  const about = { kind: 'Pod', namespace: 'shop', name: 'web-1-a', uid: 'uid-web-1-a' }
  const core = object('v1', 'Event', 'e1', { type: 'Warning', reason: 'BackOff', message: 'again', count: 4, firstTimestamp: '2026-06-01T02:00:00Z', lastTimestamp: '2026-06-01T02:30:00Z', involvedObject: about })
  const newer = object('events.k8s.io/v1', 'Event', 'e2', { reason: 'Killing', note: 'stopping', eventTime: '2026-06-01T02:10:00.5Z', series: { count: 7, lastObservedTime: '2026-06-01T02:50:00Z' }, regarding: about })
  const formerPod = object('v1', 'Event', 'e3', { reason: 'Old', involvedObject: { ...about, uid: 'uid-before' } })
  const nodeEvent = object('v1', 'Event', 'e4', { reason: 'NodeNotReady', involvedObject: { kind: 'Node', name: 'n0', uid: 'n0' } })
  const view = viewOf([core, newer, formerPod, nodeEvent, node, ...pods])

  test('both APIs read the same, newest first', () => {
    expect(view.eventsFor(pods[0] as PodObject).map(({ type, reason, message, count, firstMs, lastMs }) => ({ type, reason, message, count, firstMs, lastMs }))).toEqual([
      { type: 'Normal', reason: 'Killing', message: 'stopping', count: 7, firstMs: Date.UTC(2026, 5, 1, 2, 10) + 500, lastMs: Date.UTC(2026, 5, 1, 2, 50) },
      { type: 'Warning', reason: 'BackOff', message: 'again', count: 4, firstMs: Date.UTC(2026, 5, 1, 2), lastMs: Date.UTC(2026, 5, 1, 2, 30) },
    ])
  })

  test('a node’s events name it where the uid belongs', () => {
    expect(view.eventsFor(node).map(({ reason }) => reason)).toEqual(['NodeNotReady'])
    expect(view.events).toHaveLength(4)
  })
})

test('logs by container, the run before apart', () => {
  const log = (container: string, previous: boolean): ContainerLog => ({ namespace: 'shop', pod: 'web-1-a', container, previous, text: `${container} ${previous}` })
  const view = viewOf(pods, [log('app', false), log('app', true)])
  const [pod] = pods as [PodObject, PodObject]
  expect([view.log(pod, 'app'), view.log(pod, 'app', { previous: true }), view.log(pod, 'sidecar')]).toEqual(['app false', 'app true', undefined])
})

test('now is when the snapshot was taken, unless said', () => {
  expect([view.nowMs, createView(view.snapshot, { nowMs: 5 }).nowMs]).toEqual([NOW_MS, 5])
})
