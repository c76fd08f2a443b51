/** What a PodDisruptionBudget allows: the status that its controller writes. */

import * as fc from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { disruption } from '../../../src/twin/controllers/disruption.ts'
import { allowedCondition, type Budget } from '../../../src/twin/disruption-budget.ts'
import { createTestBed } from '../../../src/twin/scheduler/test-bed.ts'
import { area } from '../area.ts'

interface Budgeting {
  readonly budget: KubeObject
  readonly pods: readonly KubeObject[]
  readonly deployments: readonly KubeObject[]
  readonly replicaSets: readonly KubeObject[]
  readonly statefulSets: readonly KubeObject[]
}

const bound = fc.oneof(fc.nat(8), fc.nat(110).map((percent) => `${percent}%`))
const spec = fc.oneof(fc.record({ minAvailable: bound }), fc.record({ maxUnavailable: bound }))
const selector = fc.constantFrom<object>({ matchLabels: { app: 'web' } }, { matchLabels: { app: 'web' } }, {}, { matchExpressions: [{ key: 'tier', operator: 'Exists' }] })

const drawnPod = fc.record({
  owner: fc.constantFrom('web-1', 'web-1', 'web-1', 'web-2', 'db', 'gone', undefined),
  labels: fc.constantFrom({ app: 'web' }, { app: 'web' }, { app: 'web', tier: 'x' }, { app: 'other' }),
  ready: fc.constantFrom(true, true, true, false),
  leaving: fc.constantFrom(false, false, false, true),
  phase: fc.constantFrom('Running', 'Running', 'Running', 'Pending', 'Succeeded', 'Failed'),
})

const object = (apiVersion: string, kind: string, name: string, more: object): KubeObject => ({ apiVersion, kind, metadata: { name, namespace: 'shop', uid: `uid-${name}` }, ...more })
const controller = (apiVersion: string, kind: string, name: string): object => ({ apiVersion, kind, name, uid: `uid-${name}`, controller: true })

const OWNERS: Readonly<Record<string, object>> = {
  'web-1': controller('apps/v1', 'ReplicaSet', 'web-1'),
  'web-2': controller('apps/v1', 'ReplicaSet', 'web-2'),
  db: controller('apps/v1', 'StatefulSet', 'db'),
  gone: controller('apps/v1', 'ReplicaSet', 'gone'),
}

const budgetings = fc
  .record({ spec, selector, drawn: fc.array(drawnPod, { maxLength: 9 }), deployment: fc.nat(9), replicaSets: fc.tuple(fc.nat(9), fc.nat(4)), statefulSet: fc.nat(5) })
  .map((parts): Budgeting => {
    const set = (name: string, replicas: number): KubeObject => {
      const bare = object('apps/v1', 'ReplicaSet', name, { spec: { replicas } })
      return { ...bare, metadata: { ...bare.metadata, ownerReferences: [controller('apps/v1', 'Deployment', 'web') as never] } }
    }
    const bare = object('policy/v1', 'PodDisruptionBudget', 'budget', { spec: { selector: parts.selector, ...parts.spec } })
    return {
      budget: { ...bare, metadata: { ...bare.metadata, generation: 1 } },
      deployments: [object('apps/v1', 'Deployment', 'web', { spec: { replicas: parts.deployment } })],
      replicaSets: parts.replicaSets.map((replicas, index) => set(`web-${index + 1}`, replicas)),
      statefulSets: [object('apps/v1', 'StatefulSet', 'db', { spec: { replicas: parts.statefulSet } })],
      pods: parts.drawn.map((pod, index) => podOf(index, pod)),
    }
  })

function podOf(index: number, { owner, labels, ready, leaving, phase }: { readonly owner: string | undefined; readonly labels: object; readonly ready: boolean; readonly leaving: boolean; readonly phase: string }): KubeObject {
  const bare = object('v1', 'Pod', `pod-${index}`, { spec: { containers: [{ name: 'c' }] }, status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] } })
  const ownerReferences = owner === undefined ? [] : [OWNERS[owner] as never]
  return { ...bare, metadata: { ...bare.metadata, labels: { ...labels } as Record<string, string>, ownerReferences, ...(leaving ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) } }
}

export const budget = area<Budgeting>({
  name: 'budget',
  questions: budgetings,
  count: 400,
  answer({ budget: asked, pods, deployments, replicaSets, statefulSets }) {
    const bed = createTestBed({ controllers: [disruption], objects: [...deployments, ...replicaSets, ...statefulSets, ...pods, asked] })
    bed.advance(1_000)
    const { status } = bed.store.byKey('policy/PodDisruptionBudget|shop|budget') as Budget
    const reason = allowedCondition(status)?.reason
    return { expected: status?.expectedPods ?? 0, desired: status?.desiredHealthy ?? 0, healthy: status?.currentHealthy ?? 0, allowed: status?.disruptionsAllowed ?? 0, ...(reason === undefined ? {} : { reason }) }
  },
})
