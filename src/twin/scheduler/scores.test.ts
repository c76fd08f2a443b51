/** Scores worked out by hand from upstream's formulas; divisions truncate. */

import { describe, expect, test } from 'vitest'
import { createRng } from '../../kernel/rng.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import { profileFor } from '../profile.ts'
import { createStore } from '../store.ts'
import { indexOf } from './cluster-index.ts'
import type { NodeInfo } from './node-info.ts'
import { podInfoOf } from './pod-info.ts'
import { enoughNodes } from './cycle.ts'
import { SCORE_PLUGINS } from './registry.ts'
import { pickBest } from './scores.ts'
import { aNode, aPod } from './test-bed.ts'

const ZONE = 'topology.kubernetes.io/zone'
const MIB = 1024 * 1024

/** Normalised scores of one plugin, by node; undefined when it has no opinion. */
function scoresOf(plugin: string, pod: PodObject, objects: readonly KubeObject[], minor = 36): Record<string, number> | undefined {
  const store = createStore()
  for (const object of objects) store.put(object)
  const index = indexOf(store)
  const nodes = Array.from(index.order(), (slot) => index.at(slot) as NodeInfo)
  const run = SCORE_PLUGINS.find(({ name }) => name === plugin)?.preScore(podInfoOf(pod), nodes, { index, store, profile: profileFor({ minor }) })
  if (run === undefined) return undefined
  const raw = nodes.map((node, position) => run.score(node, position))
  const scores = run.normalise?.(raw) ?? raw
  return Object.fromEntries(nodes.map((node, position) => [node.name, scores[position] ?? Number.NaN]))
}

const on = (nodeName: string, name: string, options: { cpu?: string; memory?: string; labels?: Record<string, string>; spec?: object } = {}): PodObject => {
  const { cpu, memory, labels = {}, spec = {} } = options
  const requests = { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) }
  return aPod(name, { labels, spec: { nodeName, containers: [{ name: 'main', resources: { requests } }], ...spec } })
}

describe('NodeResourcesFit prefers the emptier node', () => {
  test('by the average of free cpu and memory, after the pod', () => {
    // cpu (4000-1000)/4000 = 75, memory (8-2)/8 = 75; taken: cpu 25, memory 75 → 50.
    const objects = [aNode('free'), aNode('busy'), on('busy', 'other', { cpu: '2', memory: '0' })]
    expect(scoresOf('NodeResourcesFit', aPod('new', { cpu: '1', memory: '2Gi' }), objects)).toEqual({ free: 75, busy: 50 })
  })

  test('a container without requests weighs 100m and 200 MiB', () => {
    // cpu ⌊3900·100/4000⌋ = 97, memory ⌊(8192-200)·100/8192⌋ = 97.
    expect(scoresOf('NodeResourcesFit', aPod('new'), [aNode('free')])).toEqual({ free: 97 })
  })
})

describe('NodeResourcesBalancedAllocation prefers like shares', () => {
  const objects = [aNode('even'), aNode('skewed'), on('skewed', 'other', { cpu: '2' })]
  const pod = aPod('new', { cpu: '1', memory: '2Gi' })

  test('up to 1.35 by the result', () => {
    // even: shares 0.25 and 0.25 → 100; skewed: 0.75 and 0.25 → std 0.25 → 75.
    expect(scoresOf('NodeResourcesBalancedAllocation', pod, objects, 35)).toEqual({ even: 100, skewed: 75 })
  })

  test('since then by the improvement', () => {
    // even: 50 + ⌊(50+100-100)/2⌋ = 75; skewed was 75 and stays 75 → 75.
    expect(scoresOf('NodeResourcesBalancedAllocation', pod, objects, 36)).toEqual({ even: 75, skewed: 75 })
    // memory only: skewed goes from shares 0.5/0 (75) to 0.5/0.5 (100) → 50 + ⌊75/2⌋ = 87.
    expect(scoresOf('NodeResourcesBalancedAllocation', aPod('new', { memory: '4Gi' }), objects, 36)).toEqual({ even: 62, skewed: 87 })
  })

  test('and has no opinion on a pod that requests nothing', () => {
    expect(scoresOf('NodeResourcesBalancedAllocation', aPod('new'), objects)).toBeUndefined()
  })
})

test('TaintToleration: each untolerated PreferNoSchedule taint costs, scaled to the worst node', () => {
  const soft = (...keys: string[]): object => ({ taints: keys.map((key) => ({ key, effect: 'PreferNoSchedule' })) })
  const objects = [aNode('clean'), aNode('one', { spec: soft('a') }), aNode('two', { spec: soft('a', 'b') })]
  expect(scoresOf('TaintToleration', aPod('new'), objects)).toEqual({ clean: 100, one: 50, two: 0 })
})

