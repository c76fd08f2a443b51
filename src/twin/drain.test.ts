/** Budgets, scheduler, controllers and kubelets together: what a drain meets, minute by minute. */

import { describe, expect, test } from 'vitest'
import { isFault } from '../kernel/fault.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { isPod, isReady, isTerminating, type PodObject } from '../model/kube/workload.ts'
import type { Budget } from './disruption-budget.ts'
import { aNode } from './scheduler/test-bed.ts'
import { createTwin, type Twin } from './twin.ts'

const VERSION = { gitVersion: 'v1.36.3', major: 1, minor: 36 }
const ZONE = 'topology.kubernetes.io/zone'
const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }

function deployment(replicas: number, pod: object = {}, cpu = '500m'): KubeObject {
  const labels = { app: 'web' }
  const containers = [{ name: 'main', image: 'registry.local/web:1', resources: { requests: { cpu } } }]
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers, ...pod } } } }
}

const budget = (spec: object): KubeObject => ({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'web' } }, ...spec } })
const zoned = (name: string, zone: string, cpu = '4'): KubeObject => aNode(name, { cpu, labels: { [ZONE]: zone } })

function twinOf(...objects: KubeObject[]): Twin {
  const twin = createTwin({ seed: 3, startMs: Date.UTC(2026, 0, 1), version: VERSION as never, objects: [namespace, ...objects] })
  twin.advance(60_000)
  return twin
}

const podsOf = (twin: Twin): PodObject[] => Array.from(twin.store.list('/Pod', 'shop')).filter(isPod)
const living = (twin: Twin): PodObject[] => podsOf(twin).filter((pod) => !isTerminating(pod))
const readyCount = (twin: Twin): number => living(twin).filter(isReady).length
const allowed = (twin: Twin): number | undefined => (twin.store.byKey('policy/PodDisruptionBudget|shop|web') as Budget).status?.disruptionsAllowed

function cordon(twin: Twin, name: string): void {
  const node = twin.store.get({ apiVersion: 'v1', kind: 'Node', name }) as KubeObject
  twin.api.update({ ...node, spec: { ...(node['spec'] as object), unschedulable: true } })
  twin.advance(1_000)
}

/** Whether it goes; a budget may refuse. */
function evict({ api }: Twin, { metadata: { name = '' } }: PodObject): boolean {
  try {
    api.evict({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name }, { metadata: { name } })
    return true
  } catch (error) {
    if (isFault(error) && error.code === 'rate-limited') return false
    throw error
  }
}

/** As kubectl drain: what is refused is asked again every five seconds. Returns seconds, or undefined when it never ended. */
function drain(twin: Twin, nodeName: string, limitSeconds: number): number | undefined {
  cordon(twin, nodeName)
  for (let seconds = 0; seconds <= limitSeconds; seconds += 5) {
    const left = twin.store.podsOn(nodeName)
    if (left.length === 0) return seconds
    for (const pod of left.filter((other) => !isTerminating(other))) evict(twin, pod)
    twin.advance(5_000)
  }
  return undefined
}

describe('a drain', () => {
  test('moves pods one at a time under a budget, and never below it', () => {
    const twin = twinOf(zoned('a', 'z1'), zoned('b', 'z2'), deployment(6), budget({ maxUnavailable: 1 }))
    let lowest = readyCount(twin)
    twin.onChange(() => (lowest = Math.min(lowest, readyCount(twin))))
    expect(drain(twin, 'a', 300)).toBeDefined()
    twin.advance(30_000)
    expect([lowest, readyCount(twin), living(twin).every((pod) => pod.spec?.nodeName === 'b')]).toEqual([5, 6, true])
  })

  test('does not end while the budget allows nothing', () => {
    const twin = twinOf(zoned('a', 'z1'), zoned('b', 'z2'), deployment(2), budget({ minAvailable: '100%' }))
    expect(allowed(twin)).toBe(0)
    expect(drain(twin, 'a', 300)).toBeUndefined()
    expect(readyCount(twin)).toBe(2)
  })

  test('gets its way once the workload is scaled', () => {
    const twin = twinOf(zoned('a', 'z1'), zoned('b', 'z2'), deployment(2), budget({ minAvailable: 2 }))
    cordon(twin, 'a')
    const web = twin.store.byKey('apps/Deployment|shop|web') as KubeObject
    twin.api.update({ ...web, spec: { ...(web['spec'] as object), replicas: 4 } })
    twin.advance(30_000)
    expect(drain(twin, 'a', 300)).toBeDefined()
    expect(readyCount(twin)).toBeGreaterThanOrEqual(2)
  })

  test('stops half way when replacements find no room: the budget stays spent', () => {
    const twin = twinOf(zoned('a', 'z1', '2'), zoned('b', 'z2', '2'), deployment(6), budget({ maxUnavailable: 1 }))
    expect(drain(twin, 'a', 300)).toBeUndefined()
    expect([readyCount(twin), living(twin).filter((pod) => pod.spec?.nodeName === undefined).length, allowed(twin)]).toEqual([5, 1, 0])
  })

  test('leaves pods behind that spread over zones: the emptied zone stays a domain', () => {
    const constraint = { maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } } }
    const twin = twinOf(zoned('a', 'z1'), zoned('b', 'z2'), zoned('c', 'z3'), deployment(6, { topologySpreadConstraints: [constraint] }))
    expect(drain(twin, 'a', 300)).toBeDefined()
    twin.advance(60_000)
    const pending = living(twin).filter((pod) => pod.spec?.nodeName === undefined)
    expect(pending).toHaveLength(2)
    const message = pending[0]?.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message
    expect(message).toMatch(/^0\/3 nodes are available: 1 node\(s\) were unschedulable, 2 node\(s\) didn't match pod topology spread constraints\./)
  })

  test('and a fork of the same moment drains the same way for the same seed', () => {
    const twin = twinOf(zoned('a', 'z1'), zoned('b', 'z2'), zoned('c', 'z3'), deployment(9), budget({ maxUnavailable: 2 }))
    const outcome = (seed: number): unknown => {
      const fork = twin.fork(seed)
      return [drain(fork, 'a', 300), living(fork).map((pod) => [pod.metadata.name, pod.spec?.nodeName])]
    }
    expect(outcome(5)).toEqual(outcome(5))
    expect(living(twin).some((pod) => pod.spec?.nodeName === 'a')).toBe(true)
  })
})
