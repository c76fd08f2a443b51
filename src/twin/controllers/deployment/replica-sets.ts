/** The ReplicaSets of a Deployment: which one is new, what its revision is, what each holds. */

import type { Deployment } from 'kubernetes-types/apps/v1.d.ts'
import { jsonEqual } from '../../../kernel/json.ts'
import { parseTimeMs } from '../../../kernel/clock.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { cleanTemplate, REVISION_ANNOTATION, TEMPLATE_HASH_LABEL } from '../../../model/kube/revision.ts'
import { scaledValue } from '../../../model/kube/int-or-percent.ts'
import type { ReplicaSetObject } from '../replica-set.ts'
import { templateHash } from '../template-hash.ts'

export type DeploymentObject = KubeObject & Deployment
type Template = Parameters<typeof cleanTemplate>[0]

/** `pkg/controller/deployment/util`. */
export const DESIRED_ANNOTATION = 'deployment.kubernetes.io/desired-replicas'
export const MAX_ANNOTATION = 'deployment.kubernetes.io/max-replicas'
export const HISTORY_ANNOTATION = 'deployment.kubernetes.io/revision-history'
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

export function replicasWanted(deployment: DeploymentObject): number {
  return deployment.spec?.replicas ?? 1
}

/** `FindNewReplicaSet`: the oldest with the same template. One that carries our own hash is ours even where defaults differ. */
export function findNewSet(deployment: DeploymentObject, sets: readonly ReplicaSetObject[]): ReplicaSetObject | undefined {
  const holds = (set: ReplicaSetObject): boolean => isSameTemplate(set.spec?.template ?? NO_TEMPLATE, deployment.spec?.template ?? NO_TEMPLATE) || set.metadata.labels?.[TEMPLATE_HASH_LABEL] === hashOf(deployment)
  return [...sets].sort(byCreation).find(holds)
}

/** What a set's template was last compared with: neither ever changes, and they are compared each time that a pod moves. */
const compared = new WeakMap<object, { readonly wanted: object; readonly isSame: boolean }>()

function isSameTemplate(template: Template, wanted: Template): boolean {
  const known = compared.get(template)
  if (known?.wanted === wanted) return known.isSame
  const isSame = jsonEqual(cleanTemplate(template), cleanTemplate(wanted))
  compared.set(template, { wanted, isSame })
  return isSame
}

/** Templates never change, and a Deployment is looked at each time that one of its pods moves. */
const hashes = new WeakMap<object, { readonly collisions: number; readonly hash: string }>()

export function hashOf(deployment: DeploymentObject): string {
  const template = deployment.spec?.template ?? NO_TEMPLATE
  const collisions = deployment.status?.collisionCount ?? 0
  const known = hashes.get(template)
  if (known?.collisions === collisions) return known.hash
  const hash = templateHash(template, collisions)
  hashes.set(template, { collisions, hash })
  return hash
}

const NO_TEMPLATE: Template = {}

export function revisionOf(object: KubeObject): number {
  const text = object.metadata.annotations?.[REVISION_ANNOTATION]
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : 0
}

export function byCreation(left: KubeObject, right: KubeObject): number {
  const difference = (parseTimeMs(left.metadata.creationTimestamp as string | undefined) ?? 0) - (parseTimeMs(right.metadata.creationTimestamp as string | undefined) ?? 0)
  return difference !== 0 ? difference : (left.metadata.name ?? '') < (right.metadata.name ?? '') ? -1 : 1
}

export interface Fenceposts {
  readonly surge: number
  readonly unavailable: number
}

/** `ResolveFenceposts`: surge rounds up, unavailable rounds down, and not both may be zero. */
export function fenceposts(deployment: DeploymentObject): Fenceposts {
  const desired = replicasWanted(deployment)
  const rolling = deployment.spec?.strategy?.rollingUpdate
  const surge = scaledValue((rolling?.maxSurge ?? '25%') as string | number, desired, 'up') ?? 0
  const unavailable = scaledValue((rolling?.maxUnavailable ?? '25%') as string | number, desired, 'down') ?? 0
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable }
}

export function isRolling(deployment: DeploymentObject): boolean {
  return deployment.spec?.strategy?.type !== 'Recreate'
}

/** `MaxSurge`: none for Recreate. */
export function maxSurge(deployment: DeploymentObject): number {
  return isRolling(deployment) ? fenceposts(deployment).surge : 0
}

/** `MaxUnavailable`: never more than all. */
export function maxUnavailable(deployment: DeploymentObject): number {
  const desired = replicasWanted(deployment)
  return !isRolling(deployment) || desired === 0 ? 0 : Math.min(fenceposts(deployment).unavailable, desired)
}

export function specReplicas(sets: readonly ReplicaSetObject[]): number {
  return sets.reduce((sum, set) => sum + (set.spec?.replicas ?? 1), 0)
}

export function statusSum(sets: readonly ReplicaSetObject[], field: 'replicas' | 'readyReplicas' | 'availableReplicas'): number {
  return sets.reduce((sum, set) => sum + (set.status?.[field] ?? 0), 0)
}

/** `NewRSNewReplicas`. */
export function newSetReplicas(deployment: DeploymentObject, all: readonly ReplicaSetObject[], current: number): number {
  const desired = replicasWanted(deployment)
  if (!isRolling(deployment)) return desired
  const maxTotal = desired + maxSurge(deployment)
  const total = specReplicas(all)
  if (total >= maxTotal) return current
  return current + Math.min(maxTotal - total, desired - current)
}
