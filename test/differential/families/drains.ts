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

interface BudgetSpec {
  readonly minAvailable?: number | string
  readonly maxUnavailable?: number | string
}

const policy = fc.constantFrom({}, {}, { unhealthyPodEvictionPolicy: 'IfHealthyBudget' }, { unhealthyPodEvictionPolicy: 'AlwaysAllow' })
const budgetSpec: Arbitrary<BudgetSpec> = fc.tuple(fc.oneof(fc.record({ minAvailable: amount }), fc.record({ maxUnavailable: amount })), policy).map(([size, more]) => ({ ...size, ...more }))
/** Two over the same pods, and no eviction is answered any more. */
const budgets: Arbitrary<readonly BudgetSpec[]> = fc.oneof({ weight: 6, arbitrary: fc.array(budgetSpec, { maxLength: 1 }) }, { weight: 1, arbitrary: fc.array(budgetSpec, { minLength: 2, maxLength: 2 }) })

/** How many may go at once, by all budgets. */
function allowedOf(specs: readonly BudgetSpec[], replicas: number): number {
  const amountOf = (value: number | string): number => (typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * replicas) / 100))
  return Math.min(replicas, ...specs.map(({ minAvailable, maxUnavailable }) => (minAvailable === undefined ? amountOf(maxUnavailable ?? 0) : replicas - amountOf(minAvailable))))
}

const kinds = fc.constantFrom('Deployment' as const, 'Deployment' as const, 'StatefulSet' as const, 'ReplicaSet' as const)
const plain = fc.record({ others, kind: kinds, replicas: fc.integer({ min: 1, max: 4 }), pod: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: apart }), crashes: fc.constantFrom(false, false, false, true) })
/** With one other node and an even number, which node gets how many is decided. */
const even = fc.record({ others: others.map((some): readonly KubeObject[] => some.slice(0, 1)), kind: kinds, replicas: fc.constantFrom(2, 4), pod: spread, crashes: fc.constant(false) })

const EMPTY_DIR = { volumes: [{ name: 'tmp', emptyDir: {} }] }
const bare: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare', labels: { app: 'bare' } }, spec: { terminationGracePeriodSeconds: 5, containers: [{ name: 'main', image: 'good:1' }] } }
/** What stands on the node besides the workload: what a drain passes over, what stops it, and what a budget of its own counts. */
const company: Arbitrary<readonly KubeObject[]> = fc
  .record({ daemon: fc.boolean(), unmanaged: fc.constantFrom('none', 'none', 'none', 'bare', 'budgeted') })
  .map(({ daemon, unmanaged }) => [
    ...(daemon ? [workload('DaemonSet', 'agent', {})] : []),
    ...(unmanaged === 'none' ? [] : [bare]),
    ...(unmanaged === 'budgeted' ? [budget('lone', 'bare', { minAvailable: 1 })] : []),
  ])

interface Drawn {
  readonly emptyDir: 'none' | 'kept' | 'given up'
  readonly way: 'drain' | 'evict' | 'evict at once' | 'evict the bare one'
  readonly ending: Ending
}

type Ending = 'nothing' | 'uncordon' | 'drain the other' | 'delete one'
const ending = fc.constantFrom<Ending>('nothing', 'uncordon', 'drain the other', 'delete one')

/** What one eviction moved may be on either node by chance; after a drain all is on the other, or waits. */
function stepsAfter({ ending: chosen, way: moved }: Pick<Drawn, 'ending' | 'way'>, otherCount: number): readonly Step[] {
  if (chosen === 'uncordon') return [{ do: 'uncordon', node: 'a' }]
  if (chosen === 'delete one') return [{ do: 'remove-pod', pod: { app, index: 0 }, gracePeriodSeconds: 1 }]
  return chosen === 'drain the other' && moved === 'drain' && otherCount === 1 ? [{ do: 'drain', node: 'b', timeoutSeconds: 12 }] : []
}

/** A pod that takes its time to start lets requests that follow each other be one moment, which they are to the twin. */
function imageOf({ crashes, atOnce }: { readonly crashes: boolean; readonly atOnce: number }): string {
  if (crashes) return 'crash:1'
  return atOnce > 1 ? 'steady:1' : 'good:1'
}

const way = fc.constantFrom<Drawn['way']>('drain', 'drain', 'drain', 'evict', 'evict at once', 'evict the bare one')

function movingStep({ way: chosen, emptyDir }: Drawn, atOnce: number): Step {
  if (chosen === 'drain') return { do: 'drain', node: 'a', timeoutSeconds: atOnce > 1 ? 60 : 20, ...(emptyDir === 'given up' ? { deleteEmptyDirData: true } : {}) }
  if (chosen === 'evict the bare one') return { do: 'evict', pod: { app: 'bare', index: 0 } }
  return { do: 'evict', pod: { app, index: 0 }, ...(chosen === 'evict at once' ? { gracePeriodSeconds: 1 } : {}) }
}

export const drainScripts: Arbitrary<Script> = fc
  .record({ placed: fc.oneof({ weight: 3, arbitrary: plain }, { weight: 2, arbitrary: even }), company, budgets, emptyDir: fc.constantFrom<Drawn['emptyDir']>('none', 'none', 'kept', 'given up'), ending, way })
  .map(({ placed, company: neighbours, budgets: specs, ...drawn }) => {
    const atOnce = allowedOf(specs, placed.replicas)
    const pod = template(app, imageOf({ crashes: placed.crashes, atOnce }), { ...placed.pod, ...(drawn.emptyDir === 'none' ? {} : EMPTY_DIR) })
    const objects = [...neighbours, ...specs.map((spec, index) => budget(`budget-${index}`, app, spec)), workload(placed.kind, app, { replicas: placed.replicas }, pod)]
    return {
      name: 'drain',
      nodes: [nodeNamed('@a', { zone: 'z1' }), ...placed.others.map((node) => ({ ...node, spec: { unschedulable: true } }))],
      steps: [
        ...objects.map((object): Step => ({ do: 'create', object })),
        ...placed.others.map((node): Step => ({ do: 'uncordon', node: (node.metadata.name ?? '').replace('@', '') })),
        movingStep(drawn, atOnce),
        ...stepsAfter(drawn, placed.others.length),
      ],
    }
  })
