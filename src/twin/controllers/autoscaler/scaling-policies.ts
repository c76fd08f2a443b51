/**
 * How far one step may go under the policies of a behaviour: what was moved within each policy's period is taken back
 * first. Percentages round towards the larger step upwards and towards nothing downwards.
 */

import type { HPAScalingPolicy } from 'kubernetes-types/autoscaling/v2.d.ts'
import type { ScalingRules } from './autoscaler-object.ts'
import { movedWithin, type History } from './history.ts'

interface From {
  readonly current: number
  readonly history: History
  readonly nowMs: number
}

/** `calculateScaleUpLimitWithScalingRules`. */
export function scaleUpLimit(from: From, rules: ScalingRules): number {
  if (rules.selectPolicy === 'Disabled') return from.current
  const limits = (rules.policies ?? []).map((policy) => {
    const start = atStartOf(policy, from)
    return policy.type === 'Pods' ? start + policy.value : Math.ceil(start * (1 + policy.value / 100))
  })
  return rules.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits)
}

/** `calculateScaleDownLimitWithBehaviors`. */
export function scaleDownLimit(from: From, rules: ScalingRules): number {
  if (rules.selectPolicy === 'Disabled') return from.current
  const limits = (rules.policies ?? []).map((policy) => {
    const start = atStartOf(policy, from)
    return policy.type === 'Pods' ? start - policy.value : Math.trunc(start * (1 - policy.value / 100))
  })
  return rules.selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits)
}

function atStartOf({ periodSeconds }: HPAScalingPolicy, { current, history, nowMs }: From): number {
  return current - movedWithin(history.ups, periodSeconds, nowMs) + movedWithin(history.downs, periodSeconds, nowMs)
}
