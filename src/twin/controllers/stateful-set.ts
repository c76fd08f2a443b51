/**
 * The StatefulSet controller (`pkg/controller/statefulset/stateful_set_control.go`): one identity after the other.
 *
 * The ordered walk stops at the first pod that is not well, before the update phase: a bad revision whose pod never
 * becomes Ready blocks even after the template was put right, until somebody deletes that pod. That is upstream's
 * behaviour, and a plan has to know it.
 */

import { fault, isFault, type Fault } from '../../kernel/fault.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import { isPod, isReady, isTerminal, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { Context, Controller } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import { claimChildren, isOrphan, noteOrphans, type Orphans } from './claim-children.ts'
import { keyOf, keysIn, objectAt, ownerKeys } from './controller-key.ts'
import { currentRevision, revisionsLeftTo, revisionsOwnedBy, trimRevisions, type RevisionObject } from './controller-revision.ts'
import { isAvailable, untilNextAvailableMs } from './pod-state.ts'
import { storedStatus } from './stored-status.ts'
import { settleClaims } from './stateful-set/claim-owners.ts'
import { claimsFor, ordinalOf, podFor, revisionNameOf, startOrdinal, type StatefulSetObject } from './stateful-set/identity.ts'
import { doAndTell } from './stateful-set/tell.ts'

const TYPE = { apiVersion: 'apps/v1', kind: 'StatefulSet' }
const HISTORY_LIMIT = 10

export const statefulSet: Controller<Orphans> = {
  name: 'statefulset-controller',
  watches: ['apps/StatefulSet', '/Pod'],
  latencyMs: 10,
  createState: () => new CowMap(),
  observe: (change, orphans) => noteOrphans('/Pod', change, orphans),
  keysFor(change, store) {
    if (change.groupKind === 'apps/StatefulSet') return change.after === undefined ? [] : [keyOf(change.after)]
    const adopters = isOrphan(change.after) ? keysIn(store, 'apps/StatefulSet', change.after?.metadata.namespace ?? '') : []
    return [...ownerKeys(change, 'StatefulSet'), ...adopters]
  },
  sync(key, context) {
    const set = objectAt(context.store, TYPE, key) as StatefulSetObject | undefined
    if (set === undefined) return
    // One that is on its way out may take none in, and so goes no further (`adoptOrphanRevisions`).
    if (isTerminating(set) && revisionsLeftTo(context, set).length > 0) return
    const pods = claimChildren(context, set, { childKind: '/Pod', selector: set.spec?.selector, isMember: (pod) => ordinalOf(set, pod) !== undefined }).filter(isPod)
    const plan = planFor(context, set, pods)
    const { updated, fault } = isTerminating(set) ? { updated: 0 } : walkSafely(context, plan)
    reportStatus(context, plan, { updated })
    if (fault !== undefined) throw fault
    const waitMs = untilNextAvailableMs(pods, plan.minReadySeconds, context.nowMs())
    if (waitMs !== undefined) context.wakeAfter(key, waitMs)
  },
}

interface Plan {
  readonly set: StatefulSetObject
  readonly pods: readonly PodObject[]
  readonly current: RevisionObject
  readonly update: RevisionObject
  readonly start: number
  /** By position: the pod of ordinal `start + position`. */
  readonly replicas: readonly (PodObject | undefined)[]
  /** Beyond the wanted ordinals, highest first. */
  readonly condemned: readonly PodObject[]
  readonly isOrdered: boolean
  readonly minReadySeconds: number
}

function planFor(context: Context, set: StatefulSetObject, pods: readonly PodObject[]): Plan {
  const update = currentRevision(context, set, set.spec?.template ?? {})
  const named = revisionsOwnedBy(context, set).find((revision) => revision.metadata.name === set.status?.currentRevision)
  const start = startOrdinal(set)
  const count = set.spec?.replicas ?? 1
  const byOrdinal = new Map(pods.flatMap((pod) => {
    const ordinal = ordinalOf(set, pod)
    return ordinal === undefined ? [] : [[ordinal, pod] as const]
  }))
  const condemned = [...byOrdinal].filter(([ordinal]) => ordinal < start || ordinal >= start + count).sort(([left], [right]) => right - left)
  return {
    set,
    pods,
    update,
    current: named ?? update,
    start,
    replicas: Array.from({ length: count }, (_, index) => byOrdinal.get(start + index)),
    condemned: condemned.map(([, pod]) => pod),
    isOrdered: set.spec?.podManagementPolicy !== 'Parallel',
    minReadySeconds: set.spec?.minReadySeconds ?? 0,
  }
}

