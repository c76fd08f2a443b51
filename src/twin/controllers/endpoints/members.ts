/**
 * What a Service sees of one of its pods: the endpoint, and the ports that it is reached at. Of the pods of a Service one
 * moves at a time, so each is looked at once, and what is the same is also quick to compare.
 */

import { oncePerObject } from '../../../kernel/once-per-object.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { isReady, isTerminating, type PodObject } from '../../../model/kube/workload.ts'
import type { Context } from '../../controller.ts'
import type { EndpointState } from './endpoint-state.ts'
import { portsOf, type EndpointPort, type ServiceObject } from './service-ports.ts'

export interface Endpoint {
  readonly addresses: readonly string[]
  readonly conditions?: Conditions
  readonly targetRef: { readonly uid: string }
}

export interface Member {
  readonly pod: PodObject
  /** What nodes there were when it was made. */
  readonly nodes: object
  /** Undefined for a pod that is no endpoint. */
  readonly endpoint: Endpoint | undefined
  readonly offer: Offer
}

/** What ports a pod is reached at: one for all pods of a Service that offer the same. */
export interface Offer {
  readonly ports: readonly EndpointPort[]
  /** One a port. */
  readonly portKeys: readonly string[]
  readonly key: string
}

interface Known {
  readonly members: WeakMap<PodObject, Member>
  readonly offers: Map<string, Offer>
}

const knownOf = oncePerObject((_service: ServiceObject): Known => ({ members: new WeakMap(), offers: new Map() }))

/** A pod on a node that is not there is no endpoint, except where those that are not ready are wanted too. */
export function memberOf({ store, state: { nodes } }: Context<EndpointState>, service: ServiceObject, pod: PodObject): Member {
  const { members, offers } = knownOf(service)
  const known = members.get(pod)
  if (known !== undefined && known.nodes === nodes) return known
  const node = store.get({ apiVersion: 'v1', kind: 'Node', name: pod.spec?.nodeName ?? '' })
  const member = { pod, nodes, endpoint: newEndpoint(node, service, pod), offer: offerOf(portsOf(service, pod), offers) }
  members.set(pod, member)
  return member
}

function offerOf(ports: readonly EndpointPort[], offers: Map<string, Offer>): Offer {
  const portKeys = ports.map(portKey)
  const order = portKeys.join('\n')
  const known = offers.get(order)
  if (known !== undefined) return known
  const offer = { ports, portKeys, key: portsKey(ports) }
  offers.set(order, offer)
  return offer
}

function newEndpoint(node: KubeObject | undefined, { spec, metadata: { name: serviceName, namespace } }: ServiceObject, pod: PodObject): Endpoint | undefined {
  const nodeName = pod.spec?.nodeName ?? ''
  const publishes = spec?.publishNotReadyAddresses === true
  if (node === undefined && !publishes) return undefined
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'] ?? ''
  const serving = isReady(pod)
  const hostname = pod.spec?.subdomain === serviceName && pod.metadata.namespace === namespace ? (pod.spec?.hostname ?? '') : ''
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: conditionsOf({ ready: publishes || (serving && !isTerminating(pod)), serving, terminating: isTerminating(pod) }),
    ...(hostname === '' ? {} : { hostname }),
    targetRef: targetOf(pod),
    ...(nodeName === '' ? {} : { nodeName }),
    ...(zone === '' ? {} : { zone }),
  }
}

/** One object for both forms, which a cluster holds as many of as it has pods. */
export const targetOf = oncePerObject(({ metadata: { namespace = '', name = '', uid = '' } }: PodObject): { readonly kind: string; readonly namespace: string; readonly name: string; readonly uid: string } => ({ kind: 'Pod', namespace, name, uid }))

interface Conditions {
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
}

const BOTH = [true, false]
const ALL_CONDITIONS: readonly Conditions[] = BOTH.flatMap((ready) => BOTH.flatMap((serving) => BOTH.map((terminating) => ({ ready, serving, terminating }))))

/** There are eight, and endpoints share them. */
function conditionsOf(wanted: Conditions): Conditions {
  return ALL_CONDITIONS.find(({ ready, serving, terminating }) => ready === wanted.ready && serving === wanted.serving && terminating === wanted.terminating) ?? wanted
}

export function portsKey(ports: readonly EndpointPort[]): string {
  return JSON.stringify(ports.map(portKey).sort())
}

function portKey({ name, protocol, port, appProtocol }: EndpointPort): string {
  return [name, protocol, port, appProtocol ?? null].join(' ')
}
