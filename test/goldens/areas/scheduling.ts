/** One pod looks for a node: who refuses it where, in which words, and every plugin's score. */

import * as fc from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { PodObject } from '../../../src/model/kube/workload.ts'
import { profileFor } from '../../../src/twin/profile.ts'
import { indexOf } from '../../../src/twin/scheduler/cluster-index.ts'
import { firstRefusal, prepareFilters, type Refusal } from '../../../src/twin/scheduler/filters.ts'
import type { NodeInfo } from '../../../src/twin/scheduler/node-info.ts'
import type { ClusterView } from '../../../src/twin/scheduler/plugin.ts'
import { podInfoOf, type PodInfo } from '../../../src/twin/scheduler/pod-info.ts'
import { FILTER_PLUGINS, SCORE_PLUGINS } from '../../../src/twin/scheduler/registry.ts'
import { createStore } from '../../../src/twin/store.ts'
import { area } from '../area.ts'
import { labels, labelSelector, nodeSelectorTerm, requests, taint, toleration } from '../arbitraries.ts'

const NODES = ['node-a', 'node-b', 'node-c', 'node-d']
const HOSTNAME = 'kubernetes.io/hostname'
const ZONE = 'topology.kubernetes.io/zone'
const topologyKey = fc.constantFrom(HOSTNAME, ZONE, ZONE, 'rack')
const namespace = fc.constantFrom('shop', 'shop', 'ops')

export const nodes = fc
  .array(
    fc.record({
      cpu: fc.constantFrom('1', '2', '4'),
      memory: fc.constantFrom('1Gi', '4Gi', '8Gi'),
      pods: fc.constantFrom('3', '110', '110'),
      gpu: fc.constantFrom(undefined, undefined, '2'),
      zone: fc.constantFrom('z1', 'z1', 'z2', undefined),
      rack: fc.constantFrom('r1', 'r2', undefined),
      more: fc.constantFrom({}, { zone: 'a' }, { disk: 'ssd', zone: 'b' }, { cores: '4' }),
      taints: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 2, arbitrary: fc.array(taint, { maxLength: 2 }) }),
      cordoned: fc.constantFrom(false, false, false, true),
      images: fc.constantFrom([], [{ names: ['registry.local/app:1'], sizeBytes: 400 * 1024 * 1024 }]),
    }),
    { minLength: 1, maxLength: NODES.length },
  )
  .map((drawn) => drawn.map((parts, index) => nodeOf(NODES[index] ?? '', parts)))

interface NodeParts {
  readonly cpu: string
  readonly memory: string
  readonly pods: string
  readonly gpu: string | undefined
  readonly zone: string | undefined
  readonly rack: string | undefined
  readonly more: object
  readonly taints: readonly object[]
  readonly cordoned: boolean
  readonly images: readonly object[]
}

function nodeOf(name: string, parts: NodeParts): KubeObject {
  const topology = { [HOSTNAME]: name, ...(parts.zone === undefined ? {} : { [ZONE]: parts.zone }), ...(parts.rack === undefined ? {} : { rack: parts.rack }) }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `uid-${name}`, labels: { ...topology, ...parts.more } },
    spec: { taints: parts.taints, ...(parts.cordoned ? { unschedulable: true } : {}) },
    status: { allocatable: { cpu: parts.cpu, memory: parts.memory, pods: parts.pods, 'ephemeral-storage': '10Gi', ...(parts.gpu === undefined ? {} : { 'example.com/gpu': parts.gpu }) }, images: parts.images },
  }
}

const podTerm = fc.record(
  { topologyKey, labelSelector, namespaces: fc.constantFrom(['ops'], ['shop', 'ops']), namespaceSelector: fc.constantFrom({}, { matchLabels: { team: 'x' } }), matchLabelKeys: fc.constant(['tier']) },
  { requiredKeys: ['topologyKey', 'labelSelector'] },
)
const weighted = <T>(name: string, term: fc.Arbitrary<T>) => fc.array(fc.record({ weight: fc.constantFrom(1, 10, 100), [name]: term }), { minLength: 1, maxLength: 2 })
const podAffinity = fc.record({ requiredDuringSchedulingIgnoredDuringExecution: fc.array(podTerm, { minLength: 1, maxLength: 2 }), preferredDuringSchedulingIgnoredDuringExecution: weighted('podAffinityTerm', podTerm) }, { requiredKeys: [] })
const nodeAffinity = fc.record(
  {
    requiredDuringSchedulingIgnoredDuringExecution: fc.record({ nodeSelectorTerms: fc.array(nodeSelectorTerm, { minLength: 1, maxLength: 2 }) }),
    preferredDuringSchedulingIgnoredDuringExecution: weighted('preference', nodeSelectorTerm),
  },
  { requiredKeys: [] },
)
const spread = fc.record(
  { maxSkew: fc.constantFrom(1, 1, 2), topologyKey, whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'), labelSelector, nodeTaintsPolicy: fc.constantFrom('Honor', 'Ignore'), nodeAffinityPolicy: fc.constantFrom('Honor', 'Ignore'), matchLabelKeys: fc.constant(['tier']) },
  { requiredKeys: ['maxSkew', 'topologyKey', 'whenUnsatisfiable', 'labelSelector'] },
)
const port = fc.record({ containerPort: fc.constant(80), hostPort: fc.constantFrom(8080, 9090), hostIP: fc.constantFrom('', '127.0.0.1', '0.0.0.0'), protocol: fc.constantFrom('TCP', 'UDP') })

const containers = fc.array(fc.record({ resources: fc.record({ requests }, { requiredKeys: [] }), ports: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(port, { maxLength: 1 }) }) }), { minLength: 1, maxLength: 2 })
  .map((drawn) => drawn.map((each, index) => ({ name: `c${index}`, image: 'registry.local/app:1', ...each })))

