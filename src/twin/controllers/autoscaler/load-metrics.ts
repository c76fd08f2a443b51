/**
 * The metrics APIs of a twin: made from the load that the world says a workload bears.
 *
 * A shared amount is spread evenly over the pods that are ready at the moment; one that is not ready bears nothing. Samples
 * are taken every fifteen seconds, as by metrics-server, and a pod has its first when all its containers have run for one
 * such window.
 */

import { parseTimeMs } from '../../../kernel/clock.ts'
import { isReady, isTerminating, type PodObject } from '../../../model/kube/workload.ts'
import { parseMilli } from '../../../model/kube/quantity.ts'
import type { Load, World } from '../../../model/world.ts'
import type { Measured, MetricsSource, Sample, Samples } from './metrics-source.ts'

type MetricLoad = Load['metrics'][number]
type Source = MetricLoad['source']

/** `--metric-resolution` of metrics-server. */
const WINDOW_MS = 15_000

export function loadMetrics(world: World): MetricsSource {
  const find = ({ target }: Measured, source: Source, name: string, container?: string): MetricLoad | undefined => {
    const load = world.loads.find((one) => one.kind === target.kind && one.namespace === target.namespace && one.name === target.name)
    return load?.metrics.find((metric) => metric.source === source && metric.name === name && metric.container === container)
  }
  const value = (of: Measured, source: Source, name: string): number | undefined => {
    const metric = find(of, source, name)
    return metric === undefined ? undefined : parseMilli(metric.amount)
  }
  return {
    resource: (of, { name, container }) => samplesOf(of, find(of, container === undefined ? 'Resource' : 'ContainerResource', name, container)),
    ofPods: (of, name) => samplesOf(of, find(of, 'Pods', name)),
    ofObject: (of, name) => value(of, 'Object', name),
    external(of, name) {
      const amount = value(of, 'External', name)
      return amount === undefined ? undefined : [amount]
    },
  }
}

/** Undefined where no pod has a sample: the API then returns nothing. */
function samplesOf({ pods, nowMs }: Measured, metric: MetricLoad | undefined): Samples | undefined {
  if (metric === undefined) return undefined
  const atMs = Math.floor(nowMs / WINDOW_MS) * WINDOW_MS
  const bearers = pods.filter(bears)
  const amount = parseMilli(metric.amount) ?? 0
  const each = metric.shared ? Math.ceil(amount / Math.max(1, bearers.length)) : amount
  const measured = pods.filter((pod) => ranSince(pod) <= atMs - WINDOW_MS)
  if (measured.length === 0) return undefined
  return new Map(measured.map((pod): [string, Sample] => [pod.metadata.name ?? '', { value: bears(pod) ? each : 0, atMs, windowMs: WINDOW_MS }]))
}

function bears(pod: PodObject): boolean {
  return isReady(pod) && !isTerminating(pod)
}

/** Since when all its containers run; infinite while one does not. */
function ranSince(pod: PodObject): number {
  const statuses = pod.status?.containerStatuses ?? []
  if (statuses.length === 0 || statuses.length < (pod.spec?.containers.length ?? 0)) return Infinity
  return Math.max(...statuses.map(({ state }) => parseTimeMs(state?.running?.startedAt as string | undefined) ?? Infinity))
}
