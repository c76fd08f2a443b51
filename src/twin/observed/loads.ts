/**
 * What scaled workloads have to bear, from what their autoscalers read last: the average of a pod times the pods that were
 * ready then; where an autoscaler has read nothing, from PodMetrics. Usage of memory stays with each pod; everything else is
 * taken to be shared by however many there are.
 */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { groupKind, objectKey, refOf, type KubeObject } from '../../model/kube-object.ts'
import { formatQuantity, parseMilli } from '../../model/kube/quantity.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { isPod, isReady, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { Load } from '../../model/world.ts'
import { storedAutoscaler } from '../api/autoscaler-versions.ts'
import { defaultAutoscaler } from '../api/default-workload.ts'
import type { AutoscalerObject, MetricSpec, MetricStatus } from '../controllers/autoscaler/autoscaler-object.ts'
import { metricsOf, type PodMetrics } from './usage.ts'

type MetricLoad = Load['metrics'][number]

export interface LoadsSeen {
  readonly loads: readonly Load[]
  readonly assumptions: readonly string[]
  /** Autoscalers of which some metric was not seen: they hold, and nobody knows what they would do. */
  readonly unknown: readonly { readonly autoscaler: KubeObject; readonly target: string; readonly metrics: readonly string[] }[]
}

export function loadsSeen(objects: readonly KubeObject[]): LoadsSeen {
  const byTarget = new Map<string, Load>()
  const assumptions: string[] = []
  const unknown: { autoscaler: KubeObject; target: string; metrics: string[] }[] = []
  const autoscalers = objects.map(storedAutoscaler).filter(isAutoscaler)
  const bearers = autoscalers.length === 0 ? undefined : bearersIn(objects)
  for (const autoscaler of autoscalers) {
    const { kind = '', name = '' } = autoscaler.spec?.scaleTargetRef ?? {}
    const namespace = autoscaler.metadata.namespace ?? ''
    const target = `${kind} ${namespace}/${name}`
    const pods = readyPods(bearers, autoscaler)
    const asked = defaultAutoscaler({ ...autoscaler.spec })['metrics'] as readonly MetricSpec[]
    const metrics = asked.map((spec) => {
      const read = loadOf(spec, autoscaler, podsRead(autoscaler, pods.length))
      return { spec, read, load: read ?? measuredLoad(spec, pods, bearers?.usage ?? new Map()) }
    })
    const known = metrics.flatMap(({ load }) => load ?? [])
    const measured = metrics.flatMap(({ read, load }) => (read === undefined && load !== undefined ? [load] : []))
    const asRead = known.filter((load) => !measured.includes(load))
    const missing = metrics.filter(({ load }) => load === undefined).map(({ spec }) => metricName(spec))
    if (missing.length > 0) unknown.push({ autoscaler, target, metrics: missing })
    if (known.length === 0) continue
    byTarget.set(target, { kind, namespace, name, metrics: [...(byTarget.get(target)?.metrics ?? []), ...known] })
    if (asRead.length > 0) assumptions.push(`The load of ${target} is assumed to stay as its autoscaler read it: ${asRead.map(loadText).join(', ')}.`)
    if (measured.length > 0) assumptions.push(`The load of ${target} is assumed to stay as PodMetrics show it, since its autoscaler has read none: ${measured.map(loadText).join(', ')}.`)
  }
  return { loads: [...byTarget.values()], assumptions, unknown }
}

function isAutoscaler(object: KubeObject): object is AutoscalerObject {
  return groupKind(object.apiVersion, object.kind) === 'autoscaling/HorizontalPodAutoscaler'
}

interface Bearers {
  readonly byKey: ReadonlyMap<string, KubeObject>
  /** Ready pods, by namespace. */
  readonly pods: ReadonlyMap<string, readonly PodObject[]>
  readonly usage: PodUsage
}

/** What the containers of a pod take, by `namespace/name` of the pod. */
type PodUsage = ReadonlyMap<string, PodMetrics>

function bearersIn(objects: readonly KubeObject[]): Bearers {
  const ready = objects.filter(isPod).filter((pod) => isReady(pod) && !isTerminating(pod))
  return { byKey: new Map(objects.map((object) => [objectKey(refOf(object)), object])), pods: Map.groupBy(ready, ({ metadata }) => metadata.namespace ?? ''), usage: new Map(metricsOf(objects, 'PodMetrics').map((object) => [podPath(object), object as KubeObject & PodMetrics])) }
}

