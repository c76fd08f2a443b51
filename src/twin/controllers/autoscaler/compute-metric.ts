/**
 * One metric of an autoscaler: the replicas that it asks for, what the status shows of it, and what is said where it
 * cannot be read (`pkg/controller/podautoscaler/horizontal.go`, computeReplicasForMetric).
 */

import type { MetricTarget } from 'kubernetes-types/autoscaling/v2.d.ts'
import { formatQuantity, parseMilli } from '../../../model/kube/quantity.ts'
import type { MetricSpec, MetricStatus } from './autoscaler-object.ts'
import type { Measured, MetricsSource } from './metrics-source.ts'
import { replicasForAverage, replicasForShare, replicasForUtilization, replicasForValue, type Calculated, type Calculation } from './replica-calculator.ts'
import { selectorGoText } from './selector-go-text.ts'

export type Proposal =
  | { readonly type: 'replicas'; readonly replicas: number; readonly name: string; readonly status: MetricStatus }
  /** `message` is about the metric, `inner` about what could not be had: events and conditions say that one. */
  | { readonly type: 'failed'; readonly reason: string; readonly inner: string; readonly message: string }

export interface MetricQuestion {
  readonly source: MetricsSource
  readonly measured: Measured
  readonly calculation: Calculation
  /** Pods that the target says it has. */
  readonly statusReplicas: number
}

const NO_RESOURCE_METRIC = 'no metrics returned from resource metrics API'
const NO_CUSTOM_METRIC = 'no metrics returned from custom metrics API'
const NO_EXTERNAL_METRIC = 'no metrics returned from external metrics API'

export function computeMetric(spec: MetricSpec, question: MetricQuestion): Proposal {
  switch (spec.type) {
    case 'Resource':
      return ofResource(question, spec.resource ?? { name: '', target: { type: '' } })
    case 'ContainerResource':
      return ofResource(question, spec.containerResource ?? { name: '', target: { type: '' } })
    case 'Pods':
      return ofPods(question, spec.pods as NonNullable<MetricSpec['pods']>)
    case 'Object':
      return ofObject(question, spec.object as NonNullable<MetricSpec['object']>)
    case 'External':
      return external(question, spec.external as NonNullable<MetricSpec['external']>)
    default: {
      const message = `unknown metric source type "${spec.type}"`
      return { type: 'failed', reason: 'InvalidMetricSourceType', inner: message, message }
    }
  }
}

function ofResource(question: MetricQuestion, metric: { readonly name: string; readonly container?: string; readonly target: MetricTarget }): Proposal {
  const { name, container, target } = metric
  const calculated = resourceReplicas(question, metric)
  if (calculated.type === 'failed') {
    const inner = target.averageValue === undefined && target.averageUtilization === undefined ? calculated.message : `failed to get ${name} ${target.averageValue === undefined ? 'utilization' : 'usage'}: ${calculated.message}`
    const [reason, what] = container === undefined ? ['FailedGetResourceMetric', `${name} resource`] : ['FailedGetContainerResourceMetric', `${container} container`]
    return { type: 'failed', reason, inner, message: `failed to get ${what} metric value: ${inner}` }
  }
  const averageValue = formatQuantity(calculated.average, name === 'memory' ? 'binary' : 'decimal')
  const current = { ...(calculated.utilization === undefined ? {} : { averageUtilization: calculated.utilization }), averageValue }
  const kind = container === undefined ? 'resource' : 'container resource'
  return {
    type: 'replicas',
    replicas: calculated.replicas,
    name: target.averageValue === undefined ? `${name} ${kind} utilization (percentage of request)` : `${name} resource`,
    status: container === undefined ? { type: 'Resource', resource: { name, current } } : { type: 'ContainerResource', containerResource: { name, container, current } },
  }
}

function resourceReplicas({ source, measured, calculation }: MetricQuestion, { name, container, target }: { readonly name: string; readonly container?: string; readonly target: MetricTarget }): Calculated {
  const [average, utilization] = [parseMilli(target.averageValue), target.averageUtilization]
  if (average === undefined && utilization === undefined) return { type: 'failed', message: 'invalid resource metric source: neither an average utilization target nor an average value (usage) target was set' }
  const named = container === undefined ? { name } : { name, container }
  const samples = source.resource(measured, named)
  if (samples === undefined) return { type: 'failed', message: `unable to get metrics for resource ${name}: ${NO_RESOURCE_METRIC}` }
  if (average !== undefined) return replicasForAverage(calculation, { samples, resource: name, target: average })
  return replicasForUtilization(calculation, { samples, resource: name, target: utilization ?? 0, ...(container === undefined ? {} : { container }) })
}

