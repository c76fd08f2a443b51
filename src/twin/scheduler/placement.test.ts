/** Spread and affinity: tables for the rules that surprise, and properties against a naive recount. */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { isPod, isTerminal, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import { profileFor } from '../profile.ts'
import { createStore, type Store } from '../store.ts'
import { createClusterIndex } from './cluster-index.ts'
import { explainPlacement } from './explain-placement.ts'
import { aNode, aPod } from './test-bed.ts'

const ZONE = 'topology.kubernetes.io/zone'
const HOST = 'kubernetes.io/hostname'
const PROFILE = profileFor({ minor: 36 })

function storeOf(...objects: readonly KubeObject[]): Store {
  const store = createStore()
  for (const object of objects) store.put(object)
  return store
}

const zoned = (name: string, zone: string, more: object = {}): NodeObject => aNode(name, { labels: { [ZONE]: zone }, ...more })
const web = (name: string, nodeName: string, more: object = {}): PodObject => aPod(name, { labels: { app: 'web' }, spec: { nodeName, containers: [{ name: 'main' }] }, status: { phase: 'Running' }, ...more })
const leaving = { metadata: { name: 'web-0', namespace: 'shop', uid: 'gone', labels: { app: 'web' }, deletionTimestamp: '2026-01-01T00:00:00Z' } }

const spread = (more: object = {}, key = ZONE): object => ({
  containers: [{ name: 'main' }],
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: key, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } }, ...more }],
})
const term = (app: string, topologyKey = HOST): object => ({ topologyKey, labelSelector: { matchLabels: { app } } })
const near = (...terms: object[]): object => ({ containers: [{ name: 'main' }], affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } })
const apart = (...terms: object[]): object => ({ containers: [{ name: 'main' }], affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } })

const newcomer = (spec: object, labels: Record<string, string> = { app: 'web' }): PodObject => aPod('new', { labels, spec })
const fitsOf = (pod: PodObject, ...objects: readonly KubeObject[]): readonly string[] => [...explainPlacement({ pod, store: storeOf(...objects), profile: PROFILE }).fits].sort()

describe('topology spread', () => {
  const three = [zoned('a', 'z1'), zoned('b', 'z2'), zoned('c', 'z3')]
  const cordoned = zoned('c', 'z3', { spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] } })

  test.each<[string, PodObject, KubeObject[], string[]]>([
    ['the fuller zone is refused', newcomer(spread()), [zoned('a', 'z1'), zoned('b', 'z2'), web('web-0', 'a')], ['b']],
    ['a cordoned node stays an empty zone, so one pod each elsewhere is the most', newcomer(spread()), [zoned('a', 'z1'), zoned('b', 'z2'), cordoned, web('web-0', 'a'), web('web-1', 'b')], []],
    ['unless taints are honoured', newcomer(spread({ nodeTaintsPolicy: 'Honor' })), [zoned('a', 'z1'), zoned('b', 'z2'), cordoned, web('web-0', 'a'), web('web-1', 'b')], ['a', 'b']],
    ['pods on their way out do not count', newcomer(spread()), [zoned('a', 'z1'), zoned('b', 'z2'), web('web-0', 'a', leaving)], ['a', 'b']],
    ['nor do pods of other namespaces', newcomer(spread()), [zoned('a', 'z1'), zoned('b', 'z2'), web('web-0', 'a', { namespace: 'other' })], ['a', 'b']],
    ['a node without the key is refused and is no domain', newcomer(spread()), [zoned('a', 'z1'), aNode('x'), web('web-0', 'a')], ['a']],
    ['zones the selector excludes are no domains', newcomer({ ...spread(), nodeSelector: { [ZONE]: 'z1' } }), [...three, web('web-0', 'a')], ['a']],
    ['unless affinity is ignored', newcomer({ ...spread({ nodeAffinityPolicy: 'Ignore' }), nodeSelector: { [ZONE]: 'z1' } }), [...three, web('web-0', 'a')], []],
    ['too few domains make the minimum zero', newcomer(spread({ minDomains: 3 })), [zoned('a', 'z1'), zoned('b', 'z2'), web('web-0', 'a'), web('web-1', 'b')], []],
    ['a pod that its own selector does not mean adds nothing', newcomer(spread(), { app: 'other' }), [zoned('a', 'z1'), zoned('b', 'z2'), web('web-0', 'a')], ['a', 'b']],
    ['label keys narrow the selector to pods of the same revision', newcomer(spread({ matchLabelKeys: ['rev'] }), { app: 'web', rev: '2' }), [zoned('a', 'z1'), zoned('b', 'z2'), web('web-0', 'a')], ['a', 'b']],
    ['maxSkew 2 allows two ahead', newcomer(spread({ maxSkew: 2 })), [zoned('a', 'z1'), zoned('b', 'z2'), web('web-0', 'a')], ['a', 'b']],
  ])('%s', (_name, pod, objects, fits) => {
    expect(fitsOf(pod, ...objects)).toEqual(fits)
  })
})

