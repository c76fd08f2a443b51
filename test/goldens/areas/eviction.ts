/**
 * What the Eviction API answers, word for word, and what it has written by then: the condition, the deletion with its grace
 * and finalizers, and what is left of each budget.
 */

import * as fc from 'fast-check'
import { jsonEqual } from '../../../src/kernel/json.ts'
import type { PodStatus } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { createRng } from '../../../src/kernel/rng.ts'
import type { Eviction } from '../../../src/twin/api/api.ts'
import { createApi, createEnvironment } from '../../../src/twin/api/create-api.ts'
import { defaultObject } from '../../../src/twin/api/default-object.ts'
import { isApiFault, type KubeStatus } from '../../../src/twin/api/status-error.ts'
import type { Budget } from '../../../src/twin/disruption-budget.ts'
import { profileFor } from '../../../src/twin/profile.ts'
import { createStore } from '../../../src/twin/store.ts'
import { area } from '../area.ts'
import { BUBBLE_MS, bubbleTime } from '../sync-bed.ts'
import { withoutEmpty } from '../without-empty.ts'

interface Evicting {
  readonly name: string
  readonly pod: KubeObject
  readonly budgets: readonly KubeObject[]
  readonly eviction: Eviction & object
  readonly dryRun: readonly string[]
}

const some = <T>(value: fc.Arbitrary<T>, weight = 1): fc.Arbitrary<T | undefined> => fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight, arbitrary: value })
const mostly = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> => fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) })
/** Members that are not there are not sent. */
const present = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** What has no grace left and no finalizer is not there any more. */
const deletion = fc.oneof(
  { weight: 3, arbitrary: fc.record({ deletionTimestamp: fc.constantFrom(-40, -5, 0, 10, 30).map((seconds) => bubbleTime(seconds * 1000)), deletionGracePeriodSeconds: fc.constantFrom(1, 30, 30) }) },
  { weight: 1, arbitrary: fc.record({ deletionTimestamp: fc.constantFrom(bubbleTime(-5000), bubbleTime(0)), deletionGracePeriodSeconds: fc.constant(0), finalizers: fc.constantFrom(['example.com/hold'], ['foregroundDeletion']) }) },
)

const condition = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('True', 'True', 'False', 'Unknown').map((status) => ({ type: 'Ready', status })) },
  { weight: 1, arbitrary: fc.constantFrom({ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message: 'x', lastTransitionTime: bubbleTime(-5000) }, { type: 'DisruptionTarget', status: 'False', reason: 'x', lastTransitionTime: bubbleTime(-5000) }) },
)

const pod = fc
  .record({
    phase: fc.constantFrom('Running', 'Running', 'Running', 'Running', 'Pending', 'Succeeded', 'Failed', 'Unknown'),
    conditions: fc.uniqueArray(condition, { maxLength: 2, selector: ({ type }) => type }),
    nodeName: fc.constantFrom('node-a', 'node-a', 'node-a', undefined),
    grace: fc.constantFrom(undefined, undefined, 0, 1, 60),
    finalizers: some(fc.constantFrom<string[]>(['example.com/hold'], ['foregroundDeletion'])),
    leaving: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: deletion }),
  })
  .map(({ phase, conditions, nodeName, grace, finalizers, leaving }): KubeObject => present({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'shop', uid: 'uid-1', generation: 1, labels: { app: 'web' }, finalizers, creationTimestamp: bubbleTime(-60_000), ...leaving } as KubeObject['metadata'],
    spec: { nodeName, terminationGracePeriodSeconds: grace, containers: [{ name: 'main', image: 'x' }] },
    status: { phase, conditions },
  }))

const allowed = fc.constantFrom(
  undefined,
  { status: 'False', reason: 'InsufficientPods', message: '' },
  { status: 'False', reason: 'InsufficientPods', message: 'not enough of them' },
  { status: 'False', reason: 'SyncFailed', message: 'found no controller ref for pod "web-1"' },
  { status: 'True', reason: 'SufficientPods', message: '' },
)

