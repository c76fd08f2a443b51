import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { isReady, isTerminating, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import type { Twin } from '../twin.ts'
import { inShop, podsOf, podTemplate, setContainer, testNode, testTwin } from '../test-twin.ts'
import { excessOn, limitsOf, rolloutStep } from './daemon-set/rolling-update.ts'

const NOW_MS = Date.parse('2026-03-01T12:00:00Z')
const rolling = (rollingUpdate: object, more: object = {}): KubeObject => ({ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'agent' } }, template: podTemplate('agent'), updateStrategy: { type: 'RollingUpdate', rollingUpdate }, ...more } })
const SURGE = { maxSurge: 1, maxUnavailable: 0 }

describe('what a DaemonSet may spend', () => {
  test.each([
    [{}, 10, { surge: 0, unavailable: 1 }],
    [{ maxUnavailable: '25%' }, 10, { surge: 0, unavailable: 3 }],
    [{ maxSurge: '25%', maxUnavailable: 0 }, 10, { surge: 3, unavailable: 0 }],
    [{ maxSurge: '1%', maxUnavailable: 0 }, 4, { surge: 1, unavailable: 0 }],
    [{ maxSurge: 0, maxUnavailable: 0 }, 4, { surge: 0, unavailable: 1 }],
  ])('%o over %d nodes: %o', (spec, desired, limits) => {
    expect(limitsOf(rolling(spec) as never, desired)).toEqual(limits)
  })
})

/** A pod as `<o|n><+|->`: of the old or the new revision, ready for ten seconds or not. */
function pod(node: string, text: string): PodObject {
  const conditions = [{ type: 'Ready', status: text.includes('+') ? 'True' : 'False', lastTransitionTime: new Date(NOW_MS - 10_000).toISOString() }]
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: `${node}${text}`, labels: { 'controller-revision-hash': text.startsWith('n') ? 'new' : 'old' } }, status: { phase: 'Running', conditions } } as never
}

function rollout(spec: object, cluster: Readonly<Record<string, string>>, minReadySeconds = 0) {
  const names = Object.keys(cluster)
  const nodes = names.map((name) => (name.startsWith('x') ? { ...testNode(name), spec: { taints: [{ key: 'gone', effect: 'NoSchedule' }] } } : testNode(name))) as NodeObject[]
  const living = new Map(names.flatMap((name) => (cluster[name] === '' ? [] : [[name, (cluster[name] ?? '').split(' ').map((text) => pod(name, text))] as const])))
  return rolloutStep({ set: rolling(spec, { minReadySeconds }) as never, hash: 'new', nodes, living, nowMs: NOW_MS })
}

describe('the next step of an update with a surge of one', () => {
  test.each([
    ['takes turns', { a: 'o+', b: 'o+' }, 0, { toDelete: [], toSurge: ['a'] }],
    ['waits for the new pod', { a: 'o+ n-', b: 'o+' }, 0, { toDelete: [], toSurge: [] }],
    ['waits until the new pod was ready long enough', { a: 'o+ n+', b: 'n+' }, 30, { toDelete: [], toSurge: [] }],
    ['removes the old pod beside an available new one, and goes on', { a: 'o+ n+', b: 'o+' }, 0, { toDelete: ['ao+'], toSurge: ['b'] }],
    ['serves every node whose old pod does not work at once', { a: 'o-', b: 'o-', c: 'o+' }, 0, { toDelete: [], toSurge: ['a', 'b', 'c'] }],
    ['leaves a crowded node to the placement, and counts it', { a: 'o+ o+', b: 'o+' }, 0, { toDelete: [], toSurge: [] }],
    ['keeps a working pod where none should run until others suffice', { x: 'o+', b: 'n-' }, 0, { toDelete: [], toSurge: [] }],
    ['removes it once they do', { x: 'o+', b: 'n+' }, 0, { toDelete: ['xo+'], toSurge: [] }],
    ['removes a broken pod where none should run', { x: 'o-', b: 'n-' }, 0, { toDelete: ['xo-'], toSurge: [] }],
    ['leaves an empty node to the placement', { a: '', b: 'o+' }, 0, { toDelete: [], toSurge: ['b'] }],
  ])('%s', (_, cluster, minReadySeconds, { toDelete, toSurge }) => {
    const step = rollout(SURGE, cluster as never, minReadySeconds)
    expect({ toDelete: step.toDelete.map(({ metadata }) => metadata.name), toSurge: step.toSurge }).toEqual({ toDelete, toSurge })
  })
})

