/**
 * Autoscalers of `autoscaling/v1`, which know one target and keep the rest in annotations. The API server stores them as v2
 * (`pkg/apis/autoscaling/v1/conversion.go`). What annotations say is in Go's order, without what is empty.
 */

import { isRecord } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { firstMetric, firstMetricStatus, secondMetric, secondMetricStatus, type Metric } from './autoscaler-metrics.ts'

const IN = 'autoscaling.alpha.kubernetes.io'
const METRICS = `${IN}/metrics`
const CURRENT_METRICS = `${IN}/current-metrics`
const CONDITIONS = `${IN}/conditions`
const BEHAVIOR = `${IN}/behavior`
const CARRIERS = new Set([METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR, `${IN}/scale-down-tolerance`, `${IN}/scale-up-tolerance`])
/** Where nothing is said. */
const TARGET_PERCENT = 80

interface Fields {
  readonly [name: string]: unknown
}

export function isFirstAutoscaler({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  return apiVersion === 'autoscaling/v1' && kind === 'HorizontalPodAutoscaler'
}

/** The object itself where it is none of the first version. */
export function storedAutoscaler(object: KubeObject): KubeObject {
  if (!isFirstAutoscaler(object)) return object
  const { targetCPUUtilizationPercentage: target, ...spec } = (object['spec'] ?? {}) as Fields
  const { currentCPUUtilizationPercentage: current, ...status } = (object['status'] ?? {}) as Fields
  const metrics = [...annotatedList(object, METRICS).map(secondMetric), ...(typeof target === 'number' ? [cpu({ target: utilization(target) })] : [])]
  const behavior = annotated(object, BEHAVIOR)
  const seen = annotatedList(object, CURRENT_METRICS)
  const currentMetrics = seen.length > 0 ? seen.map(secondMetricStatus) : typeof current === 'number' ? [cpu({ current: { averageUtilization: current } })] : undefined
  const conditions = annotatedList(object, CONDITIONS)
  const carried = { ...(currentMetrics === undefined ? {} : { currentMetrics }), ...(conditions.length === 0 ? {} : { conditions }) }
  return {
    ...withoutCarriers(object),
    apiVersion: 'autoscaling/v2',
    spec: { ...spec, metrics: metrics.length === 0 ? [cpu({ target: utilization(TARGET_PERCENT) })] : metrics, ...(isRecord(behavior) ? { behavior: renamed(behavior, lowered) } : {}) },
    ...(object['status'] === undefined && Object.keys(carried).length === 0 ? {} : { status: { ...status, ...carried } }),
  }
}

/** The face that the first version shows. */
export function firstAutoscaler(object: KubeObject): KubeObject {
  const { metrics: asked, behavior, ...spec } = (object['spec'] ?? {}) as Fields & { readonly metrics?: readonly Metric[] | null; readonly behavior?: Fields }
  const { currentMetrics: seen, conditions: said, ...status } = (object['status'] ?? {}) as Fields & { readonly currentMetrics?: readonly Metric[] | null; readonly conditions?: readonly Fields[] | null }
  // An autoscaler that has read nothing yet writes null.
  const [metrics, currentMetrics, conditions] = [asked ?? [], seen ?? [], said ?? []]
  const target = metrics.map(cpuTarget).find((percent) => percent !== undefined)
  const current = currentMetrics.map(({ resource }) => (resource?.name === 'cpu' ? resource.current?.averageUtilization : undefined)).findLast((percent) => percent !== undefined)
  const others = metrics.filter((metric) => cpuTarget(metric) === undefined)
  const carriers = {
    ...(others.length === 0 ? {} : { [METRICS]: JSON.stringify(others.map(firstMetric)) }),
    ...(currentMetrics.length === 0 ? {} : { [CURRENT_METRICS]: JSON.stringify(currentMetrics.map(firstMetricStatus)) }),
    ...(behavior === undefined ? {} : { [BEHAVIOR]: JSON.stringify(behaviorText(behavior)) }),
    ...(conditions.length === 0 ? {} : { [CONDITIONS]: JSON.stringify(conditions.map(({ type, status: state, lastTransitionTime, reason, message }) => ({ type, status: state, lastTransitionTime, reason, message }))) }),
  }
  const plain = withoutCarriers(object)
  const annotations = { ...plain.metadata.annotations, ...carriers }
  return {
    ...plain,
    apiVersion: 'autoscaling/v1',
    metadata: { ...plain.metadata, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    spec: { ...spec, ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }) },
    ...(object['status'] === undefined ? {} : { status: { ...status, ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current }) } }),
  }
}

function cpu(part: object): object {
  return { type: 'Resource', resource: { name: 'cpu', ...part } }
}

function utilization(percent: number): object {
  return { type: 'Utilization', averageUtilization: percent }
}

function cpuTarget({ type, resource }: Metric): number | undefined {
  return type === 'Resource' && resource?.name === 'cpu' ? resource.target?.averageUtilization : undefined
}

/** Written with the names of Go's fields; nothing is left out. */
function behaviorText({ scaleUp, scaleDown }: Fields): object {
  return { ScaleUp: rulesText(scaleUp), ScaleDown: rulesText(scaleDown) }
}

function rulesText(rules: unknown): object | null {
  if (!isRecord(rules)) return null
  const { stabilizationWindowSeconds = null, selectPolicy = null, policies, tolerance = null } = rules
  return { StabilizationWindowSeconds: stabilizationWindowSeconds, SelectPolicy: selectPolicy, Policies: Array.isArray(policies) ? policies.map((policy) => renamed(policy, (name) => name.charAt(0).toUpperCase() + name.slice(1))) : null, Tolerance: tolerance }
}

function lowered(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}

function renamed(value: unknown, name: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, name))
  return isRecord(value) ? Object.fromEntries(Object.entries(value).flatMap(([key, entry]) => (entry === null ? [] : [[name(key), renamed(entry, name)]]))) : value
}

function withoutCarriers(object: KubeObject): KubeObject {
  const { annotations, ...metadata } = object.metadata
  if (annotations === undefined) return object
  const kept = Object.entries(annotations).filter(([key]) => !CARRIERS.has(key))
  return { ...object, metadata: { ...metadata, ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }) } }
}

function annotatedList(object: KubeObject, key: string): Metric[] {
  const value = annotated(object, key)
  return Array.isArray(value) ? (value as Metric[]) : []
}

/** What cannot be read is left out, as the server does. */
function annotated(object: KubeObject, key: string): unknown {
  try {
    return JSON.parse(object.metadata.annotations?.[key] ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}
