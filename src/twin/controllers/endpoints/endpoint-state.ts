/**
 * What the endpoint controllers remember: pods by their labels, and Services by a label that they select. Both ways are
 * asked at every step of a pod, and neither walks a namespace.
 */

import { oncePerObject } from '../../../kernel/once-per-object.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import type { Forkable } from '../../controller.ts'
import { CowMap } from '../../cow-map.ts'
import type { Change, StoreReader } from '../../store.ts'
import { keyOf, objectAt } from '../controller-key.ts'
import { labelEntry, type LabelIndex } from '../label-index.ts'
import type { ServiceObject } from './service-ports.ts'

/** Keys of Services (`namespace/name`) by the first label of their selector: a pod without it is none of theirs. */
export type SelectorIndex = CowMap<readonly string[]>

export interface EndpointState extends Forkable {
  readonly pods: LabelIndex
  readonly services: SelectorIndex
  fork(): EndpointState
}

export function createEndpointState(): EndpointState {
  return stateOver(new CowMap(), new CowMap())
}

function stateOver(pods: LabelIndex, services: SelectorIndex): EndpointState {
  return { pods, services, fork: () => stateOver(pods.fork(), services.fork()) }
}

export function indexSelector({ before, after }: Change, index: SelectorIndex): void {
  const [from, to] = [entryOf(before), entryOf(after)]
  if (from === to) return
  if (from !== undefined && before !== undefined) {
    const rest = (index.get(from) ?? []).filter((key) => key !== keyOf(before))
    if (rest.length === 0) index.delete(from)
    else index.set(from, rest)
  }
  if (to !== undefined && after !== undefined) index.set(to, [...(index.get(to) ?? []), keyOf(after)])
}

function entryOf(service: KubeObject | undefined): string | undefined {
  const [first] = service === undefined ? [] : selectorOf(service as ServiceObject)
  return first === undefined ? undefined : labelEntry(service?.metadata.namespace ?? '', ...first)
}

/** Keys of the Services that select the pod. */
export function servicesFor(pod: KubeObject, index: SelectorIndex, store: StoreReader): string[] {
  const namespace = pod.metadata.namespace ?? ''
  const keys = Object.entries(pod.metadata.labels ?? {}).flatMap(([name, value]) => index.get(labelEntry(namespace, name, value)) ?? [])
  return keys.filter((key) => {
    const service = objectAt(store, { apiVersion: 'v1', kind: 'Service' }, key) as ServiceObject | undefined
    return service !== undefined && isSelectedBy(service, pod)
  })
}

const selectorOf = oncePerObject((service: ServiceObject): readonly (readonly [string, string])[] => Object.entries(service.spec?.selector ?? {}))

export function isSelectedBy(service: ServiceObject, pod: KubeObject): boolean {
  const selector = selectorOf(service)
  return selector.length > 0 && selector.every(([key, value]) => pod.metadata.labels?.[key] === value)
}
