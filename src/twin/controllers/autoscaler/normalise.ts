/**
 * From what the metrics ask for to what is done (`pkg/controller/podautoscaler/horizontal.go`): stabilised over a window,
 * limited in speed, kept between minimum and maximum.
 */

import type { VersionProfile } from '../../profile.ts'
import type { Behaviour } from './autoscaler-object.ts'
import { overwriteOld, type History } from './history.ts'
import { scaleDownLimit, scaleUpLimit } from './scaling-policies.ts'

export interface Wanted {
  readonly current: number
  /** What the metrics ask for. */
  readonly desired: number
  readonly min: number
  readonly max: number
  readonly history: History
  readonly profile: VersionProfile
  readonly nowMs: number
}

interface Reason {
  readonly reason: string
  readonly message: string
}

export interface Normalised {
  readonly replicas: number
  readonly recommendations: History['recommendations']
  readonly ableToScale: Reason
  readonly limited: Reason & { readonly isLimited: boolean }
}

const READY: Reason = { reason: 'ReadyForNewScale', message: 'recommended size matches current size' }
const DOWN_STABILISED: Reason = { reason: 'ScaleDownStabilized', message: 'recent recommendations were higher than current one, applying the highest recent recommendation' }
const UP_STABILISED: Reason = { reason: 'ScaleUpStabilized', message: 'recent recommendations were lower than current one, applying the lowest recent recommendation' }
const IN_RANGE: Reason = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' }
const TOO_FEW: Reason = { reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' }
const TOO_MANY: Reason = { reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' }
const UP_LIMIT: Reason = { reason: 'ScaleUpLimit', message: 'the desired replica count is increasing faster than the maximum scale rate' }
const DOWN_LIMIT: Reason = { reason: 'ScaleDownLimit', message: 'the desired replica count is decreasing faster than the maximum scale rate' }

/** Without behaviours one step at most doubles, or reaches this. */
const UP_MINIMUM = 4

export function normalise(wanted: Wanted, behaviour: Behaviour | undefined): Normalised {
  const stable = behaviour === undefined ? stabilise(wanted) : stabiliseBothWays(wanted, behaviour)
  const { replicas, reason } = behaviour === undefined ? limit(wanted, stable.replicas) : limitByRules(wanted, stable.replicas, behaviour)
  return {
    replicas,
    recommendations: stable.recommendations,
    ableToScale: stable.replicas === wanted.desired ? READY : stable.reason,
    limited: { ...reason, isLimited: replicas !== stable.replicas },
  }
}

interface Stable {
  readonly replicas: number
  readonly reason: Reason
  readonly recommendations: History['recommendations']
}

/** `stabilizeRecommendation`: the highest of the last five minutes. */
function stabilise({ desired, history, profile, nowMs }: Wanted): Stable {
  const cutoffMs = nowMs - profile.hpaDownscaleStabilisationMs
  const recent = history.recommendations.filter(({ atMs }) => atMs >= cutoffMs)
  return {
    replicas: Math.max(desired, ...recent.map(({ replicas }) => replicas)),
    reason: DOWN_STABILISED,
    recommendations: overwriteOld(history.recommendations, { replicas: desired, atMs: nowMs }, ({ atMs }) => atMs < cutoffMs),
  }
}

/** `stabilizeRecommendationWithBehaviors`: the current size, moved as little as both windows allow. */
function stabiliseBothWays({ current, desired, history, profile, nowMs }: Wanted, { scaleUp, scaleDown }: Behaviour): Stable {
  const upCutoffMs = nowMs - (scaleUp.stabilizationWindowSeconds ?? 0) * 1000
  const downCutoffMs = nowMs - (scaleDown.stabilizationWindowSeconds ?? profile.hpaDownscaleStabilisationMs / 1000) * 1000
  const since = (cutoffMs: number): number[] => history.recommendations.filter(({ atMs }) => atMs > cutoffMs).map(({ replicas }) => replicas)
  const [lowest, highest] = [Math.min(desired, ...since(upCutoffMs)), Math.max(desired, ...since(downCutoffMs))]
  return {
    replicas: Math.min(Math.max(current, lowest), highest),
    reason: desired >= current ? UP_STABILISED : DOWN_STABILISED,
    recommendations: overwriteOld(history.recommendations, { replicas: desired, atMs: nowMs }, ({ atMs }) => atMs < upCutoffMs && atMs < downCutoffMs),
  }
}

interface Limited {
  readonly replicas: number
  readonly reason: Reason
}

/** `convertDesiredReplicasWithRules`. */
function limit({ current, min, max }: Wanted, desired: number): Limited {
  const speed = Math.max(2 * current, UP_MINIMUM)
  if (desired < min) return { replicas: min, reason: TOO_FEW }
  if (desired > Math.min(max, speed)) return max > speed ? { replicas: speed, reason: UP_LIMIT } : { replicas: max, reason: TOO_MANY }
  return { replicas: desired, reason: IN_RANGE }
}

/** `convertDesiredReplicasWithBehaviorRate`. */
function limitByRules(wanted: Wanted, desired: number, { scaleUp, scaleDown }: Behaviour): Limited {
  const { current, min, max } = wanted
  if (desired > current) {
    const speed = Math.max(current, scaleUpLimit(wanted, scaleUp))
    if (desired > Math.min(max, speed)) return max > speed ? { replicas: speed, reason: UP_LIMIT } : { replicas: max, reason: TOO_MANY }
  }
  if (desired < current) {
    const speed = Math.min(current, scaleDownLimit(wanted, scaleDown))
    if (desired < Math.max(min, speed)) return min < speed ? { replicas: speed, reason: DOWN_LIMIT } : { replicas: min, reason: TOO_FEW }
  }
  return { replicas: desired, reason: IN_RANGE }
}