interface Walked {
  /** Pods that were taken away for an update. */
  readonly updated: number
  readonly fault?: Fault
}

/** What stops a walk is told after the status is written. */
function walkSafely(context: Context, plan: Plan): Walked {
  try {
    return { updated: walk(context, plan) ? 1 : 0 }
  } catch (error) {
    if (!isFault(error)) throw error
    return { updated: 0, fault: error }
  }
}

/** Replicas upwards, then the condemned downwards, then the update; an ordered set does one thing and waits. True when a pod went for an update. */
function walk(context: Context, plan: Plan): boolean {
  for (const [position, pod] of plan.replicas.entries()) {
    if (processReplica(context, plan, { position, pod }) && plan.isOrdered) return false
  }
  // Before any of them goes: a claim whose pod is gone can no longer be given to it.
  for (const pod of plan.condemned) settleClaims(context, plan.set, pod)
  for (const pod of plan.condemned) {
    if (processCondemned(context, plan, pod) && plan.isOrdered) return false
  }
  return updateOne(context, plan)
}

/** True when the walk has something to wait for here. */
function processReplica(context: Context, plan: Plan, { position, pod }: { readonly position: number; readonly pod: PodObject | undefined }): boolean {
  if (pod === undefined) return create(context, plan, plan.start + position)
  if (isTerminal(pod) && !isTerminating(pod)) return remove(context, plan, pod)
  if (pod.status?.phase === 'Pending') {
    createClaims(context, plan.set, plan.start + position)
    settleClaims(context, plan.set, pod)
  }
  const isWell = !isTerminating(pod) && isRunningAndReady(pod) && isAvailable(pod, plan.minReadySeconds, context.nowMs())
  if (isWell || !plan.isOrdered) settleClaims(context, plan.set, pod)
  return !isWell
}

function processCondemned(context: Context, plan: Plan, pod: PodObject): boolean {
  if (isTerminating(pod)) return true
  const isHealthy = isRunningAndReady(pod) && isAvailable(pod, plan.minReadySeconds, context.nowMs())
  if (plan.isOrdered && !isHealthy && pod !== firstUnhealthy(context, plan)) return true
  return remove(context, plan, pod)
}

/** Lowest ordinal that is not well: the only sick pod that an ordered scale-down may take. */
function firstUnhealthy(context: Context, plan: Plan): PodObject | undefined {
  const all = [...plan.replicas.filter((pod) => pod !== undefined), ...[...plan.condemned].reverse()]
  return all.find((pod) => isUnavailable(context, plan, pod))
}

function isUnavailable(context: Context, { minReadySeconds }: Plan, pod: PodObject): boolean {
  return isTerminating(pod) || !isAvailable(pod, minReadySeconds, context.nowMs())
}

/** From the highest ordinal down to the partition: one pod of another revision goes, then its successor must be well. */
function updateOne(context: Context, plan: Plan): boolean {
  const strategy = plan.set.spec?.updateStrategy
  if (strategy?.type === 'OnDelete') return false
  const partition = strategy?.rollingUpdate?.partition ?? 0
  for (let position = plan.replicas.length - 1; position >= 0 && plan.start + position >= plan.start + partition; position -= 1) {
    const pod = plan.replicas[position]
    if (pod === undefined) return false
    if (!isOnRevision(pod, plan.update) && !isTerminating(pod)) return remove(context, plan, pod)
    if (isUnavailable(context, plan, pod)) return false
  }
  return false
}

