/** The rolling step (`pkg/controller/deployment/rolling.go`): one sync grows the new set or shrinks old ones, not both. */

import type { Context } from '../../controller.ts'
import type { ReplicaSetObject } from '../replica-set.ts'
import { activeSets } from './proportional.ts'
import { byCreation, maxUnavailable, newSetReplicas, replicasWanted, specReplicas, statusSum, type DeploymentObject } from './replica-sets.ts'
import { scaleSet } from './scale-set.ts'

export interface Sets {
  readonly newSet: ReplicaSetObject
  readonly old: readonly ReplicaSetObject[]
}

/** Does one step of the roll-out; true when something was resized. */
export function rollOneStep(context: Context, deployment: DeploymentObject, sets: Sets): boolean {
  return growNew(context, deployment, sets) || shrinkOld(context, deployment, sets)
}

function growNew(context: Context, deployment: DeploymentObject, { newSet, old }: Sets): boolean {
  const current = newSet.spec?.replicas ?? 1
  const desired = replicasWanted(deployment)
  if (current > desired) return scaleSet(context, deployment, newSet, desired)
  return scaleSet(context, deployment, newSet, newSetReplicas(deployment, [...old, newSet], current))
}

function shrinkOld(context: Context, deployment: DeploymentObject, { newSet, old }: Sets): boolean {
  const oldReplicas = specReplicas(old)
  if (oldReplicas === 0) return false
  const minAvailable = replicasWanted(deployment) - maxUnavailable(deployment)
  const newUnavailable = (newSet.spec?.replicas ?? 1) - (newSet.status?.availableReplicas ?? 0)
  const maxDown = specReplicas([...old, newSet]) - minAvailable - newUnavailable
  if (maxDown <= 0) return false
  const sizes = new Map(activeSets(old).map((set) => [set, set.spec?.replicas ?? 1]))
  const isClear = dropUnhealthy(sizes, maxDown)
  if (isClear) dropHealthy(sizes, statusSum([...old, newSet], 'availableReplicas') - minAvailable)
  const resized = [...sizes].map(([set, size]) => scaleSet(context, deployment, set, size))
  return isClear && resized.includes(true)
}

/**
 * `cleanupUnhealthyReplicas`: replicas that are not available go first, oldest set first. False where a set says that more
 * are available than it is to have: it was just made smaller and has not said so yet, and nothing more is taken until then.
 */
function dropUnhealthy(sizes: Map<ReplicaSetObject, number>, maxDown: number): boolean {
  let dropped = 0
  for (const set of [...sizes.keys()].sort(byCreation)) {
    if (dropped >= maxDown) break
    const size = sizes.get(set) ?? 0
    const unhealthy = size - (set.status?.availableReplicas ?? 0)
    if (unhealthy < 0) return false
    const count = Math.min(maxDown - dropped, unhealthy)
    sizes.set(set, size - count)
    dropped += count
  }
  return true
}

/** `scaleDownOldReplicaSetsForRollingUpdate`: healthy ones while more than enough are available. */
function dropHealthy(sizes: Map<ReplicaSetObject, number>, spare: number): void {
  let left = spare
  for (const set of [...sizes.keys()].sort(byCreation)) {
    const size = sizes.get(set) ?? 0
    const count = Math.min(size, left)
    if (count <= 0) continue
    sizes.set(set, size - count)
    left -= count
  }
}
