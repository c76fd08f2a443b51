/** The older form, which clients still read (`pkg/controller/endpoint`): addresses by the set of ports that they share. */

import { oncePerObject } from '../../../kernel/once-per-object.ts'
import { isReady, isTerminating, type PodObject } from '../../../model/kube/workload.ts'
import { targetOf, type Member } from './members.ts'
import type { EndpointPort, ServiceObject } from './service-ports.ts'

/** One subset for all ports that the same pods offer; pods on their way out are in only where unready ones are published. */
export function subsetsOf(service: ServiceObject, all: readonly Member[]): readonly object[] {
  const publishes = service.spec?.publishNotReadyAddresses === true
  const members = all.filter(({ pod }) => publishes || !isTerminating(pod))
  const byPort = new Map<string, { readonly port: EndpointPort; readonly pods: PodObject[] }>()
  for (const { pod, offer: { ports, portKeys } } of members) {
    for (const [index, port] of ports.entries()) {
      const key = portKeys[index] ?? ''
      const entry = byPort.get(key) ?? { port, pods: [] }
      byPort.set(key, entry)
      entry.pods.push(pod)
    }
  }
  if (byPort.size === 0 && members.length > 0 && (service.spec?.ports ?? []).length === 0) return [subset([], members.map(({ pod }) => pod), publishes)]
  const sets: { readonly ports: EndpointPort[]; readonly pods: readonly PodObject[] }[] = []
  for (const { port, pods: offering } of byPort.values()) {
    const same = sets.find(({ pods }) => areSame(pods, offering))
    if (same === undefined) sets.push({ ports: [port], pods: offering })
    else same.ports.push(port)
  }
  return sets.map(({ ports, pods: offering }) => subset(ports, offering, publishes))
}

function areSame(left: readonly PodObject[], right: readonly PodObject[]): boolean {
  return left.length === right.length && left.every((pod, index) => pod === right[index])
}

function subset(ports: readonly EndpointPort[], pods: readonly PodObject[], publishes: boolean): object {
  const ready = pods.filter((pod) => publishes || isReady(pod)).map(addressOf)
  const notReady = pods.filter((pod) => !publishes && !isReady(pod)).map(addressOf)
  const named = ports.map(({ name, ...port }) => (name === '' ? port : { name, ...port }))
  return { ...(ready.length === 0 ? {} : { addresses: ready }), ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }), ...(named.length === 0 ? {} : { ports: named }) }
}

const addressOf = oncePerObject((pod: PodObject): object => {
  const { spec, status } = pod
  return { ip: status?.podIP ?? '', nodeName: spec?.nodeName ?? '', targetRef: targetOf(pod) }
})