describe('the next step without a surge', () => {
  test.each([
    ['one at a time', { a: 'o+', b: 'o+' }, ['ao+']],
    ['nothing while a new pod is not ready', { a: 'n-', b: 'o+' }, []],
    ['broken old pods beyond the budget', { a: 'o-', b: 'o-', c: 'o+' }, ['ao-', 'bo-']],
    ['nothing while a node is empty', { a: '', b: 'o+' }, []],
  ])('%s', (_, cluster, toDelete) => {
    const step = rollout({ maxUnavailable: 1 }, cluster as never)
    expect(step.toDelete.map(({ metadata }) => metadata.name)).toEqual(toDelete)
    expect(step.toSurge).toEqual([])
  })
})

describe('pods that are one too many on a node', () => {
  test.each([
    ['with a surge both stay while the new one is not ready', SURGE, 'o+ n-', []],
    ['with a surge the old one goes when it is not ready', SURGE, 'o- n-', ['o-']],
    ['with a surge the old one goes when the new one is available', SURGE, 'o+ n+', ['o+']],
    ['with a surge the younger of one revision goes', SURGE, 'o+ o-', ['o-']],
    ['without one all but the oldest go', {}, 'o+ n+', ['n+']],
  ])('%s', (_, spec, pods, gone) => {
    const running = pods.split(' ').map((text) => pod('', text))
    expect(excessOn(running, { set: rolling(spec) as never, hash: 'new', nowMs: NOW_MS }).map(({ metadata }) => metadata.name)).toEqual(gone)
  })
})

describe('a DaemonSet with a surge', () => {
  const WORLD = { images: [{ image: 'app:1' }, { image: 'app:2', startSeconds: 20 }, { image: 'bad:1', serves: [] }] }
  const template = podTemplate('agent', { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } })
  const start = (): Twin => {
    const twin = testTwin({ objects: [rolling(SURGE, { template, minReadySeconds: 5 })], nodes: 3, world: WORLD })
    twin.advance(30_000)
    return twin
  }
  const readyOf = (twin: Twin): PodObject[] => podsOf(twin, 'agent').filter((candidate) => isReady(candidate) && !isTerminating(candidate))

  test('updates every node without a gap, one beside the other', () => {
    const twin = start()
    setContainer(twin, 'DaemonSet', 'agent', { path: 'image', value: 'app:2' })
    let most = 0
    for (let step = 0; step < 1_500; step += 1) {
      twin.advance(100)
      expect(new Set(readyOf(twin).map(({ spec }) => spec?.nodeName)).size).toBe(3)
      most = Math.max(most, podsOf(twin, 'agent').filter((candidate) => !isTerminating(candidate)).length)
    }
    expect(most).toBe(4)
    expect(podsOf(twin, 'agent').map(({ spec }) => spec?.containers[0]?.image)).toEqual(['app:2', 'app:2', 'app:2'])
    expect(inShop(twin, 'DaemonSet', 'agent').status).toMatchObject({ updatedNumberScheduled: 3, numberAvailable: 3, currentNumberScheduled: 3 })
  })

  test('that goes to a broken revision stops beside the first pod, and loses nothing', () => {
    const twin = start()
    setContainer(twin, 'DaemonSet', 'agent', { path: 'image', value: 'bad:1' })
    twin.advance(300_000)
    expect(readyOf(twin).map(({ spec }) => spec?.containers[0]?.image)).toEqual(['app:1', 'app:1', 'app:1'])
    expect(podsOf(twin, 'agent').length).toBe(4)
    expect(inShop(twin, 'DaemonSet', 'agent').status).toMatchObject({ numberAvailable: 3 })
    expect(inShop(twin, 'DaemonSet', 'agent').status).not.toHaveProperty('updatedNumberScheduled')
  })
})

test('a taint that lets the pod stay is not counted until the set looks again, as upstream', () => {
  const twin = testTwin({ nodes: 2, objects: [rolling({})] })
  twin.advance(20_000)
  const counted = (): unknown => (inShop(twin, 'DaemonSet', 'agent') as { readonly status?: { readonly desiredNumberScheduled?: number; readonly numberMisscheduled?: number } }).status
  twin.api.patch({ apiVersion: 'v1', kind: 'Node', name: 'node-1' }, { type: 'merge', body: { spec: { taints: [{ key: 'gone', effect: 'NoSchedule' }] } } } as never)
  twin.advance(20_000)
  expect(counted()).toMatchObject({ desiredNumberScheduled: 2, numberMisscheduled: 0 })
  twin.api.patch({ apiVersion: 'v1', kind: 'Node', name: 'node-2' }, { type: 'merge', body: { spec: { taints: [{ key: 'gone', effect: 'NoExecute' }] } } } as never)
  twin.advance(20_000)
  expect(counted()).toMatchObject({ desiredNumberScheduled: 0, numberMisscheduled: 1 })
})
