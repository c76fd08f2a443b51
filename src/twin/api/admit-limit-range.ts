/**
 * LimitRanger admission: gives containers the namespace's default requests and limits, and refuses pods and claims
 * outside its bounds (`plugin/pkg/admission/limitranger/admission.go`).
 */

import type { Container, LimitRangeItem, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import type { StoreReader } from '../store.ts'
import { podUsage } from './pod-usage.ts'
import { forbidden, type NamedResource } from './status-error.ts'

type Quantities = Readonly<Record<string, string>>

/** The pod with what its containers are given where they state nothing, and what they were given told. Of several ranges the first counts. */
export function withLimitDefaults<T extends KubeObject>(pod: T, store: StoreReader): T {
  return rangesFor(pod, store).reduce(withDefaults, pod) as T
}

/** Throws 403 for a pod or claim outside a range, with each bound of the first such range that is broken. Asked once the object is complete. */
export function refuseBeyondLimits(store: StoreReader, resource: NamedResource, object: KubeObject): void {
  if (resource.group !== '' || (resource.plural !== 'pods' && resource.plural !== 'persistentvolumeclaims')) return
  const broken = brokenBounds(object, store).find(({ length }) => length > 0)
  if (broken === undefined) return
  const told = [...new Set(broken)]
  throw forbidden(resource, object.metadata.name ?? '', told.length === 1 ? (told[0] ?? '') : `[${told.join(', ')}]`)
}

/** Range by range, each bound that a pod or claim breaks, in the server's words. */
export function brokenBounds(object: KubeObject, store: StoreReader): string[][] {
  return rangesFor(object, store).map((items) => (object.kind === 'PersistentVolumeClaim' ? claimViolations(object, items) : podViolations(object['spec'] as PodSpec, items)))
}

function rangesFor(object: KubeObject, store: StoreReader): (readonly LimitRangeItem[])[] {
  return [...store.list('/LimitRange', object.metadata.namespace)].map((range) => (range['spec'] as { limits?: readonly LimitRangeItem[] } | undefined)?.limits ?? [])
}

const TOLD = 'kubernetes.io/limit-ranger'

/** Of several items of a range the last one counts. */
function withDefaults(pod: KubeObject, items: readonly LimitRangeItem[]): KubeObject {
  const own = items.filter((item) => item.type === 'Container')
  const defaults: Quantities = Object.assign({}, ...own.map((item) => item.default ?? {}))
  const defaultRequests: Quantities = Object.assign({}, ...own.map((item) => item.defaultRequest ?? {}))
  const told: string[] = []
  const complete = (kind: string) => (container: Container): Container => {
    const given = container.resources ?? {}
    const limits = { ...defaults, ...given.limits }
    const requests = { ...defaultRequests, ...given.requests }
    told.push(...givenText('request', `${kind} ${container.name}`, given.requests, requests), ...givenText('limit', `${kind} ${container.name}`, given.limits, limits))
    return { ...container, resources: { ...given, ...(hasKeys(limits) ? { limits } : {}), ...(hasKeys(requests) ? { requests } : {}) } }
  }
  const spec = pod['spec'] as PodSpec
  const filled = { ...spec, containers: spec.containers.map(complete('container')), ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(complete('init container')) }) }
  const annotations = told.length === 0 ? {} : { annotations: { ...pod.metadata.annotations, [TOLD]: `LimitRanger plugin set: ${told.join('; ')}` } }
  return { ...pod, metadata: { ...pod.metadata, ...annotations }, spec: filled }
}

function givenText(side: string, whom: string, before: object = {}, after: object = {}): string[] {
  const set = Object.keys(after).filter((name) => !Object.hasOwn(before, name)).sort()
  return set.length === 0 ? [] : [`${set.join(', ')} ${side} for ${whom}`]
}

