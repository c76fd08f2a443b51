/** Metrics of autoscalers between `autoscaling/v2` and the form that `autoscaling/v1` keeps in annotations (`pkg/apis/autoscaling/v1/conversion.go`). */

export interface Reference {
  readonly apiVersion?: string
  readonly kind?: string
  readonly name?: string
}

export interface Target {
  readonly type?: string
  readonly value?: string
  readonly averageValue?: string
  readonly averageUtilization?: number
}

export interface Source {
  readonly name?: string
  readonly container?: string
  readonly metric?: { readonly name?: string; readonly selector?: object }
  readonly describedObject?: Reference
  readonly target?: Target
  readonly current?: Target
}

export interface Metric {
  readonly type?: string
  readonly object?: Source
  readonly pods?: Source
  readonly resource?: Source
  readonly containerResource?: Source
  readonly external?: Source
}

type First = Readonly<Record<string, unknown>>

export function firstMetric(metric: Metric): First {
  return inFirst(metric, 'target')
}

export function firstMetricStatus(metric: Metric): First {
  return inFirst(metric, 'current')
}

/** In the order of Go's fields. */
function inFirst({ type, object, pods, resource, containerResource, external }: Metric, side: 'target' | 'current'): First {
  const name = (suffix: string): string => `${side}${suffix}`
  const amount = (source: Source): Target => source[side] ?? {}
  return kept({
    type,
    object: object && kept({ target: object.describedObject, metricName: object.metric?.name, [name('Value')]: amount(object).value ?? '0', selector: object.metric?.selector, averageValue: amount(object).averageValue }),
    pods: pods && kept({ metricName: pods.metric?.name, [name('AverageValue')]: amount(pods).averageValue ?? '0', selector: pods.metric?.selector }),
    resource: resource && kept({ name: resource.name, [name('AverageUtilization')]: amount(resource).averageUtilization, [name('AverageValue')]: amount(resource).averageValue ?? (side === 'current' ? '0' : undefined) }),
    containerResource: containerResource && kept({ name: containerResource.name, [name('AverageUtilization')]: amount(containerResource).averageUtilization, [name('AverageValue')]: amount(containerResource).averageValue ?? (side === 'current' ? '0' : undefined), container: containerResource.container }),
    external: external && kept({ metricName: external.metric?.name, metricSelector: external.metric?.selector, [name('Value')]: amount(external).value ?? (side === 'current' ? '0' : undefined), [name('AverageValue')]: amount(external).averageValue }),
  })
}

export function secondMetric(metric: Metric): object {
  return inSecond(metric as First, 'target')
}

export function secondMetricStatus(metric: Metric): object {
  return inSecond(metric as First, 'current')
}

function inSecond(metric: First, side: 'target' | 'current'): object {
  const { type, object, pods, resource, containerResource, external } = metric as Readonly<Record<string, First | undefined>>
  const amount = (source: First): object => amountOf(source, side)
  return kept({
    type,
    object: object && kept({ describedObject: object['target'], metric: kept({ name: object['metricName'], selector: object['selector'] }), [side]: amount(object) }),
    pods: pods && kept({ metric: kept({ name: pods['metricName'], selector: pods['selector'] }), [side]: amount(pods) }),
    resource: resource && kept({ name: resource['name'], [side]: amount(resource) }),
    containerResource: containerResource && kept({ name: containerResource['name'], container: containerResource['container'], [side]: amount(containerResource) }),
    external: external && kept({ metric: kept({ name: external['metricName'], selector: external['metricSelector'] }), [side]: amount(external) }),
  })
}

function amountOf(source: First, side: 'target' | 'current'): object {
  const averageUtilization = source[`${side}AverageUtilization`]
  const averageValue = source[`${side}AverageValue`] ?? source['averageValue']
  const value = averageValue === undefined || source['averageValue'] === undefined ? source[`${side}Value`] : undefined
  const type = averageUtilization !== undefined ? 'Utilization' : averageValue !== undefined ? 'AverageValue' : 'Value'
  return kept({ ...(side === 'target' ? { type } : {}), value, averageValue, averageUtilization })
}

function kept(fields: First): First {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