function create(context: Context, plan: Plan, ordinal: number): boolean {
  const { set } = plan
  const pod = podFor(set, revisionFor(plan, ordinal), ordinal)
  const made = doAndTell(context, { set, verb: 'create', pod: pod.metadata.name ?? '' }, () => {
    createClaims(context, set, ordinal)
    return context.api.create(pod)
  })
  if (isPod(made)) settleClaims(context, set, made)
  return true
}

/** What is missing is made. One that is on its way out is waited for: a pod that came now would find no claim. */
function createClaims(context: Context, set: StatefulSetObject, ordinal: number): void {
  for (const claim of claimsFor(set, ordinal)) {
    const present = context.store.get(refOf(claim))
    const { name = '' } = claim.metadata
    if (present === undefined) doAndTell(context, { set, verb: 'create', pod: `${set.metadata.name}-${ordinal}`, claim: name }, () => context.api.create(claim))
    else if (isTerminating(present)) throw fault({ code: 'conflict', operation: 'create a claim', message: `pvc ${name} is being deleted` })
  }
}

/** Below the partition the current revision; everything else is born on the new one, also in the middle of a bad roll-out. */
function revisionFor(plan: Plan, ordinal: number): RevisionObject {
  const { type, rollingUpdate: rolling } = plan.set.spec?.updateStrategy ?? {}
  const unbounded = type === 'OnDelete' ? 0 : (plan.set.status?.currentReplicas ?? 0)
  const bound = rolling === undefined ? unbounded : (rolling.partition ?? 0)
  return ordinal < plan.start + bound ? plan.current : plan.update
}

function remove(context: Context, { set }: Plan, pod: PodObject): boolean {
  const { uid, name = '' } = pod.metadata
  doAndTell(context, { set, verb: 'delete', pod: name }, () => context.api.remove(refOf(pod), uid === undefined ? {} : { uid }))
  return true
}

/** A pod without the label was not made by this controller: it is taken as it is. */
function isOnRevision(pod: PodObject, revision: RevisionObject): boolean {
  const name = revisionNameOf(pod)
  return name === '' || name === revision.metadata.name
}

function isRunningAndReady(pod: PodObject): boolean {
  return pod.status?.phase === 'Running' && isReady(pod)
}

/** Counts what was there before the walk, less the pod that the walk took away for an update. */
function reportStatus(context: Context, plan: Plan, { updated }: { readonly updated: number }): void {
  const { set, pods } = plan
  const counted = countPods(context, plan)
  const isComplete = [counted.updatedReplicas, counted.readyReplicas, counted.replicas].every((value) => value === plan.replicas.length) && set.spec?.updateStrategy?.type !== 'OnDelete'
  const current = isComplete ? plan.update : plan.current
  const full = {
    observedGeneration: set.metadata.generation ?? 0,
    ...counted,
    currentReplicas: isComplete ? counted.updatedReplicas : counted.currentReplicas - updated,
    currentRevision: current.metadata.name ?? '',
    updateRevision: plan.update.metadata.name ?? '',
    collisionCount: set.status?.collisionCount ?? 0,
  }
  const status = storedStatus(full, ['replicas', 'availableReplicas', 'collisionCount'])
  const latest = context.store.get(refOf(set))
  if (latest !== undefined && !jsonEqual(status, latest['status'])) context.api.updateStatus(latest, status)
  const inUse = new Set([plan.current.metadata.name ?? '', plan.update.metadata.name ?? '', ...pods.map(revisionNameOf)])
  trimRevisions(context, set as KubeObject, { inUse, limit: set.spec?.revisionHistoryLimit ?? HISTORY_LIMIT })
}

function countPods(context: Context, { pods, current, update, minReadySeconds }: Plan) {
  const ready = pods.filter(isRunningAndReady)
  const onRevision = (revision: RevisionObject): number => pods.filter((pod) => !isTerminating(pod) && isOnRevision(pod, revision)).length
  return {
    replicas: pods.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(pod, minReadySeconds, context.nowMs())).length,
    currentReplicas: onRevision(current),
    updatedReplicas: onRevision(update),
  }
}
