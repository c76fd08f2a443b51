/**
 * Controllers at work: a workload, perhaps a budget and a Service, and actions on them. After each action both sides come
 * to rest, so that what is compared is decided by the rules and not by who was faster.
 */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Script, Step } from '../script.ts'
import { APP, evicted, gone, held, removed, rolled, scaled, sized, targetOf as target } from './acts.ts'
import { limits, relimited } from './limits.ts'
import { rescaled, scalers } from './scalers.ts'
import { cronJobs, cronSteps, resized, ruledJobs } from './tasks.ts'
import { budget, service } from './workload-objects.ts'
import { amount, claimingSets, daemonSets, deployments, jobs, replicaSets, replicationControllers, statefulSets } from './workload-specs.ts'

const budgets = fc
  .oneof(fc.record({ minAvailable: amount }), fc.record({ maxUnavailable: amount }))
  .chain((spec) => fc.constantFrom({}, {}, { unhealthyPodEvictionPolicy: 'AlwaysAllow' }).map((policy) => budget('budget', APP, { ...spec, ...policy })))

const extras: Arbitrary<readonly KubeObject[]> = fc.record({ pdb: fc.option(budgets), twice: fc.constantFrom(false, false, false, true), served: fc.constantFrom(null, null, {}, {}, { clusterIP: 'None' }, { publishNotReadyAddresses: true }) }).map(({ pdb, twice, served }) => [
  ...(pdb === null ? [] : [pdb]),
  ...(pdb !== null && twice ? [budget('second', APP, { maxUnavailable: 1 })] : []),
  ...(served === null ? [] : [{ ...service(APP), spec: { ...(service(APP)['spec'] as object), ...served } }]),
])

function acts(...steps: readonly { readonly weight: number; readonly arbitrary: Arbitrary<Step> }[]): Arbitrary<readonly Step[]> {
  return fc.array(fc.oneof(...steps), { minLength: 1, maxLength: 4 })
}

const paused: Arbitrary<Step> = fc.boolean().map((isPaused) => ({ do: 'patch', target: target('Deployment'), patch: { type: 'merge', body: { spec: { paused: isPaused } } } }))
const undone: Arbitrary<Step> = fc.constant({ do: 'undo', deployment: APP, revision: 1 })

interface Drawn {
  readonly object: KubeObject
  readonly extras: readonly KubeObject[]
  readonly steps: readonly Step[]
}

/** The steps are drawn for the kind that was drawn: an old replica controller is one among ReplicaSets. */
function playsOf(objects: Arbitrary<KubeObject>, more: Arbitrary<readonly KubeObject[]>, stepsFor: (kind: string) => Arbitrary<readonly Step[]>): Arbitrary<Drawn> {
  return objects.chain((object) => fc.record({ object: fc.constant(object), extras: more, steps: stepsFor(object.kind) }))
}

const deploymentPlays = playsOf(deployments(APP), extras, (kind) => acts({ weight: 3, arbitrary: scaled(kind) }, { weight: 4, arbitrary: rolled(kind) }, { weight: 3, arbitrary: evicted }, { weight: 1, arbitrary: removed }, { weight: 1, arbitrary: paused }, { weight: 1, arbitrary: undone }, { weight: 1, arbitrary: held(kind) }, { weight: 1, arbitrary: gone(kind) }))
const replicaSetPlays = playsOf(fc.oneof({ weight: 2, arbitrary: replicaSets(APP) }, { weight: 1, arbitrary: replicationControllers(APP) }), extras, (kind) => acts({ weight: 2, arbitrary: scaled(kind) }, { weight: 3, arbitrary: evicted }, { weight: 2, arbitrary: removed }, { weight: 1, arbitrary: held(kind) }, { weight: 1, arbitrary: gone(kind) }))
const statefulSetPlays = playsOf(statefulSets(APP), extras, (kind) => acts({ weight: 3, arbitrary: scaled(kind) }, { weight: 3, arbitrary: rolled(kind) }, { weight: 3, arbitrary: evicted }, { weight: 1, arbitrary: removed }, { weight: 1, arbitrary: gone(kind) }))
/** The claims may be what is taken away: one that a pod uses waits for it. */
const unclaimed: Arbitrary<Step> = fc.nat({ max: 3 }).map((ordinal) => ({ do: 'remove', target: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: `data-${APP}-${ordinal}` } }))
const kept: Arbitrary<Step> = fc.record({ whenDeleted: fc.constantFrom('Retain', 'Delete'), whenScaled: fc.constantFrom('Retain', 'Delete') }).map((policy) => ({ do: 'patch', target: target('StatefulSet'), patch: { type: 'merge', body: { spec: { persistentVolumeClaimRetentionPolicy: policy } } } }))
const claimPlays: Arbitrary<Drawn> = claimingSets(APP).chain(({ object, before }) => {
  const steps = acts({ weight: 5, arbitrary: scaled('StatefulSet') }, { weight: 2, arbitrary: evicted }, { weight: 1, arbitrary: removed }, { weight: 1, arbitrary: unclaimed }, { weight: 1, arbitrary: kept }, { weight: 1, arbitrary: rolled('StatefulSet') }, { weight: 2, arbitrary: gone('StatefulSet') })
  return fc.record({ object: fc.constant(object), extras: fc.constant(before), steps })
})
const daemonSetPlays = playsOf(daemonSets(APP), extras, (kind) => acts({ weight: 3, arbitrary: rolled(kind) }, { weight: 2, arbitrary: evicted }, { weight: 1, arbitrary: removed }, { weight: 1, arbitrary: gone(kind) }))
const suspended: Arbitrary<Step> = fc.boolean().map((suspend) => ({ do: 'patch', target: target('Job'), patch: { type: 'merge', body: { spec: { suspend } } } }))
const jobPlays = playsOf(jobs(APP), fc.constant([]), (kind) => acts({ weight: 2, arbitrary: evicted }, { weight: 1, arbitrary: removed }, { weight: 1, arbitrary: suspended }, { weight: 1, arbitrary: gone(kind) }))

