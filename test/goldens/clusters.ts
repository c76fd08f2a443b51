/** Clusters to schedule in: a few nodes, pods on them, and one that looks for a place. */

import * as fc from 'fast-check'
import type { KubeObject } from '../../src/model/kube-object.ts'
import { labels, labelSelector, nodeSelectorTerm, requests, taint, toleration } from './arbitraries.ts'

export const NODES = ['node-a', 'node-b', 'node-c', 'node-d']
export const HOSTNAME = 'kubernetes.io/hostname'
export const ZONE = 'topology.kubernetes.io/zone'
const topologyKey = fc.constantFrom(HOSTNAME, ZONE, ZONE, 'rack')
export const namespace = fc.constantFrom('shop', 'shop', 'ops')

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
      images: fc.constantFrom([], [image('app:1', 400)], [image('app:1', 400), image('tool:2', 90)], [image('tool:2', 3000)]),
    }),
    { minLength: 1, maxLength: NODES.length },
  )
  .map((drawn) => drawn.map((parts, index) => nodeOf(NODES[index] ?? '', parts)))

function image(name: string, megabytes: number): object {
  return { names: [`registry.local/${name}`], sizeBytes: megabytes * 1024 * 1024 }
}

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

export function nodeOf(name: string, parts: NodeParts): KubeObject {
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
  { maxSkew: fc.constantFrom(1, 1, 2), topologyKey, whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'), labelSelector, nodeTaintsPolicy: fc.constantFrom('Honor', 'Ignore'), nodeAffinityPolicy: fc.constantFrom('Honor', 'Ignore'), matchLabelKeys: fc.constant(['tier']), minDomains: fc.constantFrom(1, 2, 3) },
  { requiredKeys: ['maxSkew', 'topologyKey', 'whenUnsatisfiable', 'labelSelector'] },
)
const port = fc.record({ containerPort: fc.constant(80), hostPort: fc.constantFrom(8080, 9090), hostIP: fc.constantFrom('', '127.0.0.1', '0.0.0.0'), protocol: fc.constantFrom('TCP', 'UDP') })

const ports = fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(port, { maxLength: 1 }) })
const imageOf = fc.constantFrom('registry.local/app:1', 'registry.local/tool:2', 'registry.local/app')
const named = (prefix: string) => (drawn: object[]) => drawn.map((each, index) => ({ name: `${prefix}${index}`, ...each }))
const containers = fc.array(fc.record({ image: imageOf, resources: fc.record({ requests }, { requiredKeys: [] }), ports }), { minLength: 1, maxLength: 2 }).map(named('c'))
/** One in three runs for as long as the pod does. */
const initContainers = fc.array(fc.record({ image: imageOf, resources: fc.record({ requests }), ports, restartPolicy: fc.constantFrom(undefined, undefined, 'Always') }), { minLength: 1, maxLength: 2 }).map(named('i'))

export const specs = fc.record(
  {
    containers,
    tolerations: fc.array(toleration, { maxLength: 2 }),
    nodeSelector: fc.constantFrom({ zone: 'a' }, { disk: 'ssd' }),
    affinity: fc.record({ nodeAffinity, podAffinity, podAntiAffinity: podAffinity }, { requiredKeys: [] }),
    topologySpreadConstraints: fc.uniqueArray(spread, { minLength: 1, maxLength: 2, selector: ({ topologyKey: key, whenUnsatisfiable }) => `${key} ${whenUnsatisfiable}` }),
    overhead: fc.constant({ cpu: '20m', memory: '10Mi' }),
    initContainers,
    resources: fc.record({ requests: fc.record({ cpu: fc.constantFrom('500m', '2'), memory: fc.constantFrom('1Gi', '4Gi') }, { requiredKeys: [] }) }),
  },
  { requiredKeys: ['containers'] },
)

const owner = fc.constantFrom(undefined, undefined, 'ReplicaSet', 'StatefulSet')
/** As an API server lets it in: how many domains there must be counts only where spread is compulsory. */
const admissible = specs.map((spec) => ({
  ...spec,
  ...(spec.topologySpreadConstraints === undefined ? {} : { topologySpreadConstraints: spec.topologySpreadConstraints.map(({ minDomains, ...rest }) => (minDomains === undefined || rest.whenUnsatisfiable === 'ScheduleAnyway' ? rest : { ...rest, minDomains })) }),
}))
export const incoming = fc.record({ namespace, labels, spec: admissible }).map(({ namespace: space, labels: own, spec }) => podOf({ name: 'new', space, own, spec }))
export const ownedIncoming = fc.record({ namespace, labels, spec: specs, owner }).map(({ namespace: space, labels: own, spec, owner: kind }) => podOf({ name: 'new', space, own, spec, owner: kind }))
export const present = fc
  .array(fc.record({ namespace, labels, spec: specs, node: fc.constantFrom(...NODES), leaving: fc.constantFrom(false, false, false, true) }), { maxLength: 8 })
  .map((drawn) => drawn.map(({ namespace: space, labels: own, spec, node, leaving }, index) => podOf({ name: `pod-${index}`, space, own, spec: { ...spec, nodeName: node }, leaving })))

export function podOf(parts: PodParts): KubeObject {
  const { name, space, own, spec, leaving = false, owner: kind } = parts
  const owners = kind === undefined ? {} : { ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'owner', uid: `uid-${kind}`, controller: true }] }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: space, uid: `uid-${name}`, labels: own, ...owners, ...(leaving ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
    spec: { schedulerName: 'default-scheduler', ...spec },
    status: { phase: spec && 'nodeName' in spec ? 'Running' : 'Pending' },
  }
}

interface PodParts {
  readonly name: string
  readonly space: string
  readonly own: Record<string, string>
  readonly spec: object
  readonly leaving?: boolean
  readonly owner?: string | undefined
}

/** Owners by whose selectors pods spread that say nothing of it. */
export const owners = fc.array(fc.record({ kind: fc.constantFrom('ReplicaSet', 'StatefulSet'), namespace, selector: labelSelector }), { maxLength: 2 }).map((drawn) =>
  drawn.map(({ kind, namespace: space, selector }): KubeObject => ({ apiVersion: 'apps/v1', kind, metadata: { name: 'owner', namespace: space, uid: `uid-${kind}` }, spec: { selector } })),
)

export const services = fc.array(fc.record({ namespace, selector: labels }), { maxLength: 1 }).map((drawn) => drawn.map(({ namespace: space, selector }, index): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: `svc-${index}`, namespace: space, uid: `uid-svc-${index}` }, spec: { selector } })))
export const NAMESPACES: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: 'uid-shop', labels: { team: 'x', 'kubernetes.io/metadata.name': 'shop' } } },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops', uid: 'uid-ops', labels: { 'kubernetes.io/metadata.name': 'ops' } } },
]

/** Pods on nodes that were not drawn would be pods on missing nodes, which upstream's snapshot does not hold. */
export function onNodes(pods: readonly KubeObject[], some: readonly KubeObject[]): readonly KubeObject[] {
  const names = new Set(some.map((node) => node.metadata.name))
  return pods.filter((pod) => names.has((pod['spec'] as { nodeName: string }).nodeName))
}