test('NodeAffinity: weights of matching preferences, scaled to the best node', () => {
  const prefers = (weight: number, key: string): object => ({ weight, preference: { matchExpressions: [{ key, operator: 'Exists' }] } })
  const pod = aPod('new', { spec: { containers: [], affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [prefers(10, 'ssd'), prefers(5, 'gpu')] } } } })
  const objects = [aNode('both', { labels: { ssd: '', gpu: '' } }), aNode('ssd', { labels: { ssd: '' } }), aNode('none')]
  expect(scoresOf('NodeAffinity', pod, objects)).toEqual({ both: 100, ssd: 66, none: 0 })
})

describe('PodTopologySpread prefers the emptier domain', () => {
  const objects = [aNode('a', { labels: { [ZONE]: 'z1' } }), aNode('b', { labels: { [ZONE]: 'z2' } }), on('a', 'w1', { labels: { app: 'web' } }), on('a', 'w2', { labels: { app: 'web' } })]

  test('by a soft constraint', () => {
    const constraint = { maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { app: 'web' } } }
    // raw: z1 round(2·ln 4) = 3, z2 0 → ⌊100·(3+0-3)/3⌋ = 0 and 100.
    expect(scoresOf('PodTopologySpread', aPod('new', { labels: { app: 'web' }, spec: { containers: [], topologySpreadConstraints: [constraint] } }), objects)).toEqual({ a: 0, b: 100 })
  })

  test('by default for pods of a service, gently', () => {
    const service: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { selector: { app: 'web' } } }
    // host: 2·ln 4 + 2, zone: 2·ln 4 + 4 → round(11.55) = 12; the other: 2 + 4 = 6 → ⌊100·(12+6-12)/12⌋ = 50 and 100.
    expect(scoresOf('PodTopologySpread', aPod('new', { labels: { app: 'web' } }), [...objects, service])).toEqual({ a: 50, b: 100 })
  })

  test('and has no opinion on a pod that belongs to nothing', () => {
    expect(scoresOf('PodTopologySpread', aPod('new', { labels: { app: 'web' } }), objects)).toBeUndefined()
  })
})

test('InterPodAffinity: own and others’ preferences add up, scaled between worst and best', () => {
  const prefer = (side: string, app: string, weight: number): object => ({
    affinity: { [side]: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } } }] } },
  })
  const objects = [aNode('a'), aNode('b'), aNode('c'), on('a', 'db', { labels: { app: 'db' } }), on('c', 'shy', { spec: prefer('podAntiAffinity', 'web', 30) })]
  const pod = aPod('new', { labels: { app: 'web' }, spec: { containers: [], ...prefer('podAffinity', 'db', 10) } })
  // raw: a 10, b 0, c -30 → 100, ⌊100·30/40⌋ = 75, 0.
  expect(scoresOf('InterPodAffinity', pod, objects)).toEqual({ a: 100, b: 75, c: 0 })
})

test('ImageLocality: size times the share of nodes that hold the image, between 23 MiB and 1000 MiB a container', () => {
  const image = (sizeMib: number): object => ({ images: [{ names: ['registry.local/app:1'], sizeBytes: sizeMib * MIB }] })
  const objects = [aNode('holds', { status: image(1000) }), aNode('lacks')]
  // 1000 MiB · 1/2 = 500 MiB → ⌊100·(500-23)/(1000-23)⌋ = 48.
  expect(scoresOf('ImageLocality', aPod('new'), objects)).toEqual({ holds: 48, lacks: 0 })
})

describe('the choice among scored nodes', () => {
  test('ties are drawn evenly', () => {
    const rng = createRng(1)
    const wins = [0, 0, 0]
    for (let round = 0; round < 3_000; round += 1) {
      const winner = pickBest([7, 3, 7, 7], 'seeded-uniform', rng)
      wins[winner === 0 ? 0 : winner - 1] = (wins[winner === 0 ? 0 : winner - 1] ?? 0) + 1
    }
    expect(wins.every((count) => count > 900 && count < 1_100)).toBe(true)
  })

  test.each([
    [[1, 5, 5, 2], 1],
    [[5, 5, 5], 0],
    [[0, 1, 1, 1, 1], 1],
    [[0, 0, 3, 0, 3], 4],
    [[4], 0],
  ])('the root of a heap of %j is %i', (totals, winner) => {
    expect(pickBest(totals, 'heap-root', createRng(1))).toBe(winner)
  })

  test.each([
    [5, 5],
    [99, 99],
    [100, 100],
    [250, 120],
    [1_000, 420],
    [5_000, 500],
    [15_000, 750],
  ])('of %i nodes, %i feasible ones are enough', (nodes, enough) => {
    expect(enoughNodes(nodes)).toBe(enough)
  })
})