function ofPods({ source, measured, calculation }: MetricQuestion, { metric, target }: NonNullable<MetricSpec['pods']>): Proposal {
  const samples = source.ofPods(measured, metric.name)
  const calculated = samples === undefined ? ({ type: 'failed', message: `unable to get metric ${metric.name}: ${NO_CUSTOM_METRIC}` } as const) : replicasForAverage(calculation, { samples, target: parseMilli(target.averageValue) ?? 0 })
  if (calculated.type === 'failed') return { type: 'failed', reason: 'FailedGetPodsMetric', inner: calculated.message, message: `failed to get pods metric value: ${calculated.message}` }
  return { type: 'replicas', replicas: calculated.replicas, name: `pods metric ${metric.name}`, status: { type: 'Pods', pods: { metric, current: { averageValue: formatQuantity(calculated.average) } } } }
}

function ofObject({ source, measured, calculation, statusReplicas }: MetricQuestion, { metric, target, describedObject }: NonNullable<MetricSpec['object']>): Proposal {
  const usage = source.ofObject(measured, metric.name)
  const isShared = target.type === 'AverageValue' && target.averageValue !== undefined
  // Upstream fills its sentence in another order than it reads.
  const missing = `unable to get metric ${metric.name}: ${describedObject.kind} on ${measured.target.namespace} ${describedObject.name}/${NO_CUSTOM_METRIC}`
  const calculated = amountReplicas({ calculation, statusReplicas, usage, missing, target: isShared ? { averageValue: target.averageValue } : target.type === 'Value' ? { value: target.value } : {}, kind: 'object' })
  if (calculated.type === 'failed') {
    const named = isShared ? `failed to get ${metric.name} object metric: ${calculated.message}` : calculated.message
    return { type: 'failed', reason: 'FailedGetObjectMetric', inner: calculated.message, message: `failed to get object metric value: ${named}` }
  }
  const amount = formatQuantity(calculated.average)
  return {
    type: 'replicas',
    replicas: calculated.replicas,
    name: isShared ? `external metric ${metric.name}(${selectorGoText(metric.selector)})` : `${describedObject.kind} metric ${metric.name}`,
    status: { type: 'Object', object: { describedObject, metric, current: isShared ? { averageValue: amount } : { value: amount } } },
  }
}

function external({ source, measured, calculation, statusReplicas }: MetricQuestion, { metric, target }: NonNullable<MetricSpec['external']>): Proposal {
  const values = source.external(measured, metric.name)
  const usage = values?.reduce((sum, value) => sum + value, 0)
  const isShared = target.averageValue !== undefined
  const selector = selectorGoText(metric.selector)
  const missing = `unable to get external metric ${measured.target.namespace}/${metric.name}/${selector}: ${NO_EXTERNAL_METRIC}`
  const calculated = amountReplicas({ calculation, statusReplicas, usage, missing, target: isShared ? { averageValue: target.averageValue } : { value: target.value }, kind: 'external' })
  if (calculated.type === 'failed') {
    const named = isShared ? `failed to get ${metric.name} external metric: ${calculated.message}` : target.value === undefined ? calculated.message : `failed to get external metric ${metric.name}: ${calculated.message}`
    return { type: 'failed', reason: 'FailedGetExternalMetric', inner: calculated.message, message: `failed to get ${metric.name} external metric value: ${named}` }
  }
  const amount = formatQuantity(calculated.average)
  return { type: 'replicas', replicas: calculated.replicas, name: `external metric ${metric.name}(${selector})`, status: { type: 'External', external: { metric, current: isShared ? { averageValue: amount } : { value: amount } } } }
}

interface Amount {
  readonly calculation: Calculation
  readonly statusReplicas: number
  readonly usage: number | undefined
  readonly missing: string
  readonly target: { readonly value?: string | undefined; readonly averageValue?: string | undefined }
  readonly kind: 'object' | 'external'
}

function amountReplicas({ calculation, statusReplicas, usage, missing, target, kind }: Amount): Calculated {
  const [value, share] = [parseMilli(target.value), parseMilli(target.averageValue)]
  if (value === undefined && share === undefined) return { type: 'failed', message: `invalid ${kind} metric source: neither a value target nor an average value target was set` }
  if (usage === undefined) return { type: 'failed', message: missing }
  return share === undefined ? replicasForValue(calculation, { usage, target: value ?? 0 }) : replicasForShare(calculation, { usage, target: share, statusReplicas })
}
