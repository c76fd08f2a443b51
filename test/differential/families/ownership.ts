/**
 * Who owns what: pods that are released by a label and taken back, held by a finalizer, orphaned with their set and adopted by
 * another owner of the same selector; two owners that choose the same pods.
 */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { JsonValue } from '../../../src/kernel/json.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Script, Step } from '../script.ts'
import { APP, evicted, gone, held, removed, rolled, scaled, sized, targetOf } from './acts.ts'
import { budget, imagePatch, jobOf, service, workload } from './workload-objects.ts'

const LOOSE = 'loose'
const OTHER = 'other'

const created = (object: KubeObject): Step => ({ do: 'create', object })
const index = fc.nat({ max: 3 })
const patchPod = (app: string, body: JsonValue): Arbitrary<Step> => index.map((chosen) => ({ do: 'patch-pod', pod: { app, index: chosen }, body }))
const labelled = (app: string): JsonValue => ({ metadata: { labels: { app } } })

const released = patchPod(APP, labelled(LOOSE))
const takenBack = patchPod(LOOSE, labelled(APP))
const pinned = fc.constantFrom(['example.com/hold'], null).chain((finalizers) => patchPod(APP, { metadata: { finalizers } }))

const size = fc.integer({ min: 1, max: 3 })
const SETS = ['Deployment', 'ReplicaSet', 'StatefulSet'] as const
const owner = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...SETS, 'ReplicaSet' as const), size).map(([kind, replicas]) => workload(kind, APP, { replicas })) },
  { weight: 1, arbitrary: fc.constant(workload('DaemonSet', APP, {})) },
  { weight: 1, arbitrary: fc.tuple(size, fc.constantFrom('NonIndexed', 'Indexed')).map(([count, completionMode]) => jobOf(APP, 'long:1', { parallelism: count, completions: count, completionMode, backoffLimit: 2 })) },
)
const bystanders = fc.constantFrom<readonly KubeObject[]>([], [], [service(APP)], [budget('budget', APP, { maxUnavailable: 1 })], [budget('budget', APP, { minAvailable: '50%' }), service(APP)])

const allOrMore = (kind: string): Arbitrary<Step> => fc.constantFrom(0, 6).map((count) => sized(kind, count))
const isSized = (kind: string): boolean => kind !== 'DaemonSet' && kind !== 'Job'

/** Again with the same selector: it finds what was left behind. A Job chooses by its own uid, and leaves what it finds. */
const remade = (object: KubeObject): Arbitrary<Step> => fc.constant(created(object))

/** Pods come back, or some are held: which of the two goes when there is one too many would be chance. */
const releasing: Arbitrary<Script> = fc.tuple(owner, bystanders, fc.boolean()).chain(([object, before, isHolding]) => {
  const { kind } = object
  const steps = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: released },
      { weight: isHolding ? 0 : 3, arbitrary: takenBack },
      { weight: isHolding ? 3 : 0, arbitrary: pinned },
      { weight: 2, arbitrary: removed },
      { weight: 1, arbitrary: evicted },
      { weight: isSized(kind) ? 2 : 0, arbitrary: isHolding ? allOrMore(kind) : scaled(kind) },
      { weight: 1, arbitrary: held(kind) },
      { weight: 2, arbitrary: gone(kind) },
      { weight: 2, arbitrary: remade(object) },
    ),
    { minLength: 2, maxLength: 5 },
  )
  return steps.map((drawn) => ({ name: `${kind}, released`, steps: [...before, object].map(created).concat(drawn) }))
})

const another = (kind: (typeof SETS)[number], replicas: number): KubeObject => ({ ...workload(kind, APP, { replicas }), metadata: { name: OTHER } })
const orphaned: Step = { do: 'remove', target: targetOf('Deployment'), propagation: 'Orphan' }

/** Left behind by the one, found by the other of the same selector or by itself again, as it was or with another template. */
const adopting: Arbitrary<Script> = fc.tuple(size, size, fc.constantFrom(...SETS), bystanders).chain(([replicas, more, kind, before]) => {
  const first = workload('Deployment', APP, { replicas })
  // A budget looks at owners again when a pod changes: one whose image is missing does so from time to time, at another pace on each side.
  const updated = fc.constant<Step>({ do: 'patch', target: targetOf('Deployment'), patch: imagePatch('good:2') })
  const again = fc.constantFrom(workload('Deployment', APP, { replicas }), workload('Deployment', APP, { replicas: more }), another(kind, more), another('ReplicaSet', more))
  const after = fc.array(fc.oneof({ weight: 2, arbitrary: again.map(created) }, { weight: 1, arbitrary: updated }, { weight: 1, arbitrary: scaled('Deployment') }, { weight: 1, arbitrary: released }, { weight: 1, arbitrary: removed }, { weight: 1, arbitrary: gone('Deployment') }), { minLength: 1, maxLength: 3 })
  return fc.tuple(fc.option(updated), again, after).map(([roll, next, steps]) => ({ name: 'adopted', steps: [...[...before, first].map(created), ...(roll === null ? [] : [roll]), orphaned, created(next), ...steps] }))
})

/** With its pods: whom the other takes in of those that are left, and whom it sends away then, is a race. */
const ended = (kind: string, name: string): Arbitrary<Step> => fc.constantFrom('Background' as const, 'Foreground' as const).map((propagation) => ({ do: 'remove', target: targetOf(kind, name), propagation }))

/** Two owners of one selector, each with pods of its own, under a budget and a Service that count both. */
const overlapping: Arbitrary<Script> = fc.tuple(size, size, fc.constantFrom(...SETS), fc.constantFrom(...SETS), bystanders).chain(([replicas, more, kind, second, before]) => {
  const steps = fc.array(fc.oneof({ weight: 2, arbitrary: scaled(kind) }, { weight: kind === 'ReplicaSet' ? 0 : 2, arbitrary: rolled(kind) }, { weight: 2, arbitrary: evicted }, { weight: 1, arbitrary: released }, { weight: 1, arbitrary: removed }, { weight: 1, arbitrary: ended(kind, APP) }, { weight: 1, arbitrary: ended(second, OTHER) }), { minLength: 1, maxLength: 4 })
  return steps.map((drawn) => ({ name: 'overlapping', steps: [...[...before, workload(kind, APP, { replicas }), another(second, more)].map(created), ...drawn] }))
})

export const ownershipScripts: Arbitrary<Script> = fc.oneof({ weight: 3, arbitrary: releasing }, { weight: 2, arbitrary: adopting }, { weight: 2, arbitrary: overlapping })
