/** Clusters of any size, one pod after another: how many nodes are looked at before it is enough, who is chosen among equals, and the sentence where nobody fits. */

import * as fc from 'fast-check'
import { createRng } from '../../../src/kernel/rng.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { PodObject } from '../../../src/model/kube/workload.ts'
import { profileFor } from '../../../src/twin/profile.ts'
import { indexOf } from '../../../src/twin/scheduler/cluster-index.ts'
import { schedulePod, type Decision } from '../../../src/twin/scheduler/cycle.ts'
import { unschedulableMessage } from '../../../src/twin/scheduler/message.ts'
import { podInfoOf } from '../../../src/twin/scheduler/pod-info.ts'
import { FILTER_PLUGINS, SCORE_PLUGINS } from '../../../src/twin/scheduler/registry.ts'
import { createStore } from '../../../src/twin/store.ts'
import { area } from '../area.ts'
import { NAMESPACES, nodeOf, podOf } from '../clusters.ts'

interface Landing {
  readonly pod: KubeObject
  readonly lands: string
}

interface Sampling {
  readonly nodes: readonly KubeObject[]
  readonly pods: readonly Landing[]
}

const nodeParts = fc.record({
  cpu: fc.constantFrom('1', '2', '4', '4'),
  memory: fc.constant('8Gi'),
  pods: fc.constantFrom('2', '110', '110'),
  gpu: fc.constantFrom(undefined, undefined, undefined, '2'),
  zone: fc.constantFrom('z1', 'z2', 'z3', undefined),
  rack: fc.constant(undefined),
  more: fc.constantFrom({}, { disk: 'ssd' }),
  taints: fc.constantFrom([], [], [], [{ key: 'team', value: 'x', effect: 'NoSchedule' }], [{ key: 'team', value: 'x', effect: 'PreferNoSchedule' }]),
  cordoned: fc.constantFrom(false, false, false, false, true),
  images: fc.constant([]),
})
/** A few kinds of nodes in turn: big clusters are made of those. */
const nodes = fc
  .record({ count: fc.oneof(fc.nat(12), fc.integer({ min: 90, max: 300 })), kinds: fc.array(nodeParts, { minLength: 1, maxLength: 5 }) })
  .map(({ count, kinds }) => Array.from({ length: count }, (_, index) => nodeOf(`node-${index}`, kinds[index % kinds.length] ?? (kinds[0] as never))))

const spec = fc
  .record(
    {
      requests: fc.record({ cpu: fc.constantFrom('100m', '1', '3', '9'), 'example.com/gpu': fc.constantFrom('1', '3') }, { requiredKeys: ['cpu'] }),
      nodeSelector: fc.constantFrom({ disk: 'ssd' }, { disk: 'none' }),
      tolerations: fc.constant([{ key: 'team', operator: 'Exists' }]),
      affinity: fc.constantFrom('node-1', 'node-none').map((name) => ({ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }] } } })),
      ports: fc.constant([{ containerPort: 80, hostPort: 8080, protocol: 'TCP' }]),
    },
    { requiredKeys: ['requests'] },
  )
  .map(({ requests, ports, ...rest }) => ({ ...rest, containers: [{ name: 'c', image: 'registry.local/app:1', resources: { requests }, ...(ports === undefined ? {} : { ports }) }] }))

const samplings = fc.record({ nodes, specs: fc.array(fc.record({ spec, lands: fc.nat(400) }), { minLength: 1, maxLength: 5 }) }).map(
  (drawn): Sampling => ({
    nodes: drawn.nodes,
    pods: drawn.specs.map(({ spec: own, lands }, index) => ({ pod: podOf({ name: `pod-${index}`, space: 'shop', own: { app: 'a' }, spec: own }), lands: drawn.nodes.length === 0 ? 'none' : `node-${lands % drawn.nodes.length}` })),
  }),
)

export const sampling = area<Sampling>({
  name: 'sampling',
  questions: samplings,
  count: 200,
  answer({ nodes: some, pods }, minor) {
    const store = createStore()
    for (const object of [...NAMESPACES, ...some]) store.put(object)
    // Upstream's searchers run at once and meet in any order, which the twin plays as chance; here upstream has one.
    const cluster = { index: indexOf(store), store, profile: { ...profileFor({ minor }), tieBreak: minor >= 35 ? ('heap-root' as const) : ('seeded-uniform' as const) } }
    let startIndex = 0
    return pods.map(({ pod, lands }) => {
      const decision = schedulePod({ pod: podInfoOf(pod as PodObject), cluster, filterPlugins: FILTER_PLUGINS, scorePlugins: SCORE_PLUGINS, rng: createRng(1), startIndex, nomineesOn: () => [] })
      startIndex = decision.nextIndex
      if (decision.type === 'placed') cluster.index.assume(podInfoOf({ ...pod, spec: { ...(pod['spec'] as object), nodeName: lands } } as PodObject), lands)
      return shown(decision, minor)
    })
  },
})

function shown(decision: Decision, minor: number): object {
  if (decision.type === 'unschedulable') return { message: decision.diagnosis.nodeCount === 0 ? 'no nodes available to schedule pods' : unschedulableMessage(decision.diagnosis) }
  const { nodeName, feasible, evaluated } = decision
  return { ...(minor >= 35 ? { host: nodeName } : {}), evaluated, feasible }
}
