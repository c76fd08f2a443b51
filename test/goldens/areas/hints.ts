/**
 * A pod that plugins refused, and something that changes: which of them would have it tried again? The twin may try more often
 * than upstream, which costs an attempt; never less, which would leave a pod waiting.
 */

import * as fc from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { clusterEventOf } from '../../../src/twin/scheduler/cluster-event.ts'
import { mayHelp } from '../../../src/twin/scheduler/hints.ts'
import { area } from '../area.ts'
import { labels, labelSelector, nodeSelectorTerm, taint, toleration } from '../arbitraries.ts'
import { NAMESPACES, namespace, nodeOf, podOf, ZONE } from '../clusters.ts'

const PLUGINS = ['NodeUnschedulable', 'NodeName', 'TaintToleration', 'NodeAffinity', 'NodePorts', 'NodeResourcesFit', 'PodTopologySpread', 'InterPodAffinity'] as const

interface Hinting {
  readonly pod: KubeObject
  readonly plugins: readonly string[]
  readonly change: { readonly nodeBefore?: KubeObject; readonly nodeAfter?: KubeObject; readonly podBefore?: KubeObject; readonly podAfter?: KubeObject }
  readonly nodes: readonly KubeObject[]
  readonly namespaces: readonly KubeObject[]
}

const term = fc.record({ topologyKey: fc.constantFrom(ZONE, 'rack'), labelSelector })
const spec = fc.record(
  {
    cpu: fc.constantFrom('500m', '1', '2'),
    port: fc.constantFrom(0, 0, 8080),
    tolerations: fc.array(toleration, { maxLength: 1 }),
    nodeSelector: fc.constantFrom({ zone: 'a' }, { disk: 'ssd' }),
    affinity: fc.record(
      {
        podAffinity: fc.record({ requiredDuringSchedulingIgnoredDuringExecution: fc.tuple(term) }),
        podAntiAffinity: fc.record({ requiredDuringSchedulingIgnoredDuringExecution: fc.tuple(term) }),
        nodeAffinity: fc.record({ requiredDuringSchedulingIgnoredDuringExecution: fc.record({ nodeSelectorTerms: fc.tuple(nodeSelectorTerm) }) }),
      },
      { requiredKeys: [] },
    ),
    topologySpreadConstraints: fc.tuple(fc.record({ maxSkew: fc.constant(1), topologyKey: fc.constantFrom(ZONE, 'rack'), whenUnsatisfiable: fc.constant('DoNotSchedule'), labelSelector })),
  },
  { requiredKeys: ['cpu', 'port'] },
).map(({ cpu, port, ...rest }) => ({ containers: [{ name: 'c0', image: 'registry.local/app:1', resources: { requests: { cpu } }, ...(port === 0 ? {} : { ports: [{ containerPort: 80, hostPort: port }] }) }], ...rest }))

const node = fc
  .record({ cpu: fc.constantFrom('1', '2', '4'), zone: fc.constantFrom('z1', 'z2', undefined), rack: fc.constantFrom('r1', undefined), more: fc.constantFrom({}, { zone: 'a' }, { disk: 'ssd' }), taints: fc.array(taint, { maxLength: 1 }), cordoned: fc.boolean() })
  .map((parts) => nodeOf('node-a', { ...parts, memory: '8Gi', pods: '110', gpu: undefined, images: [] }))

const held = fc
  .record({ namespace, labels, spec, leaving: fc.constantFrom(false, false, true) })
  .map(({ namespace: space, labels: own, spec: asked, leaving }) => podOf({ name: 'other', space, own, spec: { ...asked, nodeName: 'node-a' }, leaving }))

/** What changes in a pod that holds a node: its labels, its size, that it is asked to go. */
const changedPod = fc.tuple(held, labels, fc.constantFrom('500m', '1', '2'), fc.constantFrom('labels', 'size', 'leaving', 'labels and size')).map(([before, other, cpu, what]) => {
  const [container] = (before['spec'] as { containers: object[] }).containers
  const asked = what.includes('size') ? { ...(before['spec'] as object), containers: [{ ...container, resources: { requests: { cpu } } }] } : before['spec']
  const metadata = { ...before.metadata, ...(what.includes('labels') ? { labels: other } : {}), ...(what === 'leaving' ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) }
  return { podBefore: before, podAfter: { ...before, metadata, spec: asked } }
})

const change = fc.oneof(
  node.map((nodeAfter) => ({ nodeAfter })),
  fc.tuple(node, node, fc.constantFrom('labels', 'taints', 'cordon', 'size', 'all')).map(([before, other, what]) => ({ nodeBefore: before, nodeAfter: changedNode(before, other, what) })),
  held.map((podAfter) => ({ podAfter })),
  held.map((podBefore) => ({ podBefore })),
  changedPod,
)

function changedNode(before: KubeObject, other: KubeObject, what: string): KubeObject {
  const [old, fresh] = [before['spec'] as { taints: unknown; unschedulable?: boolean }, other['spec'] as { taints: unknown; unschedulable?: boolean }]
  if (what === 'all') return other
  if (what === 'labels') return { ...before, metadata: { ...before.metadata, labels: other.metadata.labels ?? {} } }
  if (what === 'taints') return { ...before, spec: { ...old, taints: fresh.taints } }
  if (what === 'cordon') return { ...before, spec: { ...fresh, taints: old.taints } }
  return { ...before, status: other['status'] }
}

const incoming = fc.record({ namespace, labels, spec }).map(({ namespace: space, labels: own, spec: asked }) => podOf({ name: 'new', space, own, spec: asked }))

export const hints = area<Hinting>({
  name: 'hints',
  questions: fc.record({ pod: incoming, change }).map((drawn) => ({ ...drawn, plugins: PLUGINS, nodes: [], namespaces: NAMESPACES })),
  count: 1_500,
  answer({ plugins, change: { nodeBefore, nodeAfter, podBefore, podAfter } }) {
    const [before, after] = [nodeBefore ?? podBefore, nodeAfter ?? podAfter]
    const event = clusterEventOf({ groupKind: before?.kind === 'Node' || after?.kind === 'Node' ? '/Node' : '/Pod', ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) } as never)
    return Object.fromEntries(plugins.map((plugin) => [plugin, event !== undefined && mayHelp([plugin], event)]))
  },
  agrees: (ours, upstream) => Object.entries(upstream as Record<string, boolean>).every(([plugin, moves]) => !moves || (ours as Record<string, boolean>)[plugin] === true),
})
