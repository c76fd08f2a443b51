/** Where an autoscaler reads its metrics: the three metrics APIs of a cluster, as one question each. All amounts are in thousandths. */

import type { PodObject } from '../../../model/kube/workload.ts'

export interface Sample {
  readonly value: number
  readonly atMs: number
  readonly windowMs: number
}

/** By name of the pod. */
export type Samples = ReadonlyMap<string, Sample>

/** The workload that is scaled, and its pods: whose metrics are asked for. */
export interface Measured {
  readonly target: { readonly kind: string; readonly namespace: string; readonly name: string }
  readonly pods: readonly PodObject[]
  readonly nowMs: number
}

/** Undefined: the API returns no metric. */
export interface MetricsSource {
  /** Usage of a resource by each pod, or by one container of each. */
  resource(of: Measured, metric: { readonly name: string; readonly container?: string }): Samples | undefined
  ofPods(of: Measured, name: string): Samples | undefined
  ofObject(of: Measured, name: string): number | undefined
  external(of: Measured, name: string): readonly number[] | undefined
}
