/**
 * Controllers at work: a workload, perhaps a budget and a Service, and actions on them. After each action both sides come
 * to rest, so that what is compared is decided by the rules and not by who was faster.
 */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Script, Step, Target } from '../script.ts'
import { budget, imagePatch, jobOf, service, workload } from './workload-objects.ts'

const APP = 'web'
const images = fc.constantFrom('good:2', 'good:2', 'missing:1', 'deaf:1', 'crash:1')
const replicas = fc.integer({ min: 1, max: 5 })
const amount = fc.constantFrom<number | string>(0, 1, 2, '25%', '50%', '100%')

const strategy = fc.oneof(
  { weight: 4, arbitrary: fc.record({ maxSurge: amount, maxUnavailable: amount }).filter(({ maxSurge, maxUnavailable }) => maxSurge !== 0 || maxUnavailable !== 0).map((rollingUpdate) => ({ type: 'RollingUpdate', rollingUpdate })) },
  { weight: 1, arbitrary: fc.constant({ type: 'Recreate' }) },
)

const budgets = fc
  .oneof(fc.record({ minAvailable: amount }), fc.record({ maxUnavailable: amount }))
  .chain((spec) => fc.constantFrom({}, {}, { unhealthyPodEvictionPolicy: 'AlwaysAllow' }).map((policy) => budget('budget', APP, { ...spec, ...policy })))

const extras: Arbitrary<readonly KubeObject[]> = fc.record({ pdb: fc.option(budgets), twice: fc.constantFrom(false, false, false, true), served: fc.boolean() }).map(({ pdb, twice, served }) => [
  ...(pdb === null ? [] : [pdb]),
  ...(pdb !== null && twice ? [budget('second', APP, { maxUnavailable: 1 })] : []),
  ...(served ? [service(APP)] : []),
])

const pod = fc.nat({ max: 4 }).map((index) => ({ app: APP, index }))

function scaled(kind: string): Arbitrary<Step> {
  return fc.integer({ min: 0, max: 6 }).map((count) => ({ do: 'patch', target: target(kind), patch: { type: 'merge', body: { spec: { replicas: count } } } }))
}

function target(kind: string): Target {
  return { apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1', kind, name: APP }
}

const evicted: Arbitrary<Step> = pod.map((chosen) => ({ do: 'evict', pod: chosen }))
const removed: Arbitrary<Step> = fc.record({ pod, gracePeriodSeconds: fc.constantFrom(0, 1, 5) }).map((parts) => ({ do: 'remove-pod', ...parts }))
const rolled = (kind: string): Arbitrary<Step> => images.map((image) => ({ do: 'patch', target: target(kind), patch: imagePatch(image) }))
const gone = (kind: string): Arbitrary<Step> => fc.constantFrom('Background' as const, 'Foreground' as const, 'Orphan' as const).map((propagation) => ({ do: 'remove', target: target(kind), propagation }))

function acts(...steps: readonly { readonly weight: number; readonly arbitrary: Arbitrary<Step> }[]): Arbitrary<readonly Step[]> {
  return fc.array(fc.oneof(...steps), { minLength: 1, maxLength: 4 })
}

const paused: Arbitrary<Step> = fc.boolean().map((isPaused) => ({ do: 'patch', target: target('Deployment'), patch: { type: 'merge', body: { spec: { paused: isPaused } } } }))
const undone: Arbitrary<Step> = fc.constant({ do: 'undo', deployment: APP, revision: 1 })

const deployments = fc.record({
  object: fc.record({ replicas, strategy }).map((spec) => workload('Deployment', APP, spec)),
  extras,
  steps: acts({ weight: 3, arbitrary: scaled('Deployment') }, { weight: 4, arbitrary: rolled('Deployment') }, { weight: 3, arbitrary: evicted }, { weight: 1, arbitrary: removed }, { weight: 1, arbitrary: paused }, { weight: 1, arbitrary: undone }, { weight: 1, arbitrary: gone('Deployment') }),
})

const replicaSets = fc.record({
  object: replicas.map((count) => workload('ReplicaSet', APP, { replicas: count })),
  extras,
  steps: acts({ weight: 2, arbitrary: scaled('ReplicaSet') }, { weight: 3, arbitrary: evicted }, { weight: 2, arbitrary: removed }, { weight: 1, arbitrary: gone('ReplicaSet') }),
})

const statefulSets = fc.record({
  object: fc
    .record({ replicas: fc.integer({ min: 1, max: 3 }), podManagementPolicy: fc.constantFrom('OrderedReady', 'Parallel'), updateStrategy: fc.constantFrom({ type: 'RollingUpdate' }, { type: 'RollingUpdate', rollingUpdate: { partition: 1 } }, { type: 'OnDelete' }) })
    .map((spec) => workload('StatefulSet', APP, spec)),
  extras,
  steps: acts({ weight: 3, arbitrary: scaled('StatefulSet') }, { weight: 3, arbitrary: rolled('StatefulSet') }, { weight: 3, arbitrary: evicted }, { weight: 1, arbitrary: removed }),
})

const daemonSets = fc.record({
  object: fc.constantFrom<object>({}, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '50%' } } }, { updateStrategy: { type: 'OnDelete' } }).map((spec) => workload('DaemonSet', APP, spec)),
  extras,
  steps: acts({ weight: 3, arbitrary: rolled('DaemonSet') }, { weight: 2, arbitrary: evicted }, { weight: 1, arbitrary: removed }),
})

const jobs = fc.record({
  object: fc
    .record({ image: fc.constantFrom('work:1', 'long:1'), parallelism: fc.integer({ min: 1, max: 3 }), completions: fc.integer({ min: 1, max: 3 }), completionMode: fc.constantFrom('NonIndexed', 'Indexed') })
    .map(({ image, ...spec }) => jobOf(APP, image, { ...spec, backoffLimit: 0 })),
  extras: fc.constant([]),
  steps: acts({ weight: 2, arbitrary: evicted }, { weight: 1, arbitrary: removed }, { weight: 1, arbitrary: fc.boolean().map((suspend): Step => ({ do: 'patch', target: target('Job'), patch: { type: 'merge', body: { spec: { suspend } } } })) }),
})

export const workloadScripts: Arbitrary<Script> = fc
  .oneof({ weight: 5, arbitrary: deployments }, { weight: 2, arbitrary: replicaSets }, { weight: 3, arbitrary: statefulSets }, { weight: 1, arbitrary: daemonSets }, { weight: 1, arbitrary: jobs })
  .map(({ object, extras: more, steps }) => ({ name: object.kind, steps: [...more, object].map((each): Step => ({ do: 'create', object: each })).concat(steps) }))
