/** Conditions of an autoscaler: reason and message are always the newest, the time is that of the last change of status. */

import { toKubeTime } from '../../../kernel/clock.ts'
import type { WorkloadCondition } from '../conditions.ts'

export type ScalerCondition = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited'

export interface Said {
  readonly type: ScalerCondition
  readonly isTrue: boolean
  readonly reason: string
  readonly message: string
}

export function withSaid(conditions: readonly WorkloadCondition[], { type, isTrue, reason, message }: Said, nowMs: number): readonly WorkloadCondition[] {
  const status = isTrue ? 'True' : 'False'
  const place = conditions.findIndex((condition) => condition.type === type)
  const before = conditions[place]
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : toKubeTime(nowMs)
  const next = { type, status, reason, message, ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }) }
  return place < 0 ? [...conditions, next] : conditions.with(place, next)
}
