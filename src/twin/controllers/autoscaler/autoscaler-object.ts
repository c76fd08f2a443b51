/** A HorizontalPodAutoscaler as its controller reads it: `autoscaling/v2`, with the fields that came after our types. */

import type { HorizontalPodAutoscaler, HPAScalingRules, MetricSpec, MetricStatus } from 'kubernetes-types/autoscaling/v2.d.ts'
import type { KubeObject } from '../../../model/kube-object.ts'

export type AutoscalerObject = KubeObject & HorizontalPodAutoscaler
export type { MetricSpec, MetricStatus }

export interface ScalingRules extends HPAScalingRules {
  /** Share that a metric may be off its target in this direction; from 1.35 on. */
  readonly tolerance?: string | number
}

export interface Behaviour {
  readonly scaleUp: ScalingRules
  readonly scaleDown: ScalingRules
}

/** The API server fills both sides as soon as one is given. */
export function behaviourOf(autoscaler: AutoscalerObject): Behaviour | undefined {
  const behaviour = autoscaler.spec?.behavior
  return behaviour === undefined ? undefined : { scaleUp: behaviour.scaleUp ?? {}, scaleDown: behaviour.scaleDown ?? {} }
}

export function minReplicasOf(autoscaler: AutoscalerObject): number {
  return autoscaler.spec?.minReplicas ?? 1
}
