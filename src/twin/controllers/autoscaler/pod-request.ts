/** What a pod requests of a resource, as an autoscaler sums it up: a container without a request spoils the metric. In thousandths. */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { isSidecar, podRequests } from '../../../model/kube/pod-requests.ts'
import { parseMilli } from '../../../model/kube/quantity.ts'
import type { PodObject } from '../../../model/kube/workload.ts'

export type Requested = { readonly type: 'known'; readonly milli: number } | { readonly type: 'failed'; readonly message: string }

export interface RequestQuestion {
  readonly resource: string
  readonly container?: string
  /** Before 1.35 a container that is in no pod was no error. */
  readonly minor: number
}

/** `calculateRequests`: one container's where one is named, else the pod's own, else the sum over its containers and sidecars. */
export function requestedBy(pod: PodObject, question: RequestQuestion): Requested {
  return question.container === undefined && hasPodRequests(pod) ? podLevelRequest(pod, question.resource) : containerRequests(pod, question)
}

const POD_LEVEL = /^(cpu|memory|hugepages-.*)$/

function hasPodRequests(pod: PodObject): boolean {
  const requests = (pod.spec as { resources?: { requests?: object } } | undefined)?.resources?.requests ?? {}
  return Object.keys(requests).some((name) => POD_LEVEL.test(name))
}

function podLevelRequest(pod: PodObject, resource: string): Requested {
  const amount = podRequests(pod)[resource]
  if (amount === undefined) return { type: 'failed', message: `missing pod-level request for ${resource} in Pod ${pod.metadata.name ?? ''}` }
  return { type: 'known', milli: resource === 'cpu' ? amount : amount * 1000 }
}

function containerRequests(pod: PodObject, { resource, container, minor }: RequestQuestion): Requested {
  const all = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? []).filter(isSidecar)]
  const asked = container === undefined ? all : all.filter(({ name }) => name === container).slice(0, 1)
  const name = pod.metadata.name ?? ''
  if (container !== undefined && asked.length === 0 && minor >= 35) return { type: 'failed', message: `container ${container} not found in Pod ${name}` }
  const without = asked.find((one) => requestOf(one, resource) === undefined)
  if (without !== undefined) return { type: 'failed', message: `missing request for ${resource} in container ${without.name} of Pod ${name}` }
  return { type: 'known', milli: asked.reduce((sum, one) => sum + (requestOf(one, resource) ?? 0), 0) }
}

function requestOf({ resources }: Container, resource: string): number | undefined {
  return parseMilli((resources?.requests as Record<string, string | number> | undefined)?.[resource])
}
