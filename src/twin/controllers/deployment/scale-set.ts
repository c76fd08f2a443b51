/** Writing a ReplicaSet's size, with the annotations that proportional scaling reads and the event people read. */

import type { Context } from '../../controller.ts'
import type { ReplicaSetObject } from '../replica-set.ts'
import { DESIRED_ANNOTATION, MAX_ANNOTATION, maxSurge, replicasWanted, type DeploymentObject } from './replica-sets.ts'

/** `scaleReplicaSet`: true when the size changed. A set that has its size keeps the annotations of when it got it. */
export function scaleSet(context: Context, deployment: DeploymentObject, set: ReplicaSetObject, size: number): boolean {
  return (set.spec?.replicas ?? 1) !== size && writeSize(context, deployment, set, size)
}

/** As `scaleSet`, and also where only the annotations are to be others (`forceUpdate`). */
export function writeSize(context: Context, deployment: DeploymentObject, set: ReplicaSetObject, size: number): boolean {
  const current = set.spec?.replicas ?? 1
  const annotations = { ...set.metadata.annotations, ...sizeAnnotations(deployment) }
  const isAnnotated = Object.entries(annotations).every(([key, value]) => set.metadata.annotations?.[key] === value)
  if (current === size && isAnnotated) return false
  context.api.update({ ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas: size } })
  if (current === size) return false
  const direction = size > current ? 'up' : 'down'
  context.recordEvent(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message: `Scaled ${direction} replica set ${set.metadata.name ?? ''} from ${current} to ${size}` })
  return true
}

export function sizeAnnotations(deployment: DeploymentObject): Record<string, string> {
  const desired = replicasWanted(deployment)
  return { [DESIRED_ANNOTATION]: String(desired), [MAX_ANNOTATION]: String(desired + maxSurge(deployment)) }
}
