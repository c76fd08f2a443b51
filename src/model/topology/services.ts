/** Services and the pods behind them: who is selected, which ports are served, whether anything is ready. */

import type { Service, ServicePort, Container } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../kube-object.ts'
import { matchesSelector } from '../kube/selector.ts'
import { isPod, isReady, isTerminal, isTerminating, type PodObject } from '../kube/workload.ts'
import type { View } from '../view.ts'
import { keyOf } from './ownership.ts'
import { perView } from '../per-view.ts'

export type ServiceObject = KubeObject & Service

export function servicesOf(view: View, namespace?: string): readonly ServiceObject[] {
  return view.list('', 'Service', namespace) as readonly ServiceObject[]
}

/** The selector of a Service that finds its own pods; undefined for external names and hand-made endpoints. */
export function selectorOf(service: ServiceObject): Readonly<Record<string, string>> | undefined {
  const selector = service.spec?.selector
  return service.spec?.type === 'ExternalName' || selector === undefined || Object.keys(selector).length === 0 ? undefined : selector
}

interface Backing {
  readonly podsByService: ReadonlyMap<string, readonly PodObject[]>
  readonly servicesByPod: ReadonlyMap<string, readonly ServiceObject[]>
}

const backing = perView((view): Backing => {
  const podsByNamespace = Map.groupBy(view.list('', 'Pod').filter(isPod).filter((pod) => !isTerminal(pod) && !isTerminating(pod)), (pod) => pod.metadata.namespace)
  const podsByService = new Map<string, PodObject[]>()
  const servicesByPod = new Map<string, ServiceObject[]>()
  for (const service of servicesOf(view)) {
    const selector = selectorOf(service)
    if (selector === undefined) continue
    const pods = (podsByNamespace.get(service.metadata.namespace) ?? []).filter((pod) => matchesSelector({ matchLabels: selector }, pod.metadata.labels))
    podsByService.set(keyOf(service), pods)
    for (const pod of pods) servicesByPod.set(keyOf(pod), [...(servicesByPod.get(keyOf(pod)) ?? []), service])
  }
  return { podsByService, servicesByPod }
})

/** Pods a Service selects, ready or not. */
export function podsBehind(view: View, service: ServiceObject): readonly PodObject[] {
  return backing(view).podsByService.get(keyOf(service)) ?? []
}

export function servicesOfPod(view: View, pod: PodObject): readonly ServiceObject[] {
  return backing(view).servicesByPod.get(keyOf(pod)) ?? []
}

/** At least one pod behind it takes traffic; for a Service without a selector, its endpoints decide. */
export function isServed(view: View, service: ServiceObject): boolean {
  if (service.spec?.type === 'ExternalName') return true
  if (selectorOf(service) === undefined) return hasAddresses(view, service)
  return podsBehind(view, service).some((pod) => isReady(pod) || service.spec?.publishNotReadyAddresses === true)
}

function hasAddresses(view: View, service: ServiceObject): boolean {
  const { name, namespace } = service.metadata
  const endpoints = view.get({ apiVersion: 'v1', kind: 'Endpoints', name: name ?? '', ...(namespace === undefined ? {} : { namespace }) })
  const subsets = endpoints?.['subsets'] as readonly { addresses?: readonly unknown[] }[] | undefined
  if (subsets?.some((subset) => (subset.addresses ?? []).length > 0) === true) return true
  const slices = view.list('discovery.k8s.io', 'EndpointSlice', namespace).filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === name)
  if (endpoints === undefined && slices.length === 0) return true
  return slices.some((slice) => ((slice['endpoints'] ?? []) as readonly { conditions?: { ready?: boolean } }[]).some((endpoint) => endpoint.conditions?.ready !== false))
}

/** The number a Service port leads to in this pod; undefined when a named port is not declared there. */
export function targetPortIn(pod: { readonly spec?: { readonly containers?: readonly Container[]; readonly initContainers?: readonly Container[] } }, port: ServicePort): number | undefined {
  const target = port.targetPort ?? port.port
  if (typeof target === 'number') return target
  if (/^\d+$/.test(String(target))) return Number(target)
  return declaredPorts(pod).find((declared) => declared.name === String(target))?.containerPort
}

/** Ports that the containers declare. Declaring is optional: an empty list says nothing. */
export function declaredPorts(pod: { readonly spec?: { readonly containers?: readonly Container[]; readonly initContainers?: readonly Container[] } }) {
  return [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? []).filter((container) => container.restartPolicy === 'Always')].flatMap((container) =>
    (container.ports ?? []).map((port) => ({ ...port, container: container.name })),
  )
}
