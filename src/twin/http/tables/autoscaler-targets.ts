/** The targets of a HorizontalPodAutoscaler in one cell: the first two, and how many more (`formatHPAMetrics`). */

import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from 'kubernetes-types/autoscaling/v2.d.ts'

const SHOWN = 2

export function targetsText(metrics: readonly MetricSpec[], statuses: readonly MetricStatus[]): string {
  if (metrics.length === 0) return '<none>'
  const texts = metrics.map((metric, index) => targetText(metric, statuses[index]))
  const more = texts.length - SHOWN
  return texts.slice(0, SHOWN).join(', ') + (more > 0 ? ` + ${more} more...` : '')
}

function targetText(metric: MetricSpec, status: MetricStatus | undefined): string {
  switch (metric.type) {
    case 'Resource':
      return `${metric.resource?.name}: ${usageText(metric.resource?.target, status?.resource?.current)}`
    case 'ContainerResource':
      return `${metric.containerResource?.name}: ${usageText(metric.containerResource?.target, status?.containerResource?.current)}`
    case 'Pods':
      return `${known(status?.pods?.current.averageValue)}/${metric.pods?.target.averageValue}`
    case 'Object':
      return valueText(metric.object?.target, status?.object?.current)
    case 'External':
      return valueText(metric.external?.target, status?.external?.current)
    default:
      return '<unknown type>'
  }
}

function usageText(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${known(current?.averageValue)}/${target.averageValue}`
  const share = current?.averageUtilization
  return `${share === undefined ? '<unknown>' : `${share}%`}/${target?.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`}`
}

function valueText(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${known(current?.averageValue)}/${target.averageValue} (avg)`
  return `${known(current?.value)}/${target?.value}`
}

function known(quantity: string | undefined): string {
  return quantity ?? '<unknown>'
}
