/** A pod that fits nowhere: on which node preemption makes room, who has to go, and what is said when nothing helps. */

import * as fc from 'fast-check'
import { createRng } from '../../../src/kernel/rng.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { PodObject } from '../../../src/model/kube/workload.ts'
import { schedulePod } from '../../../src/twin/scheduler/cycle.ts'
import { podInfoOf, type PodInfo } from '../../../src/twin/scheduler/pod-info.ts'
import { findPreemption } from '../../../src/twin/scheduler/preemption.ts'
import { FILTER_PLUGINS, SCORE_PLUGINS } from '../../../src/twin/scheduler/registry.ts'
import { area } from '../area.ts'
import { labels, labelSelector } from '../arbitraries.ts'
import { NAMESPACES, namespace, nodeOf, NODES, nodes, onNodes, podOf, specs, ZONE } from '../clusters.ts'
import { clusterOf, refusalOf, type Placing } from './scheduling.ts'

interface Preempting extends Placing {
  readonly nominees: readonly KubeObject[]
}

const NOW_MS = Date.UTC(2026, 0, 1)
const priority = fc.constantFrom(-5, 0, 10, 10, 100, 1000)

/** Mostly pods that are in each other's way by their size, sometimes by anything else. */
const plain = fc
  .record({
    cpu: fc.constantFrom('500m', '500m', '1', '1500m'),
    port: fc.constantFrom(0, 0, 0, 8080),
    anti: fc.constantFrom(undefined, undefined, undefined, 'kubernetes.io/hostname', ZONE),
  })
  .map(({ cpu, port, anti }) => ({
    containers: [{ name: 'c0', image: 'registry.local/app:1', resources: { requests: { cpu } }, ...(port === 0 ? {} : { ports: [{ containerPort: 80, hostPort: port }] }) }],
    ...(anti === undefined ? {} : { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: anti, labelSelector: { matchLabels: { app: 'a' } } }] } } }),
  }))
const spec = fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: specs })

const present = fc
  .array(fc.record({ namespace, labels, spec, priority, node: fc.constantFrom(...NODES), leaving: fc.constantFrom('', '', '', '', 'deleted', 'preempted') }), { minLength: 2, maxLength: 9 })
  .map((drawn) => drawn.map((parts, index) => presentPod(index, parts)))

interface PresentParts {
  readonly namespace: string
  readonly labels: Record<string, string>
  readonly spec: object
  readonly priority: number
  readonly node: string
  readonly leaving: string
}

/** Each started at a time of its own: among equals upstream takes whom it meets first. */
function presentPod(index: number, { namespace: space, labels: own, spec: asked, priority: rank, node, leaving }: PresentParts): KubeObject {
  const pod = podOf({ name: `pod-${index}`, space, own, spec: { ...asked, priority: rank, nodeName: node }, leaving: leaving !== '' })
  const startTime = new Date(NOW_MS - ((index * 7) % 11) * 60_000).toISOString().replace('.000Z', 'Z')
  const conditions = leaving === 'preempted' ? [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }] : []
  return { ...pod, status: { phase: 'Running', startTime, conditions } }
}

const incoming = fc
  .record({ namespace, labels, spec, priority: fc.constantFrom(10, 100, 100, 2000), policy: fc.constantFrom(undefined, undefined, undefined, 'Never'), nominated: fc.constantFrom('', '', '', ...NODES) })
  .map(({ namespace: space, labels: own, spec: asked, priority: rank, policy, nominated }) => {
    const pod = podOf({ name: 'new', space, own, spec: { ...asked, priority: rank, ...(policy === undefined ? {} : { preemptionPolicy: policy }) } })
    return { ...pod, status: { phase: 'Pending', ...(nominated === '' ? {} : { nominatedNodeName: nominated }) } }
  })

const nominees = fc
  .array(fc.record({ namespace, labels, spec: plain, priority, node: fc.constantFrom(...NODES) }), { maxLength: 2 })
  .map((drawn) => drawn.map(({ namespace: space, labels: own, spec: asked, priority: rank, node }, index) => ({ ...podOf({ name: `promised-${index}`, space, own, spec: { ...asked, priority: rank } }), status: { phase: 'Pending', nominatedNodeName: node } })))

const budgets = fc.array(fc.record({ namespace, selector: fc.oneof({ weight: 1, arbitrary: labelSelector }, { weight: 3, arbitrary: fc.constantFrom({}, { matchLabels: { app: 'a' } }, { matchExpressions: [{ key: 'app', operator: 'Exists' }] }) }), allowed: fc.constantFrom(0, 1, 1, 2), disrupted: fc.constantFrom('', '', 'pod-1') }), { maxLength: 2 }).map((drawn) =>
  drawn.map(({ namespace: space, selector, allowed, disrupted }, index): KubeObject => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: `budget-${index}`, namespace: space, uid: `uid-budget-${index}` },
    spec: { selector },
    status: { disruptionsAllowed: allowed, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, ...(disrupted === '' ? {} : { disruptedPods: { [disrupted]: '2026-01-01T00:00:00Z' } }) },
  })),
)

