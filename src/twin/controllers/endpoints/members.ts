/**
 * What a Service sees of one of its pods: the endpoint, and the ports that it is reached at. Of the pods of a Service one
 * moves at a time, so each is looked at once, and what is the same is also quick to compare.
 */

import type { KubeObject } from '../../../model/kube-object.ts'
import { isReady, isTerminating, type PodObject } from '../../../model/kube/workload.ts'
import type { Context } from '../../controller.ts'
import type { EndpointState } from './endpoint-state.ts'
import { portsOf, type EndpointPort, type ServiceObject } from './service-ports.ts'

export interface Endpoint {
  readonly addresses: readonly string[]
  readonly targetRef: { readonly uid: string }
}

export interface Member {
  readonly pod: PodObject
  /** What nodes there were when it was made. */
  readonly nodes: object
  /** Undefined for a pod that is no endpoint. */
  readonly endpoint: Endpoint | undefined
  readonly ports: readonly EndpointPort[]
  /** One a port. */
  readonly portKeys: readonly string[]
  /** The same for pods that offer the same ports. */
  readonly portsKey: string
}

const membersOf = new WeakMap<ServiceObject, WeakMap<PodObject, Member>>()

/** A pod on a node that is not there is no endpoint, except where those that are not ready are wanted too. */
export function memberOf({ store, state: { nodes } }: Context<EndpointState>, service: ServiceObject, pod: PodObject): Member {
  const members = membersOf.get(service) ?? new WeakMap<PodObject, Member>()
  const known = members.get(pod)
  if (known !== undefined && known.nodes === nodes) return known
  const node = store.get({ apiVersion: 'v1', kind: 'Node', name: pod.spec?.nodeName ?? '' })
  const ports = portsOf(service, pod)
  const member = { pod, nodes, endpoint: newEndpoint(node, service, pod), ports, portKeys: ports.map(portKey), portsKey: portsKey(ports) }
  members.set(pod, member)
  membersOf.set(service, members)
  return member
}

function newEndpoint(node: KubeObject | undefined, { spec, metadata: { name: serviceName, namespace } }: ServiceObject, pod: PodObject): Endpoint | undefined {
  const nodeName = pod.spec?.nodeName ?? ''
  const publishes = spec?.publishNotReadyAddresses === true
  if (node === undefined && !publishes) return undefined
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'] ?? ''
  const serving = isReady(pod)
  const { name = '', uid = '' } = pod.metadata
  const hostname = pod.spec?.subdomain === serviceName && pod.metadata.namespace === namespace ? (pod.spec?.hostname ?? '') : ''
  const endpoint = {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready: publishes || (serving && !isTerminating(pod)), serving, terminating: isTerminating(pod) },
    ...(hostname === '' ? {} : { hostname }),
    targetRef: { kind: 'Pod', namespace: namespace ?? '', name, uid },
    ...(nodeName === '' ? {} : { nodeName }),
    ...(zone === '' ? {} : { zone }),
  }
  return endpoint
}

export function portsKey(ports: readonly EndpointPort[]): string {
  return JSON.stringify(ports.map(portKey).sort())
}

function portKey({ name, protocol, port, appProtocol }: EndpointPort): string {
  return [name, protocol, port, appProtocol ?? null].join(' ')
}
