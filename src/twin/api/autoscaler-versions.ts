/** An autoscaler of `autoscaling/v1` as the API server stores it: its one target becomes a metric (`pkg/apis/autoscaling/v1/conversion.go`). */

import type { KubeObject } from '../../model/kube-object.ts'

const ANNOTATIONS = { metrics: 'autoscaling.alpha.kubernetes.io/metrics', behavior: 'autoscaling.alpha.kubernetes.io/behavior' }

interface FirstSpec {
  readonly targetCPUUtilizationPercentage?: number
  readonly [field: string]: unknown
}

interface FirstStatus {
  readonly currentCPUUtilizationPercentage?: number
  readonly [field: string]: unknown
}

/** The object itself where it is none. Metrics that only annotations carry are not read back: their amounts then count as not seen. */
export function storedAutoscaler(object: KubeObject): KubeObject {
  if (object.apiVersion !== 'autoscaling/v1' || object.kind !== 'HorizontalPodAutoscaler') return object
  const { targetCPUUtilizationPercentage: target, ...spec } = (object['spec'] ?? {}) as FirstSpec
  const { currentCPUUtilizationPercentage: current, ...status } = (object['status'] ?? {}) as FirstStatus
  const metrics = [...(target === undefined ? [] : [cpu({ target: { type: 'Utilization', averageUtilization: target } })]), ...annotated(object, ANNOTATIONS.metrics)]
  const behavior = annotatedValue(object, ANNOTATIONS.behavior)
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    spec: { ...spec, ...(metrics.length === 0 ? {} : { metrics }), ...(behavior === undefined ? {} : { behavior }) },
    ...(object['status'] === undefined ? {} : { status: { ...status, ...(current === undefined ? {} : { currentMetrics: [cpu({ current: { averageUtilization: current } })] }) } }),
  }
}

function cpu(part: object): object {
  return { type: 'Resource', resource: { name: 'cpu', ...part } }
}

function annotated(object: KubeObject, key: string): object[] {
  const value = annotatedValue(object, key)
  return Array.isArray(value) ? (value as object[]) : []
}

/** What cannot be read is left out, as the server does. */
function annotatedValue(object: KubeObject, key: string): unknown {
  try {
    return JSON.parse(object.metadata.annotations?.[key] ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}