const budget = fc
  .record({
    name: fc.constantFrom('first', 'second'),
    selector: fc.constantFrom<object | undefined>({ matchLabels: { app: 'web' } }, { matchLabels: { app: 'web' } }, { matchLabels: { app: 'web' } }, {}, undefined, { matchLabels: { app: 'other' } }, { matchExpressions: [{ key: 'app', operator: 'Exists' }] }),
    policy: fc.constantFrom(undefined, undefined, 'IfHealthyBudget', 'AlwaysAllow'),
    generation: fc.constantFrom(1, 1, 1, 2),
    disruptionsAllowed: fc.constantFrom(0, 0, 1, 1, 2, -1),
    currentHealthy: fc.nat(4),
    desiredHealthy: fc.constantFrom(0, 1, 2, 3),
    disrupted: fc.constantFrom(0, 0, 0, 1),
    condition: allowed,
    isCrowded: fc.oneof({ weight: 30, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(2000, 2001) }),
  })
  .map(({ name, selector, policy, generation, condition: said, disrupted, isCrowded, ...counts }): KubeObject => present({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, generation },
    spec: { selector, minAvailable: 1, unhealthyPodEvictionPolicy: policy },
    status: {
      ...counts,
      expectedPods: 4,
      observedGeneration: 1,
      ...(disrupted + isCrowded === 0 ? {} : { disruptedPods: Object.fromEntries(Array.from({ length: disrupted + isCrowded }, (_, index) => [`other-${index}`, bubbleTime(-5000)])) }),
      ...(said === undefined ? {} : { conditions: [{ type: 'DisruptionAllowed', ...said, lastTransitionTime: bubbleTime(-5000) }] }),
    },
  }))

const preconditions = fc.record({ uid: fc.constantFrom(undefined, 'uid-1', 'uid-1', 'uid-0', ''), resourceVersion: fc.constantFrom(undefined, undefined, '10', '9', '') }).map(present)

const deleteOptions = fc
  .record({
    gracePeriodSeconds: fc.constantFrom(undefined, undefined, 0, 1, 5, 90, -3),
    propagationPolicy: mostly<string | undefined>(undefined, 'Background', 'Foreground', 'Orphan', 'Sideways'),
    orphanDependents: mostly<boolean | undefined>(undefined, true, false),
    preconditions: some(preconditions, 2),
    dryRun: mostly<string[] | undefined>(undefined, ['All'], ['All', 'All'], ['Some']),
    ignoreStoreReadErrorWithClusterBreakingPotential: mostly<boolean | undefined>(undefined, true, false),
  })
  .map(present)

const evictions = fc
  .record({
    name: mostly('web-1', 'web-2'),
    named: mostly('same', 'other', 'none'),
    pod,
    budgets: fc.uniqueArray(budget, { maxLength: 2, selector: ({ metadata }) => metadata.name }),
    deleteOptions: some(deleteOptions, 3),
    dryRun: fc.constantFrom<string[]>([], [], [], [], ['All']),
  })
  .map(({ named, deleteOptions: options, name, ...rest }): Evicting => ({
    ...rest,
    name,
    eviction: present({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace: 'shop', name: named === 'same' ? name : named === 'other' ? 'web-9' : undefined }, deleteOptions: options }) as Evicting['eviction'],
  }))

export const eviction = area<Evicting>({
  name: 'eviction',
  questions: evictions,
  count: 1_200,
  agrees: (ours, upstream) => jsonEqual(withoutEmpty(ours), withoutEmpty(upstream)),
  answer(asked, minor) {
    const profile = profileFor({ minor })
    const store = createStore()
    for (const one of asked.budgets) store.put(one)
    // As the other side has it: versions begin with those of the pod.
    while (store.resourceVersion < POD_VERSION - 1) store.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `filler-${store.resourceVersion}`, namespace: 'shop' } })
    store.put(defaultObject(asked.pod, profile))
    const api = createApi(createEnvironment({ store, profile, rng: createRng(1), nowMs: () => BUBBLE_MS }))
    const said = statusOf(() => api.evict({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: asked.name }, asked.eviction, asked.dryRun))
    const left = store.byKey('/Pod|shop|web-1')
    return {
      ...said,
      pod: left === undefined ? null : podLeft(left),
      budgets: asked.budgets.map(({ metadata }) => budgetLeft(store.byKey(`policy/PodDisruptionBudget|shop|${metadata.name}`) as Budget)),
    }
  },
})

const POD_VERSION = 10

function statusOf(work: () => void): Partial<KubeStatus> {
  try {
    work()
    return { code: 201 }
  } catch (error) {
    if (!isApiFault(error)) throw error
    const { code, reason, message, details } = error.kubeStatus
    return { code, message, ...(reason === undefined ? {} : { reason }), ...(details === undefined ? {} : { details }) }
  }
}

function podLeft({ metadata, ...pod }: KubeObject): object {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers, generation } = metadata
  return { deletionTimestamp, deletionGracePeriodSeconds, finalizers, generation, conditions: (pod['status'] as PodStatus | undefined)?.conditions }
}

/** Of a crowd its size. */
function budgetLeft({ status }: Budget): object {
  const { disruptedPods = {}, disruptionsAllowed, conditions } = status ?? { disruptionsAllowed: 0 }
  const names = Object.keys(disruptedPods)
  return { disruptionsAllowed, conditions, disrupted: names.length > FEW ? names.length : disruptedPods }
}

const FEW = 10
