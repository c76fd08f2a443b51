/** Lists of conditions with their transition times, as controllers of workloads keep them. */

import { toKubeTime } from '../../kernel/clock.ts'

export interface WorkloadCondition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
  readonly lastUpdateTime?: string
  readonly lastProbeTime?: string
}

export function findCondition(conditions: readonly WorkloadCondition[] | undefined, type: string): WorkloadCondition | undefined {
  return conditions?.find((condition) => condition.type === type)
}

export function withoutCondition(conditions: readonly WorkloadCondition[], type: string): WorkloadCondition[] {
  return conditions.filter((condition) => condition.type !== type)
}

/**
 * `SetDeploymentCondition` and its kin: nothing changes when status and reason are the same; the transition time
 * changes only with the status. `tracksUpdates` adds `lastUpdateTime`, which Deployments have.
 */
export function withCondition(
  conditions: readonly WorkloadCondition[],
  next: Pick<WorkloadCondition, 'type' | 'status' | 'reason' | 'message'>,
  options: { readonly nowMs: number; readonly tracksUpdates?: boolean },
): WorkloadCondition[] {
  const current = findCondition(conditions, next.type)
  if (current !== undefined && current.status === next.status && current.reason === next.reason) return [...conditions]
  const now = toKubeTime(options.nowMs)
  const lastTransitionTime = current?.status === next.status ? (current.lastTransitionTime ?? now) : now
  const stamped = { ...next, ...(options.tracksUpdates === true ? { lastUpdateTime: now } : {}), lastTransitionTime }
  return [...withoutCondition(conditions, next.type), stamped]
}
