/** Whether the failures of a Job still matter: one that completed after retries, or whose CronJob completed a later run, is settled. */

import { parseTimeMs } from '../../kernel/clock.ts'
import { controllerOf, type KubeObject } from '../kube-object.ts'
import { conditionOf } from '../kube/workload.ts'
import type { View } from '../view.ts'

/** True when the Job reached its end, itself or by a later run of the same owner. */
export function isMadeGood(view: View, job: KubeObject): boolean {
  if (isComplete(job)) return true
  const owner = controllerOf(job)
  const bornMs = parseTimeMs(job.metadata.creationTimestamp)
  if (owner === undefined || bornMs === undefined) return false
  return view.list('batch', 'Job', job.metadata.namespace).some((other) => {
    const otherOwner = controllerOf(other)
    const sameOwner = otherOwner?.kind === owner.kind && otherOwner.name === owner.name
    return sameOwner && isComplete(other) && (parseTimeMs(other.metadata.creationTimestamp) ?? 0) > bornMs
  })
}

function isComplete(job: KubeObject): boolean {
  return conditionOf(job, 'Complete')?.status === 'True'
}
