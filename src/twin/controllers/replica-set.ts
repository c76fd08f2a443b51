/**
 * The ReplicaSet controller (`pkg/controller/replicaset`): as many active pods as asked for, and a status that says
 * why not.
 */

import type { ReplicaSet } from 'kubernetes-types/apps/v1.d.ts'
import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import type { Fault } from '../../kernel/fault.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { controllerOf, groupKind, type KubeObject } from '../../model/kube-object.ts'
import { isPod, isTerminal, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { Context, Controller } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import { claimChildren, isOrphan, labelTest, noteOrphans, type Orphans } from './claim-children.ts'
import { findCondition, withCondition, withoutCondition, type WorkloadCondition } from './conditions.ts'
import { keyOf, keysIn, objectAt, ownerKeys } from './controller-key.ts'
import { BURST_MAX, createInBatches, createPod, deletePod, podFromTemplate } from './create-pods.ts'
import { availableAtMs, isActive, podsOwnedBy } from './pod-state.ts'
import { rankVictims } from './rank-victims.ts'
import { storedStatus } from './stored-status.ts'

export type ReplicaSetObject = KubeObject & ReplicaSet

export const replicaSet = replicaController('replicaset-controller', { apiVersion: 'apps/v1', kind: 'ReplicaSet' })

/** The same code, as upstream: a ReplicationController is seen as a ReplicaSet whose selector has only labels. */
export const replicationController = replicaController('replication-controller', { apiVersion: 'v1', kind: 'ReplicationController' })

function replicaController(name: string, type: { readonly apiVersion: string; readonly kind: string }): Controller<Orphans> {
  const watched = groupKind(type.apiVersion, type.kind)
  return {
    name,
    watches: [watched, '/Pod'],
    latencyMs: 10,
    createState: () => new CowMap(),
    observe: (change, orphans) => noteOrphans('/Pod', change, orphans),
    keysFor(change, store) {
      if (change.groupKind === watched) return change.after === undefined ? [] : [keyOf(change.after)]
      const adopters = isOrphan(change.after) ? keysIn(store, watched, change.after?.metadata.namespace ?? '') : []
      return [...ownerKeys(change, type.kind), ...adopters]
    },
    sync(key, context) {
      const found = objectAt(context.store, type, key) as ReplicaSetObject | undefined
      if (found === undefined) return
      const pods = claimChildren(context, found, { childKind: '/Pod', selector: selectorOf(found) }).filter(isPod)
      const failure = isTerminating(found) ? undefined : manageReplicas(context, found, pods.filter(isActive))
      reportStatus(context, found, { pods, shortfall: failure })
      if (failure?.fault !== undefined) throw failure.fault
    },
  }
}

function isSet(object: KubeObject): boolean {
  return object.kind === 'ReplicaSet'
}

function selectorOf(set: ReplicaSetObject): LabelSelector | undefined {
  const { spec } = set
  return !isSet(set) ? { matchLabels: (spec?.selector ?? {}) as Record<string, string> } : spec?.selector
}

interface Shortfall {
  readonly difference: number
  readonly fault?: Fault
}

/** Creates or deletes what is missing or too much. The difference found, and what stood in the way. */
function manageReplicas(context: Context, set: ReplicaSetObject, active: readonly PodObject[]): Shortfall {
  const difference = active.length - (set.spec?.replicas ?? 1)
  if (difference < 0) {
    const template = set.spec?.template ?? {}
    const result = createInBatches(Math.min(-difference, BURST_MAX), () => createPod(context, set, podFromTemplate(set, template)))
    return { difference, ...(result.failure === undefined ? {} : { fault: result.failure }) }
  }
  if (difference > 0) {
    const count = Math.min(difference, BURST_MAX)
    const victims = count < active.length ? rankVictims({ pods: active, related: relatedPods(context, set), nowMs: context.nowMs() }) : active
    for (const victim of victims.slice(0, count)) deletePod(context, set, victim)
  }
  return { difference }
}

/** Active pods of all ReplicaSets with the same owner: what "doubled up on a node" is counted over. */
function relatedPods({ store }: Context, set: ReplicaSetObject): PodObject[] {
  const owner = controllerOf(set)
  const siblings = owner === undefined ? [set] : store.ownedBy(owner.uid).filter(({ kind }) => kind === set.kind)
  return siblings.flatMap((sibling) => podsOwnedBy(store, sibling)).filter(isActive)
}

/** Counts what was there before this sync made or removed anything: the change it made brings the next. */
function reportStatus(context: Context, set: ReplicaSetObject, { pods, shortfall }: { readonly pods: readonly PodObject[]; readonly shortfall: Shortfall | undefined }): void {
  const nowMs = context.nowMs()
  const { terminating, waitMs, ...counts } = countPods(pods, { set, nowMs })
  const conditions = failureCondition((set.status?.conditions ?? []) as readonly WorkloadCondition[], shortfall, nowMs)
  const counted = {
    ...counts,
    ...(context.profile.minor >= 35 && isSet(set) ? { terminatingReplicas: terminating } : {}),
    observedGeneration: set.metadata.generation ?? 0,
    ...(conditions.length === 0 ? {} : { conditions }),
  }
  const status = storedStatus(counted, ['replicas', 'terminatingReplicas'])
  if (!jsonEqual(status, set.status)) context.api.updateStatus(set, status)
  // One that was refused something looks again when it is asked for again, and not for the sake of availability alone.
  if (waitMs !== Infinity && shortfall?.fault === undefined) context.wakeAfter(keyOf(set), waitMs)
}

/** In one walk: a set is counted at each step of each of its pods. `waitMs` is how long until the next ready one is available. */
function countPods(pods: readonly PodObject[], { set, nowMs }: { readonly set: ReplicaSetObject; readonly nowMs: number }) {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0
  const isLabelled = labelTest({ matchLabels: set.spec?.template?.metadata?.labels ?? {} })
  const counts = { replicas: 0, fullyLabeledReplicas: 0, readyReplicas: 0, availableReplicas: 0, terminating: 0, waitMs: Infinity }
  for (const pod of pods) {
    if (isTerminal(pod)) continue
    if (isTerminating(pod)) {
      counts.terminating += 1
      continue
    }
    counts.replicas += 1
    if (isLabelled(pod)) counts.fullyLabeledReplicas += 1
    const availableMs = availableAtMs(pod, minReadySeconds)
    if (availableMs === undefined) continue
    counts.readyReplicas += 1
    if (availableMs <= nowMs) counts.availableReplicas += 1
    else counts.waitMs = Math.min(counts.waitMs, availableMs - nowMs)
  }
  return counts
}

function failureCondition(conditions: readonly WorkloadCondition[], shortfall: Shortfall | undefined, nowMs: number): WorkloadCondition[] {
  const failed = findCondition(conditions, 'ReplicaFailure')
  if (shortfall?.fault === undefined) return failed === undefined ? [...conditions] : withoutCondition(conditions, 'ReplicaFailure')
  if (failed !== undefined) return [...conditions]
  const reason = shortfall.difference < 0 ? 'FailedCreate' : 'FailedDelete'
  return withCondition(conditions, { type: 'ReplicaFailure', status: 'True', reason, message: shortfall.fault.message }, { nowMs })
}