describe('inter-pod affinity', () => {
  test.each<[string, PodObject, KubeObject[], string[]]>([
    ['near: only beside a match', newcomer(near(term('db')), { app: 'web' }), [aNode('a'), aNode('b'), aPod('db', { labels: { app: 'db' }, spec: { nodeName: 'b' } })], ['b']],
    ['near: in the match’s zone', newcomer(near(term('db', ZONE))), [zoned('a', 'z1'), zoned('b', 'z1'), zoned('c', 'z2'), aPod('db', { labels: { app: 'db' }, spec: { nodeName: 'b' } })], ['a', 'b']],
    ['near: nobody matches', newcomer(near(term('db'))), [aNode('a')], []],
    ['near its own kind: the first may start anywhere that has the key', newcomer(near(term('web', ZONE))), [zoned('a', 'z1'), aNode('x')], ['a']],
    ['near its own kind: the second goes to the first', newcomer(near(term('web', ZONE))), [zoned('a', 'z1'), zoned('b', 'z2'), web('web-0', 'a')], ['a']],
    ['near: a pod on its way out counts', newcomer(near(term('web'))), [aNode('a'), aNode('b'), web('web-0', 'a', leaving)], ['a']],
    ['near: all terms must mean the same pod', newcomer(near(term('web'), { topologyKey: HOST, labelSelector: { matchLabels: { tier: 'x' } } })), [aNode('a'), web('web-0', 'a'), aPod('x', { labels: { tier: 'x' }, spec: { nodeName: 'a' } })], []],
    ['apart: not beside a match', newcomer(apart(term('web'))), [aNode('a'), aNode('b'), web('web-0', 'a')], ['b']],
    ['apart: a match in another namespace is none', newcomer(apart(term('web'))), [aNode('a'), web('web-0', 'a', { namespace: 'other' })], ['a']],
    ['apart: unless all namespaces are meant', newcomer(apart({ ...term('web'), namespaceSelector: {} })), [aNode('a'), web('web-0', 'a', { namespace: 'other' })], []],
    ['existing pods keep a newcomer away', newcomer({ containers: [] }), [aNode('a'), aNode('b'), aPod('shy', { spec: { ...apart(term('web')), nodeName: 'a' } })], ['b']],
    ['but not one they do not mean', newcomer({ containers: [] }, { app: 'other' }), [aNode('a'), aPod('shy', { spec: { ...apart(term('web')), nodeName: 'a' } })], ['a']],
    ['a term without selector means nobody', newcomer(apart({ topologyKey: HOST })), [aNode('a'), web('web-0', 'a')], ['a']],
  ])('%s', (_name, pod, objects, fits) => {
    expect(fitsOf(pod, ...objects)).toEqual(fits)
  })
})

test('a placed pod is judged as if it were not there', () => {
  const pod = web('web-0', 'a', { spec: { ...spread({}, HOST), nodeName: 'a' } })
  expect(fitsOf(pod, aNode('a'), aNode('b'), pod)).toEqual(['a', 'b'])
})

