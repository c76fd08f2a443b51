/**
 * Where the scheduler puts pods, one after another, on nodes of the play's own: whether a pod fits, on which nodes it is
 * best off, what is said when it fits nowhere, and who makes room for it. A pod that fits nowhere is taken away again, or
 * it would be placed at some later moment of either side.
 *
 * A play is about one of four matters: what pods ask of nodes and of each other, ranks, storage, gates and runtimes.
 */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { incoming, nodes, services } from '../../goldens/clusters.ts'
import type { Script, Step } from '../script.ts'
import { runtimes, storage } from './placement-objects.ts'
import { budget } from './workload-objects.ts'
import { spelt, validPod } from './valid-pods.ts'

type Spec = Readonly<Record<string, unknown>>

const plain: Arbitrary<Script> = fc.record({ nodes, services, pods: fc.array(incoming, { minLength: 2, maxLength: 7 }) }).map((drawn) => ({
  name: 'placement',
  nodes: drawn.nodes.map(ownNode),
  steps: [...drawn.services.map(servedBy), ...drawn.pods.map((pod, index) => podStep(pod, index))],
}))

/** Nodes that are full soon, and pods of ranks of their own: who came first never decides. */
const filler = fc.record({ cpu: fc.constantFrom('500m', '800m', '1'), port: fc.constantFrom(undefined, undefined, undefined, 8080) })
const ranked: Arbitrary<Script> = fc
  .record({
    nodes: nodes.map((some) => some.slice(0, 3)),
    pods: fc.array(fc.oneof({ weight: 3, arbitrary: filler.map(fillerPod) }, { weight: 1, arbitrary: incoming }), { minLength: 4, maxLength: 9 }),
    ranks: fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 9 }),
    polite: fc.constantFrom<number | undefined>(undefined, undefined, 3, 5),
    budget: fc.constantFrom<number | undefined>(undefined, undefined, 1, 2, 4),
  })
  .map((drawn) => ({
    name: 'ranks',
    nodes: drawn.nodes.map(ownNode),
    steps: [
      ...drawn.pods.map((_, index) => rank(index, { value: (drawn.ranks[index] ?? 0) * 10, isPolite: index === drawn.polite })),
      ...(drawn.budget === undefined ? [] : [create(budget('budget', 'filler', { minAvailable: drawn.budget }))]),
      ...drawn.pods.flatMap((pod, index): Step[] => [podStep(pod, index, { priorityClassName: `@rank-${index}` }), ...(drawn.budget === undefined ? [] : [{ do: 'settle' } as const])]),
    ],
  }))

function fillerPod({ cpu, port }: { readonly cpu: string; readonly port: number | undefined }): KubeObject {
  const ports = port === undefined ? {} : { ports: [{ containerPort: 80, hostPort: port }] }
  const spec = { terminationGracePeriodSeconds: 5, containers: [{ name: 'main', image: 'good:1', resources: { requests: { cpu } }, ...ports }] }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'new', labels: { app: 'filler' } }, spec }
}

function rank(index: number, { value, isPolite }: { readonly value: number; readonly isPolite: boolean }): Step {
  return create({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: `@rank-${index}` }, value, ...(isPolite ? { preemptionPolicy: 'Never' } : {}) })
}

const stored: Arbitrary<Script> = fc
  .record({ nodes, storage, pods: fc.array(fc.record({ pod: incoming, claims: fc.subarray([0, 1, 2], { maxLength: 2 }), isLost: fc.constantFrom(false, false, false, false, false, true) }), { minLength: 2, maxLength: 4 }) })
  .map((drawn) => ({
    name: 'storage',
    nodes: drawn.nodes.map(ownNode),
    steps: [
      ...drawn.storage.map(create),
      { do: 'settle' },
      ...drawn.pods.flatMap(({ pod, claims, isLost }, index): Step[] => [podStep(pod, index, mounting(isLost ? [...claims, 9] : claims)), { do: 'settle' }]),
    ],
  }))

function mounting(claims: readonly number[]): Spec {
  return claims.length === 0 ? {} : { volumes: claims.map((claim) => ({ name: `v${claim}`, persistentVolumeClaim: { claimName: `claim-${claim}` } })) }
}

const run: Arbitrary<Script> = fc
  .record({ nodes, runtimes, pods: fc.array(fc.record({ pod: incoming, runtime: fc.constantFrom<string | undefined>(undefined, '@heavy', '@heavy', '@picky', '@gone'), isGated: fc.boolean() }), { minLength: 2, maxLength: 5 }) })
  .map((drawn) => ({
    name: 'runtimes and gates',
    nodes: drawn.nodes.map(ownNode),
    steps: [
      ...drawn.runtimes.map(create),
      ...drawn.pods.flatMap(({ pod, runtime, isGated }, index): Step[] => [
        podStep(pod, index, { ...(runtime === undefined ? {} : { runtimeClassName: runtime }), ...(isGated ? { schedulingGates: [{ name: 'example.com/wait' }] } : {}) }),
        ...(isGated ? [ungate(index)] : []),
      ]),
    ],
  }))

function ungate(index: number): Step {
  return { do: 'patch', target: { apiVersion: 'v1', kind: 'Pod', name: `pod-${index}` }, patch: { type: 'json', body: [{ op: 'remove', path: '/spec/schedulingGates' }] } }
}

export const placementScripts: Arbitrary<Script> = fc.oneof({ weight: 5, arbitrary: plain }, { weight: 2, arbitrary: ranked }, { weight: 2, arbitrary: stored }, { weight: 1, arbitrary: run })

/** `node-a` of the generator is the play's own node a. */
function ownNode(node: KubeObject): KubeObject {
  const { uid: _, ...metadata } = node.metadata
  const { taints = [], ...spec } = node['spec'] as { readonly taints?: readonly Taint[] }
  const unique = [...new Map(taints.map((taint) => [`${taint.key} ${taint.effect}`, taint])).values()]
  return spelt(renamed({ ...node, metadata, spec: { ...spec, taints: unique } })) as KubeObject
}

interface Taint {
  readonly key: string
  readonly effect: string
}

function renamed<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll(/"node-([a-d])"/g, '"@$1"')) as T
}

const create = (object: KubeObject): Step => ({ do: 'create', object })

function servedBy(service: KubeObject): Step {
  return create({ apiVersion: 'v1', kind: 'Service', metadata: { name: service.metadata.name ?? '' }, spec: spelt({ ...(service['spec'] as object), ports: [{ port: 80 }] }) })
}

function podStep(drawn: KubeObject, index: number, more: Spec = {}): Step {
  const pod = validPod(drawn)
  return create(spelt(renamed({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `pod-${index}`, labels: pod.metadata.labels }, spec: { ...(pod['spec'] as Spec), ...more } })) as KubeObject)
}