const ruledPlays = playsOf(ruledJobs(APP), fc.constant([]), (kind) => acts({ weight: 2, arbitrary: evicted }, { weight: 1, arbitrary: removed }, { weight: 1, arbitrary: suspended }, { weight: 2, arbitrary: resized(APP) }, { weight: 1, arbitrary: gone(kind) }))
const cronPlays = playsOf(cronJobs(APP), fc.constant([]), () => cronSteps(APP))

const scalerPlays: Arbitrary<Drawn> = playsOf(deployments(APP), scalers(APP).map((one) => [one]), (kind) => acts({ weight: 3, arbitrary: scaled(kind) }, { weight: 3, arbitrary: rescaled }, { weight: 1, arbitrary: rolled(kind) }, { weight: 1, arbitrary: gone(kind) }))

/** Under quotas and ranges. Who is refused is asked for again later each time: no deadline runs out while both sides come to rest. */
const unhurried = (object: KubeObject): KubeObject => ({ ...object, spec: { ...(object['spec'] as object), progressDeadlineSeconds: 100_000 } })
/** Pods that are made at the same time race for what a quota has left. */
function inOrder(set: KubeObject): KubeObject {
  const { podManagementPolicy: _, ...spec } = set['spec'] as Readonly<Record<string, unknown>>
  return { ...set, spec }
}

const limitedSteps = (kind: string): Arbitrary<readonly Step[]> =>
  fc
    .array(fc.oneof({ weight: 3, arbitrary: fc.tuple(scaled(kind)) }, { weight: kind === 'ReplicaSet' ? 0 : 3, arbitrary: fc.tuple(rolled(kind)) }, { weight: 2, arbitrary: fc.tuple(relimited, fc.integer({ min: 1, max: 6 })).map(([step, count]) => [sized(kind, 0), step, sized(kind, count)]) }), { minLength: 1, maxLength: 3 })
    .map((steps) => steps.flat())
const limitedPlays = playsOf(fc.oneof({ weight: 3, arbitrary: deployments(APP).map(unhurried) }, { weight: 1, arbitrary: replicaSets(APP) }, { weight: 1, arbitrary: statefulSets(APP).map(inOrder) }), limits, limitedSteps)

export const workloadScripts: Arbitrary<Script> = fc
  .oneof({ weight: 5, arbitrary: deploymentPlays }, { weight: 2, arbitrary: replicaSetPlays }, { weight: 3, arbitrary: statefulSetPlays }, { weight: 2, arbitrary: claimPlays }, { weight: 3, arbitrary: limitedPlays }, { weight: 1, arbitrary: daemonSetPlays }, { weight: 2, arbitrary: jobPlays }, { weight: 2, arbitrary: ruledPlays }, { weight: 1, arbitrary: cronPlays }, { weight: 1, arbitrary: scalerPlays })
  .map(({ object, extras: more, steps }) => ({ name: object.kind, steps: [...more, object].map((each): Step => ({ do: 'create', object: each })).concat(steps) }))