/** A step of a cluster's life. */
const step = fc.oneof(
  fc.record({ type: fc.constant('pod' as const), id: fc.nat(11), node: fc.nat(4), app: fc.constantFrom('web', 'db'), kind: fc.constantFrom('plain', 'shy', 'fond', 'leaving', 'ended') }),
  fc.record({ type: fc.constant('drop' as const), id: fc.nat(11) }),
  fc.record({ type: fc.constant('node' as const), node: fc.nat(4), zone: fc.constantFrom('z1', 'z2', undefined) }),
  fc.record({ type: fc.constant('lose' as const), node: fc.nat(4) }),
  fc.record({ type: fc.constant('ask' as const) }),
)

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function apply(store: Store, move: Step): void {
  const podRef = (id: number) => ({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: `p${id}` })
  if (move.type === 'drop') store.drop(podRef(move.id))
  if (move.type === 'lose') store.drop({ apiVersion: 'v1', kind: 'Node', name: `n${move.node}` })
  if (move.type === 'node') store.put(aNode(`n${move.node}`, { labels: move.zone === undefined ? {} : { [ZONE]: move.zone } }))
  if (move.type !== 'pod') return
  const spec = move.kind === 'shy' ? apart(term('web', ZONE)) : move.kind === 'fond' ? near(term('db', ZONE)) : { containers: [{ name: 'main', resources: { requests: { cpu: '700m' } } }] }
  const name = `p${move.id}`
  const metadata = { name, namespace: 'shop', uid: `${name}-${store.resourceVersion}`, labels: { app: move.app }, ...(move.kind === 'leaving' ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) }
  store.put(aPod(name, { spec: { ...spec, nodeName: `n${move.node}` }, metadata, status: { phase: move.kind === 'ended' ? 'Failed' : 'Running' } }))
}

const questions = [newcomer(spread()), newcomer(spread({}, HOST)), newcomer(apart(term('web', ZONE))), newcomer(near(term('db', ZONE))), newcomer({ containers: [{ name: 'main', resources: { requests: { cpu: '2' } } }] })]

describe('after any life of a cluster', () => {
  test('the index kept along the way answers as one made anew, on both sides of a fork', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.array(step, { maxLength: 10 }), (life, afterlife) => {
        const store = createStore()
        const index = createClusterIndex()
        store.onChange((change) => index.observe(change))
        const ask = (asked: Store, kept?: ReturnType<typeof createClusterIndex>): unknown =>
          questions.map((pod) => [...explainPlacement({ pod, store: asked, profile: PROFILE, ...(kept === undefined ? {} : { index: kept }) }).nodes].sort((left, right) => (left.node < right.node ? -1 : 1)))
        for (const move of life) {
          apply(store, move)
          if (move.type === 'ask') ask(store, index)
        }
        const forkedStore = store.fork()
        const forkedIndex = index.fork()
        forkedStore.onChange((change) => forkedIndex.observe(change))
        for (const move of afterlife) apply(forkedStore, move)
        expect(ask(forkedStore, forkedIndex)).toEqual(ask(forkedStore))
        expect(ask(store, index)).toEqual(ask(store))
      }),
      { numRuns: 150 },
    )
  })

  test('hard spread agrees with a naive recount', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (life, maxSkew) => {
        const store = createStore()
        for (const move of life) apply(store, move)
        const nodes = Array.from(store.list('/Node')) as NodeObject[]
        const zones = nodes.flatMap((node) => node.metadata.labels?.[ZONE] ?? [])
        const zoneOfPod = (pod: PodObject): string | undefined => nodes.find((node) => node.metadata.name === pod.spec?.nodeName)?.metadata.labels?.[ZONE]
        const counted = Array.from(store.list('/Pod')).filter(isPod).filter((pod) => pod.metadata.labels?.['app'] === 'web' && pod.metadata.deletionTimestamp === undefined && !isTerminal(pod))
        const countIn = (zone: string): number => counted.filter((pod) => zoneOfPod(pod) === zone).length
        const lowest = Math.min(...zones.map(countIn))
        const expected = nodes.filter((node) => {
          const zone = node.metadata.labels?.[ZONE]
          return zone !== undefined && countIn(zone) + 1 - lowest <= maxSkew
        })
        // Some of those nodes refuse for existing pods' sake; spread itself must refuse exactly the others.
        const { nodes: verdicts } = explainPlacement({ pod: newcomer(spread({ maxSkew })), store, profile: PROFILE })
        const spreadRefuses = verdicts.filter(({ plugin }) => plugin === 'PodTopologySpread').map(({ node }) => node).sort()
        expect(spreadRefuses).toEqual(nodes.filter((node) => !expected.includes(node)).map((node) => node.metadata.name).sort())
      }),
      { numRuns: 150 },
    )
  })
})
