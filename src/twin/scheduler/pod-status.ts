/** Conditions of a pod, changed as upstream's helpers do: the transition time moves only with the status. */

import type { PodCondition, PodStatus } from 'kubernetes-types/core/v1.d.ts'
import { toKubeTime } from '../../kernel/clock.ts'

export type ConditionChange = Pick<PodCondition, 'type' | 'status'> & { readonly reason?: string; readonly message?: string }

/** The status with this condition in it; the same value when it says so already. */
export function withCondition(status: PodStatus | undefined, change: ConditionChange, nowMs: number): PodStatus {
  const conditions = status?.conditions ?? []
  const before = conditions.find((condition) => condition.type === change.type)
  if (before !== undefined && before.status === change.status && before.reason === change.reason && before.message === change.message) return status ?? {}
  const lastTransitionTime = before?.status === change.status ? before.lastTransitionTime : toKubeTime(nowMs)
  const after: PodCondition = { ...change, ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }) }
  const others = conditions.filter((condition) => condition.type !== change.type)
  return { ...status, conditions: before === undefined ? [...others, after] : conditions.map((condition) => (condition === before ? after : condition)) }
}