const specs = fc.record(
  {
    containers,
    tolerations: fc.array(toleration, { maxLength: 2 }),
    nodeSelector: fc.constantFrom({ zone: 'a' }, { disk: 'ssd' }),
    affinity: fc.record({ nodeAffinity, podAffinity, podAntiAffinity: podAffinity }, { requiredKeys: [] }),
    topologySpreadConstraints: fc.uniqueArray(spread, { minLength: 1, maxLength: 2, selector: ({ topologyKey: key, whenUnsatisfiable }) => `${key} ${whenUnsatisfiable}` }),
    overhead: fc.constant({ cpu: '20m', memory: '10Mi' }),
  },
  { requiredKeys: ['containers'] },
)

export const incoming = fc.record({ namespace, labels, spec: specs }).map(({ namespace: space, labels: own, spec }) => podOf({ name: 'new', space, own, spec }))
const present = fc
  .array(fc.record({ namespace, labels, spec: specs, node: fc.constantFrom(...NODES), leaving: fc.constantFrom(false, false, false, true) }), { maxLength: 8 })
  .map((drawn) => drawn.map(({ namespace: space, labels: own, spec, node, leaving }, index) => podOf({ name: `pod-${index}`, space, own, spec: { ...spec, nodeName: node }, leaving })))

function podOf(parts: { readonly name: string; readonly space: string; readonly own: Record<string, string>; readonly spec: object; readonly leaving?: boolean }): KubeObject {
  const { name, space, own, spec, leaving = false } = parts
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: space, uid: `uid-${name}`, labels: own, ...(leaving ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
    spec: { schedulerName: 'default-scheduler', ...spec },
    status: { phase: spec && 'nodeName' in spec ? 'Running' : 'Pending' },
  }
}

export const services = fc.array(fc.record({ namespace, selector: labels }), { maxLength: 1 }).map((drawn) => drawn.map(({ namespace: space, selector }, index): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: `svc-${index}`, namespace: space, uid: `uid-svc-${index}` }, spec: { selector } })))
const NAMESPACES: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: 'uid-shop', labels: { team: 'x', 'kubernetes.io/metadata.name': 'shop' } } },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops', uid: 'uid-ops', labels: { 'kubernetes.io/metadata.name': 'ops' } } },
]

interface Placing {
  readonly pod: KubeObject
  readonly nodes: readonly KubeObject[]
  readonly pods: readonly KubeObject[]
  readonly services: readonly KubeObject[]
  readonly namespaces: readonly KubeObject[]
}

/** Pods on nodes that were not drawn would be pods on missing nodes, which upstream's snapshot does not hold. */
const placings = fc.record({ pod: incoming, nodes, pods: present, services }).map(
  (drawn): Placing => ({ ...drawn, namespaces: NAMESPACES, pods: drawn.pods.filter((pod) => drawn.nodes.some((node) => node.metadata.name === (pod['spec'] as { nodeName: string }).nodeName)) }),
)

export const scheduling = area<Placing>({
  name: 'scheduling',
  questions: placings,
  count: 1_500,
  answer({ pod, nodes: some, pods, services: of, namespaces }, minor) {
    const store = createStore()
    for (const object of [...namespaces, ...some, ...of, ...pods]) store.put(object)
    const index = indexOf(store)
    const cluster: ClusterView = { index, store, profile: profileFor({ minor }) }
    return placementOf(podInfoOf(pod as PodObject), cluster)
  },
})

function placementOf(pod: PodInfo, cluster: ClusterView): object {
  const prepared = prepareFilters(FILTER_PLUGINS, pod, cluster)
  if (prepared.type === 'rejected') return { preFilter: refusalOf(prepared.refusal), refused: {}, fits: [], scores: {} }
  const all = Array.from(cluster.index.order(), (slot) => cluster.index.at(slot)).filter((node): node is NodeInfo => node !== undefined)
  const looked = all.filter((node) => prepared.nodeNames?.has(node.name) !== false)
  const refusals = looked.flatMap((node) => {
    const refusal = firstRefusal(prepared.filters, node)
    return refusal === undefined ? [] : [[node.name, refusalOf(refusal)] as const]
  })
  const refused = Object.fromEntries(refusals)
  const fitting = looked.filter((node) => refused[node.name] === undefined)
  return { refused, fits: fitting.map((node) => node.name).sort(), scores: scoresOf(pod, fitting, cluster) }
}

function refusalOf({ plugin, rejection }: Refusal): { plugin: string; resolvable: boolean; reasons: readonly string[] } {
  return { plugin, resolvable: rejection.type === 'unschedulable', reasons: rejection.reasons }
}

function scoresOf(pod: PodInfo, fitting: readonly NodeInfo[], cluster: ClusterView): Record<string, Record<string, number>> {
  if (fitting.length === 0) return {}
  const runs = SCORE_PLUGINS.flatMap((plugin) => {
    const run = plugin.preScore(pod, fitting, cluster)
    if (run === undefined) return []
    const raw = fitting.map((node, position) => run.score(node, position))
    const scores = run.normalise?.(raw) ?? raw
    return [[plugin.name, Object.fromEntries(fitting.map((node, position) => [node.name, (scores[position] ?? 0) * plugin.weight]))] as const]
  })
  return Object.fromEntries(runs)
}
