/**
 * How many replicas a metric asks for (`pkg/controller/podautoscaler/replica_calculator.go`). Pods that do not count yet
 * are taken to be idle when more are wanted, and those without a metric to be busy when fewer are: doubt never scales.
 *
 * Totals are summed as integers without bound: bytes of memory in thousandths, times a hundred, do not fit a double.
 */

import { isReady, type PodObject } from '../../../model/kube/workload.ts'
import type { VersionProfile } from '../../profile.ts'
import { groupPods } from './group-pods.ts'
import type { Samples } from './metrics-source.ts'
import { requestedBy } from './pod-request.ts'
import { isWithin, type Tolerances } from './tolerance.ts'

export interface Calculation {
  /** Of the scale: as asked for, not as running. */
  readonly replicas: number
  readonly pods: readonly PodObject[]
  readonly tolerances: Tolerances
  readonly profile: VersionProfile
  readonly nowMs: number
}

export type Calculated =
  /** `average` is a pod's, in thousandths; `utilization` in percent of its request. */
  | { readonly type: 'replicas'; readonly replicas: number; readonly average: number; readonly utilization?: number }
  | { readonly type: 'failed'; readonly message: string }

interface Usage {
  readonly ratio: number
  readonly average: number
  readonly utilization?: number
}

/** How usage relates to its target, and what a pod without a metric is taken to use when fewer pods would do. */
interface Measure {
  usageOf(values: ReadonlyMap<string, number>): Usage | undefined
  assumedBusy(pod: string): number
}

/** `GetResourceReplicas`: usage in percent of what is requested. */
export function replicasForUtilization(calculation: Calculation, asked: { readonly samples: Samples; readonly resource: string; readonly container?: string; readonly target: number }): Calculated {
  const { samples, resource, container, target } = asked
  return fromSamples(calculation, { samples, resource }, () => {
    const requests = new Map<string, number>()
    for (const pod of calculation.pods) {
      const requested = requestedBy(pod, { resource, minor: calculation.profile.minor, ...(container === undefined ? {} : { container }) })
      if (requested.type === 'failed') return requested
      requests.set(pod.metadata.name ?? '', requested.milli)
    }
    return {
      usageOf: (values) => utilizationOf(values, requests, target),
      assumedBusy: (pod) => Math.trunc(((requests.get(pod) ?? 0) * Math.max(100, target)) / 100),
    }
  })
}

/** `calcPlainMetricReplicas`: usage of an average pod, compared with a target amount. */
export function replicasForAverage(calculation: Calculation, asked: { readonly samples: Samples; readonly resource?: string; readonly target: number }): Calculated {
  const { samples, resource, target } = asked
  return fromSamples(calculation, { samples, ...(resource === undefined ? {} : { resource }) }, () => ({
    usageOf(values) {
      const average = Number(sum(values.values()) / BigInt(values.size))
      return { ratio: average / target, average }
    },
    assumedBusy: () => target,
  }))
}

function utilizationOf(values: ReadonlyMap<string, number>, requests: ReadonlyMap<string, number>, target: number): Usage | undefined {
  const known = [...values].filter(([pod]) => requests.has(pod))
  const [used, requested] = [sum(known.map(([, value]) => value)), sum(known.map(([pod]) => requests.get(pod) ?? 0))]
  if (requested === 0n) return undefined
  const utilization = Number((used * 100n) / requested)
  return { ratio: utilization / target, utilization, average: Number(used / BigInt(known.length)) }
}

function sum(values: Iterable<number>): bigint {
  let total = 0n
  for (const value of values) total += BigInt(value)
  return total
}

function fromSamples(calculation: Calculation, of: { readonly samples: Samples; readonly resource?: string }, measureWith: () => Measure | Extract<Calculated, { type: 'failed' }>): Calculated {
  const { pods, profile, nowMs, tolerances, replicas } = calculation
  if (pods.length === 0) return failed('no pods returned by selector while calculating replica count')
  const { readyCount, unready, missing, ignored } = groupPods(pods, { ...of, profile, nowMs })
  const values = new Map([...of.samples].filter(([pod]) => !unready.has(pod) && !ignored.has(pod)).map(([pod, { value }]) => [pod, value]))
  if (values.size === 0) return failed('did not receive metrics for targeted pods (pods might be unready)')
  const measure = measureWith()
  if ('type' in measure) return measure
  const usage = measure.usageOf(values)
  if (usage === undefined) return failed('no metrics returned matched known pods')
  const answer = (count: number): Calculated => ({ type: 'replicas', replicas: count, average: usage.average, ...(usage.utilization === undefined ? {} : { utilization: usage.utilization }) })

  const growsWithUnready = unready.size > 0 && usage.ratio > 1
  if (!growsWithUnready && missing.size === 0) return answer(isWithin(tolerances, usage.ratio) ? replicas : Math.ceil(usage.ratio * readyCount))
  if (usage.ratio < 1) for (const pod of missing) values.set(pod, measure.assumedBusy(pod))
  if (usage.ratio > 1) for (const pod of missing) values.set(pod, 0)
  if (growsWithUnready) for (const pod of unready) values.set(pod, 0)
  const ratio = measure.usageOf(values)?.ratio ?? usage.ratio
  return answer(isWithin(tolerances, ratio) || turns(usage.ratio, ratio) ? replicas : inDirection(ratio, { wanted: Math.ceil(ratio * values.size), replicas }))
}

/** The pods that were filled in turned growth into shrinking, or the other way round. */
function turns(before: number, after: number): boolean {
  return (before < 1 && after > 1) || (before > 1 && after < 1)
}

function inDirection(ratio: number, { wanted, replicas }: { readonly wanted: number; readonly replicas: number }): number {
  return (ratio < 1 && wanted > replicas) || (ratio > 1 && wanted < replicas) ? replicas : wanted
}

/** `getUsageRatioReplicaCount`: an amount that belongs to no pod, over its target. */
export function replicasForValue({ replicas, pods, tolerances }: Calculation, asked: { readonly usage: number; readonly target: number }): Calculated {
  const { usage, target } = asked
  const ratio = usage / target
  if (replicas === 0) return { type: 'replicas', replicas: Math.ceil(ratio), average: usage }
  if (isWithin(tolerances, ratio)) return { type: 'replicas', replicas, average: usage }
  if (pods.length === 0) return failed('unable to calculate ready pods: no pods returned by selector while calculating replica count')
  const readyCount = pods.filter((pod) => pod.status?.phase === 'Running' && isReady(pod)).length
  return { type: 'replicas', replicas: Math.min(Math.ceil(ratio * readyCount), INT32_MAX), average: usage }
}

/** `GetObjectPerPodMetricReplicas` and its external twin: an amount that is to be divided among the pods that there are. */
export function replicasForShare({ tolerances }: Calculation, asked: { readonly usage: number; readonly target: number; readonly statusReplicas: number }): Calculated {
  const { usage, target, statusReplicas } = asked
  const ratio = usage / (target * statusReplicas)
  const replicas = isWithin(tolerances, ratio) ? statusReplicas : Math.min(Math.ceil(usage / target), INT32_MAX)
  return { type: 'replicas', replicas, average: statusReplicas === 0 ? usage : Math.ceil(usage / statusReplicas) }
}

const INT32_MAX = 2_147_483_647

function failed(message: string): Extract<Calculated, { type: 'failed' }> {
  return { type: 'failed', message }
}