function podPath({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}`
}

/** Those that bear load now. */
function readyPods(bearers: Bearers | undefined, autoscaler: AutoscalerObject): readonly PodObject[] {
  const { apiVersion = '', kind = '', name = '' } = autoscaler.spec?.scaleTargetRef ?? {}
  const namespace = autoscaler.metadata.namespace ?? ''
  const target = bearers?.byKey.get(objectKey({ apiVersion, kind, namespace, name }))
  const selector = (target?.['spec'] as { selector?: LabelSelector | Record<string, string> } | undefined)?.selector
  const wanted = kind === 'ReplicationController' ? { matchLabels: selector as Record<string, string> } : (selector as LabelSelector | undefined)
  return (bearers?.pods.get(namespace) ?? []).filter(({ metadata }) => matchesSelector(wanted, metadata.labels))
}

/**
 * Over how many pods an autoscaler read its average. Of those that are ready now some may have come since by its own doing, and
 * where it has just taken some away, it had read all of them.
 */
function podsRead({ status }: AutoscalerObject, readyNow: number): number {
  const { currentReplicas = 0, desiredReplicas = currentReplicas } = status ?? {}
  if (readyNow === 0 || desiredReplicas < currentReplicas) return currentReplicas
  return currentReplicas === 0 ? readyNow : Math.min(readyNow, currentReplicas)
}

/** The average of those that were measured, for all that are ready. Only what containers take is measured. */
function measuredLoad(spec: MetricSpec, pods: readonly PodObject[], usage: PodUsage): MetricLoad | undefined {
  const { name, container } = partOf(spec) ?? {}
  if ((spec.type !== 'Resource' && spec.type !== 'ContainerResource') || name === undefined) return undefined
  const amounts = pods.flatMap((pod) => {
    const parts = (usage.get(podPath(pod))?.containers ?? []).filter((part) => container === undefined || part.name === container).map((part) => parseMilli(part.usage?.[name]))
    return parts.length === 0 ? [] : [parts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0)]
  })
  if (amounts.length === 0) return undefined
  const average = amounts.reduce((sum, amount) => sum + amount, 0) / amounts.length
  const named = { source: spec.type as MetricLoad['source'], name, ...(container === undefined ? {} : { container }) }
  return name === 'memory' ? { ...named, amount: formatQuantity(Math.ceil(average / 1_000) * 1_000, 'binary'), shared: false } : { ...named, amount: formatQuantity(Math.round(average * pods.length)), shared: true }
}

function loadOf(spec: MetricSpec, autoscaler: AutoscalerObject, read: number): MetricLoad | undefined {
  const status = (autoscaler.status?.currentMetrics ?? []).find((candidate) => candidate.type === spec.type && metricName(candidate) === metricName(spec))
  const current = partOf(status)?.current
  const average = parseMilli(current?.averageValue)
  const value = parseMilli(current?.value)
  const part = partOf(spec)
  if (part === undefined || (average === undefined && value === undefined)) return undefined
  const source = spec.type as MetricLoad['source']
  const named = { source, name: part.name ?? part.metric?.name ?? '', ...(part.container === undefined ? {} : { container: part.container }) }
  if (value !== undefined) return { ...named, amount: formatQuantity(value), shared: true }
  if (part.name === 'memory') return { ...named, amount: formatQuantity(average ?? 0, 'binary'), shared: false }
  // Amounts outside of pods are divided by all that the target says it has.
  const pods = source === 'Object' || source === 'External' ? (autoscaler.status?.currentReplicas ?? 0) : read
  return { ...named, amount: formatQuantity((average ?? 0) * pods), shared: true }
}

interface Part {
  readonly name?: string
  readonly container?: string
  readonly metric?: { readonly name: string }
  readonly current?: { readonly averageValue?: string; readonly value?: string }
}

function partOf(metric: MetricSpec | MetricStatus | undefined): Part | undefined {
  return metric?.resource ?? metric?.containerResource ?? metric?.pods ?? metric?.object ?? metric?.external
}

function metricName(metric: MetricSpec | MetricStatus): string {
  const part = partOf(metric)
  const name = part?.name ?? part?.metric?.name ?? metric.type
  return part?.container === undefined ? name : `${name} of container ${part.container}`
}

function loadText({ name, container, amount, shared }: MetricLoad): string {
  return `${name}${container === undefined ? '' : ` of container ${container}`} ${amount} ${shared ? 'in all, spread evenly over ready pods' : 'in each pod, however many there are'}`
}
