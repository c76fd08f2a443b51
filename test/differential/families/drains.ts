/**
 * Drains, cordons and lost nodes, on nodes of the play's own. Everything starts on node a, the only one that is open
 * then, so that both sides drain the same pods; a node that pods may have gone to by chance is not drained.
 */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { nodeNamed } from '../fleet.ts'
import type { Script, Step } from '../script.ts'
import { budget, template, workload } from './workload-objects.ts'

const amount = fc.constantFrom<number | string>(0, 1, 2, '25%', '50%')
const app = 'web'

/** Few nodes, some too small to take what is drained. */
const others: Arbitrary<readonly KubeObject[]> = fc.array(fc.record({ zone: fc.constantFrom('z2', 'z3'), pods: fc.constantFrom('2', '3', '110') }), { minLength: 1, maxLength: 3 }).map((shapes) => shapes.map((shape, index) => nodeNamed(`@${'bcd'[index] ?? ''}`, shape)))

const spread = fc
  .record({ topologyKey: fc.constantFrom('kubernetes.io/hostname', 'topology.kubernetes.io/zone'), nodeTaintsPolicy: fc.constantFrom('Honor', 'Ignore') })
  .map((parts) => ({ topologySpreadConstraints: [{ maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app } }, ...parts }] }))
const apart = fc.constant({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } }] } } })
const budgets: Arbitrary<readonly KubeObject[]> = fc.option(fc.oneof(fc.record({ minAvailable: amount }), fc.record({ maxUnavailable: amount }))).map((spec) => (spec === null ? [] : [budget('budget', app, spec)]))

const kinds = fc.constantFrom('Deployment' as const, 'Deployment' as const, 'StatefulSet' as const, 'ReplicaSet' as const)
const plain = fc.record({ others, kind: kinds, replicas: fc.integer({ min: 1, max: 4 }), pod: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: apart }), image: fc.constantFrom('good:1', 'good:1', 'good:1', 'crash:1') })
/** With one other node and an even number, which node gets how many is decided. */
const even = fc.record({ others: others.map((some): readonly KubeObject[] => some.slice(0, 1)), kind: kinds, replicas: fc.constantFrom(2, 4), pod: spread, image: fc.constant('good:1') })

type Ending = 'nothing' | 'uncordon' | 'drain the other'
const ending = fc.constantFrom<Ending>('nothing', 'uncordon', 'drain the other')

function stepsAfter(chosen: Ending, otherCount: number): readonly Step[] {
  if (chosen === 'uncordon') return [{ do: 'uncordon', node: 'a' }]
  return chosen === 'drain the other' && otherCount === 1 ? [{ do: 'drain', node: 'b', timeoutSeconds: 12 }] : []
}

export const drainScripts: Arbitrary<Script> = fc.record({ placed: fc.oneof({ weight: 3, arbitrary: plain }, { weight: 2, arbitrary: even }), budgets, ending, drained: fc.constantFrom(true, true, false) }).map(({ placed, ...drawn }) => ({
  name: 'drain',
  nodes: [nodeNamed('@a', { zone: 'z1' }), ...placed.others.map((node) => ({ ...node, spec: { unschedulable: true } }))],
  steps: [
    ...[...drawn.budgets, workload(placed.kind, app, { replicas: placed.replicas }, template(app, placed.image, placed.pod))].map((object): Step => ({ do: 'create', object })),
    ...placed.others.map((node): Step => ({ do: 'uncordon', node: (node.metadata.name ?? '').replace('@', '') })),
    drawn.drained ? { do: 'drain', node: 'a', timeoutSeconds: 20 } : { do: 'evict', pod: { app, index: 0 } },
    ...stepsAfter(drawn.ending, placed.others.length),
  ],
}))
