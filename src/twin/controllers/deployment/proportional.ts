/**
 * Scaling a Deployment that is paused or in the middle of a roll-out: each ReplicaSet gets its share, largest first,
 * and what rounding leaves goes to the largest (`pkg/controller/deployment/sync.go`, scale).
 */

import type { Context } from '../../controller.ts'
import type { ReplicaSetObject } from '../replica-set.ts'
import { byCreation, DESIRED_ANNOTATION, isRolling, maxSurge, MAX_ANNOTATION, replicasWanted, specReplicas, type DeploymentObject } from './replica-sets.ts'
import { scaleSet, writeSize } from './scale-set.ts'

/** True when some active ReplicaSet was sized for another number of replicas. */
export function isScalingEvent(deployment: DeploymentObject, all: readonly ReplicaSetObject[]): boolean {
  return activeSets(all).some((set) => {
    const desired = Number(set.metadata.annotations?.[DESIRED_ANNOTATION] ?? Number.NaN)
    return Number.isInteger(desired) && desired !== replicasWanted(deployment)
  })
}

export function scaleProportionally(context: Context, deployment: DeploymentObject, sets: { readonly newSet?: ReplicaSetObject; readonly old: readonly ReplicaSetObject[] }): void {
  const all = [...sets.old, ...(sets.newSet === undefined ? [] : [sets.newSet])]
  const active = activeSets(all)
  const single = active.length === 0 ? (sets.newSet ?? [...sets.old].sort(byCreation).at(-1)) : active.length === 1 ? active[0] : undefined
  if (single !== undefined) return void scaleSet(context, deployment, single, replicasWanted(deployment))
  if (sets.newSet !== undefined && isSaturated(deployment, sets.newSet)) {
    for (const set of activeSets(sets.old)) scaleSet(context, deployment, set, 0)
    return
  }
  if (!isRolling(deployment)) return
  for (const [set, size] of shares(deployment, active)) writeSize(context, deployment, set, size)
}

export function shares(deployment: DeploymentObject, active: readonly ReplicaSetObject[]): (readonly [ReplicaSetObject, number])[] {
  const desired = replicasWanted(deployment)
  const allowed = desired > 0 ? desired + maxSurge(deployment) : 0
  const toAdd = allowed - specReplicas(active)
  const sorted = [...active].sort((left, right) => bySize(left, right) || (toAdd > 0 ? -byCreation(left, right) : byCreation(left, right)))
  let added = 0
  const sized = sorted.map((set): [ReplicaSetObject, number] => {
    const share = proportion(deployment, set, toAdd, added)
    added += share
    return [set, (set.spec?.replicas ?? 1) + share]
  })
  const [largest] = sized
  if (largest !== undefined && toAdd !== 0) largest[1] = Math.max(0, largest[1] + toAdd - added)
  return sized
}

/** `GetReplicaSetProportion`: never past what is left to hand out. */
export function proportion(deployment: DeploymentObject, set: ReplicaSetObject, toAdd: number, added: number): number {
  const size = set.spec?.replicas ?? 1
  if (size === 0 || toAdd === 0 || toAdd === added) return 0
  const left = toAdd - added
  const share = fraction(deployment, set)
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left)
}

/** `getReplicaSetFraction`. */
function fraction(deployment: DeploymentObject, set: ReplicaSetObject): number {
  const size = set.spec?.replicas ?? 1
  const desired = replicasWanted(deployment)
  if (desired === 0) return -size
  const annotated = Number(set.metadata.annotations?.[MAX_ANNOTATION] ?? Number.NaN)
  const before = Number.isInteger(annotated) && annotated > 0 ? annotated : (deployment.status?.replicas ?? 0)
  if (before === 0) return 0
  const exact = (size * (desired + maxSurge(deployment))) / before
  return Math.trunc(exact + (exact < 0 ? -0.5 : 0.5)) - size
}

function isSaturated(deployment: DeploymentObject, set: ReplicaSetObject): boolean {
  const desired = replicasWanted(deployment)
  return (set.spec?.replicas ?? 1) === desired && Number(set.metadata.annotations?.[DESIRED_ANNOTATION]) === desired && (set.status?.availableReplicas ?? 0) === desired
}

export function activeSets(sets: readonly ReplicaSetObject[]): ReplicaSetObject[] {
  return sets.filter((set) => (set.spec?.replicas ?? 1) > 0)
}

function bySize(left: ReplicaSetObject, right: ReplicaSetObject): number {
  return (right.spec?.replicas ?? 1) - (left.spec?.replicas ?? 1)
}