function podViolations(spec: PodSpec, limits: readonly LimitRangeItem[]): string[] {
  return limits.flatMap((limit) => {
    if (limit.type === 'Container') {
      return [...spec.containers, ...(spec.initContainers ?? [])].flatMap((container) =>
        violationsOf(limit, (container.resources?.requests ?? {}) as Quantities, (container.resources?.limits ?? {}) as Quantities),
      )
    }
    if (limit.type !== 'Pod') return []
    // What running it costs on top is no part of what it states.
    const { overhead: _, ...stated } = spec
    const usage = podUsage(stated)
    return violationsOf(limit, usage.requests, usage.limits)
  })
}

function claimViolations(claim: KubeObject, limits: readonly LimitRangeItem[]): string[] {
  const requests = (claim['spec'] as { resources?: { requests?: Quantities } } | undefined)?.resources?.requests ?? {}
  return limits.filter((limit) => limit.type === 'PersistentVolumeClaim').flatMap((limit) => violationsOf(limit, requests, {}))
}

/** `minConstraint`, `maxConstraint`, `limitRequestRatioConstraint`; a claim is bounded by its request alone. */
function violationsOf(limit: LimitRangeItem, requests: Quantities, limits: Quantities): string[] {
  return [
    ...Object.entries(limit.min ?? {}).flatMap(([resource, bound]) => minViolation({ resource, bound, type: limit.type, requests, limits })),
    ...Object.entries(limit.max ?? {}).flatMap(([resource, bound]) => maxViolation({ resource, bound, type: limit.type, requests, limits })),
    ...Object.entries(limit.maxLimitRequestRatio ?? {}).flatMap(([resource, bound]) => ratioViolation({ resource, bound, type: limit.type, requests, limits })),
  ]
}

interface Bound {
  readonly resource: string
  readonly bound: string
  readonly type: string
  readonly requests: Quantities
  readonly limits: Quantities
}

function minViolation({ resource, bound, type, requests, limits }: Bound): string[] {
  const request = requests[resource]
  const limit = limits[resource]
  if (request === undefined) return [`minimum ${resource} usage per ${type} is ${bound}.  No request is specified`]
  if (less(request, bound)) return [`minimum ${resource} usage per ${type} is ${bound}, but request is ${request}`]
  return limit !== undefined && less(limit, bound) ? [`minimum ${resource} usage per ${type} is ${bound}, but limit is ${limit}`] : []
}

function maxViolation({ resource, bound, type, requests, limits }: Bound): string[] {
  const request = requests[resource]
  const limit = limits[resource]
  const isClaim = type === 'PersistentVolumeClaim'
  if (limit === undefined && !isClaim) return [`maximum ${resource} usage per ${type} is ${bound}.  No limit is specified`]
  if (limit !== undefined && less(bound, limit)) return [`maximum ${resource} usage per ${type} is ${bound}, but limit is ${limit}`]
  return request !== undefined && less(bound, request) ? [`maximum ${resource} usage per ${type} is ${bound}, but request is ${request}`] : []
}

function ratioViolation({ resource, bound, type, requests, limits }: Bound): string[] {
  const request = parseMilli(requests[resource]) ?? 0
  const limit = parseMilli(limits[resource]) ?? 0
  const missing = request === 0 ? 'request' : limit === 0 ? 'limit' : undefined
  if (missing !== undefined) return [`${resource} max limit to request ratio per ${type} is ${bound}, but no ${missing} is specified or ${missing} is 0`]
  const ratio = limit / request
  return ratio * 1000 > (parseMilli(bound) ?? 0) ? [`${resource} max limit to request ratio per ${type} is ${bound}, but provided ratio is ${sixDigits(ratio)}`] : []
}

/** As Go prints it: halves go to the even digit. */
function sixDigits(ratio: number): string {
  const millionths = ratio * 1e6
  const isHalf = millionths % 1 === 0.5 && Math.floor(millionths) % 2 === 0
  return (isHalf ? Math.floor(millionths) / 1e6 : ratio).toFixed(6)
}

function less(left: string, right: string): boolean {
  return (parseMilli(left) ?? 0) < (parseMilli(right) ?? 0)
}

function hasKeys(value: object): boolean {
  return Object.keys(value).length > 0
}