const questions = fc.record({ pod: incoming, nodes, pods: present, nominees, objects: budgets }).map((drawn): Preempting => ({ ...drawn, services: [], namespaces: NAMESPACES, pods: withPortsApart(onNodes(drawn.pods, drawn.nodes)), nominees: drawn.nominees }))

/** No two pods hold one port of a node: nothing would have let the second in. */
function withPortsApart(pods: readonly KubeObject[]): readonly KubeObject[] {
  const taken = new Set<string>()
  return pods.filter((pod) => {
    const { nodeName, containers, initContainers = [] } = pod['spec'] as { nodeName: string; containers: readonly Ported[]; initContainers?: readonly Ported[] }
    const ports = [...containers, ...initContainers].flatMap((container) => (container.ports ?? []).map(({ hostPort }) => `${nodeName} ${hostPort}`))
    if (ports.some((port) => taken.has(port))) return false
    for (const port of ports) taken.add(port)
    return true
  })
}

interface Ported {
  readonly ports?: readonly { readonly hostPort?: number }[]
}

export const preemption = area<Preempting>({ name: 'preemption', questions, count: 1_000, answer: answerOf })

/** One full node, pods of one rank and size, and budgets over some: who may stay is decided by their order alone. */
const sparing = fc
  .record({ pods: fc.array(fc.record({ own: fc.constantFrom({ app: 'a' }, { app: 'b' }), priority: fc.constantFrom(0, 0, 10) }), { minLength: 3, maxLength: 6 }), wants: fc.constantFrom('1', '2', '2500m', '3'), budgets })
  .map(({ pods, wants, budgets: objects }): Preempting => ({
    pod: { ...podOf({ name: 'new', space: 'shop', own: {}, spec: { priority: 1000, containers: [{ name: 'c0', image: 'registry.local/app:1', resources: { requests: { cpu: wants } } }] } }), status: { phase: 'Pending' } },
    nodes: [nodeOf('node-a', { cpu: '3', memory: '8Gi', pods: '110', gpu: undefined, zone: undefined, rack: undefined, more: {}, taints: [], cordoned: false, images: [] })],
    pods: pods.map(({ own, priority: rank }, index) => presentPod(index, { namespace: 'shop', labels: own, spec: { containers: [{ name: 'c0', image: 'registry.local/app:1', resources: { requests: { cpu: '500m' } } }] }, priority: rank, node: 'node-a', leaving: '' })),
    nominees: [],
    objects: objects.map((budget) => ({ ...budget, metadata: { ...budget.metadata, namespace: 'shop' } })),
    services: [],
    namespaces: NAMESPACES,
  }))

export const reprieve = area<Preempting>({ name: 'reprieve', questions: sparing, count: 300, answer: answerOf })

function answerOf(asked: Preempting, minor: number): object {
  const cluster = clusterOf(asked, minor)
  const pod = podInfoOf(asked.pod as PodObject)
  const promised = asked.nominees.map((nominee) => ({ node: (nominee['status'] as { nominatedNodeName: string }).nominatedNodeName, info: podInfoOf(nominee as PodObject) }))
  const nomineesOn = (node: string): PodInfo[] => promised.filter((nominee) => nominee.node === node && nominee.info.priority >= pod.priority).map(({ info }) => info)
  const rng = createRng(1)
  const decision = schedulePod({ pod, cluster, filterPlugins: FILTER_PLUGINS, scorePlugins: SCORE_PLUGINS, rng, startIndex: 0, nomineesOn })
  if (decision.type === 'placed') return { fits: true }
  const { diagnosis } = decision
  if (diagnosis.preFilter !== undefined) return { error: diagnosis.preFilter.rejection.reasons.join(', ') }
  const found = findPreemption({ pod, object: asked.pod as PodObject, diagnosis, cluster, rng, nowMs: NOW_MS, nomineesOn })
  const refused = Object.fromEntries(Array.from(diagnosis.refusals, ([name, refusal]) => [name, refusalOf(refusal)]))
  if (found.type === 'none') return { refused, node: '', victims: [], message: `preemption: ${found.message}` }
  // Those that leave already are not asked again since 1.35; before, that changed nothing.
  const deleted = found.victims.filter((victim) => minor < 35 || !victim.terminating)
  return { refused, node: found.nodeName, victims: deleted.map((victim) => victim.key).sort(), message: '' }
}
