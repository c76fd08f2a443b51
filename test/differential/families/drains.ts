/**
 * Drains, cordons and lost nodes, on nodes of the play's own. Everything starts on node a, the only one that is open
 * then, so that both sides drain the same pods; where they go afterwards is compared by zone only where it is decided.
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
const others: Arbitrary<readonly KubeObject[]> = fc.array(fc.record({ zone: fc.constantFrom('z1', 'z2'), pods: fc.constantFrom('2', '3', '110') }), { minLength: 1, maxLength: 3 }).map((shapes) => shapes.map((shape, index) => nodeNamed(`@${'bcd'[index] ?? ''}`, shape)))

const spread = fc
  .record({ topologyKey: fc.constantFrom('kubernetes.io/hostname', 'topology.kubernetes.io/zone'), nodeTaintsPolicy: fc.constantFrom('Honor', 'Ignore') })
  .map((parts) => ({ topologySpreadConstraints: [{ maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app } }, ...parts }] }))
const apart = fc.constant({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } }] } } })
const placing: Arbitrary<object> = fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: spread }, { weight: 1, arbitrary: apart })

const budgets: Arbitrary<readonly KubeObject[]> = fc.option(fc.oneof(fc.record({ minAvailable: amount }), fc.record({ maxUnavailable: amount }))).map((spec) => (spec === null ? [] : [budget('budget', app, spec)]))

const objects: Arbitrary<KubeObject> = fc
  .record({ kind: fc.constantFrom('Deployment' as const, 'Deployment' as const, 'StatefulSet' as const, 'ReplicaSet' as const), replicas: fc.integer({ min: 1, max: 4 }), pod: placing, image: fc.constantFrom('good:1', 'good:1', 'good:1', 'crash:1') })
  .map(({ kind, replicas, pod, image }) => workload(kind, app, { replicas }, template(app, image, pod)))

const ending: Arbitrary<readonly Step[]> = fc.constantFrom<readonly Step[]>([], [{ do: 'uncordon', node: 'a' }], [{ do: 'drain', node: 'b', timeoutSeconds: 12 }])

export const drainScripts: Arbitrary<Script> = fc.record({ others, budgets, object: objects, ending, drained: fc.constantFrom(true, true, false) }).map((drawn) => ({
  name: 'drain',
  nodes: [nodeNamed('@a', { zone: 'z1' }), ...drawn.others.map((node) => ({ ...node, spec: { unschedulable: true } }))],
  steps: [
    ...[...drawn.budgets, drawn.object].map((object): Step => ({ do: 'create', object })),
    ...drawn.others.map((node): Step => ({ do: 'uncordon', node: (node.metadata.name ?? '').replace('@', '') })),
    drawn.drained ? { do: 'drain', node: 'a', timeoutSeconds: 20 } : { do: 'evict', pod: { app, index: 0 } },
    ...drawn.ending,
  ],
}))
