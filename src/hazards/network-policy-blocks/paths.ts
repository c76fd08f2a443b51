/**
 * Which traffic the network policies let through, worked out from the policies alone (networking.k8s.io/v1): pods that
 * no policy selects are open; of those that select a pod, what any one allows is allowed.
 */

import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from 'kubernetes-types/networking/v1.d.ts'
import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import { targetPortIn } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'

export type Policy = KubeObject & NetworkPolicy
export type Direction = 'Ingress' | 'Egress'

export function policiesOn(view: View, pod: PodObject, direction: Direction): Policy[] {
  return (view.list('networking.k8s.io', 'NetworkPolicy', pod.metadata.namespace) as readonly Policy[]).filter((policy) => matchesSelector(policy.spec?.podSelector ?? {}, pod.metadata.labels) && typesOf(policy).includes(direction))
}

function typesOf(policy: Policy): Direction[] {
  return (policy.spec?.policyTypes as Direction[] | undefined) ?? ['Ingress', ...(policy.spec?.egress === undefined ? [] : (['Egress'] as const))]
}

interface Packet {
  readonly view: View
  readonly from: PodObject
  readonly to: PodObject
  /** The port at the receiver; undefined where it is not known. */
  readonly port: number | undefined
}

/** The policies of one side that together refuse the packet; empty where it passes. */
export function refusing(direction: Direction, packet: Packet): Policy[] {
  const { view, from, to, port } = packet
  const [held, other] = direction === 'Ingress' ? [to, from] : [from, to]
  const policies = policiesOn(view, held, direction)
  const passes = policies.some((policy) => rulesOf(policy, direction).some((rule) => letsPeer({ view, policy, peers: rule.peers, other }) && letsPort(rule.ports, port, to)))
  return passes ? [] : policies
}

/** The policies that keep this pod from asking port 53 anywhere; empty where it may. */
export function refusingDns(view: View, caller: PodObject, servers: readonly PodObject[]): Policy[] {
  const policies = policiesOn(view, caller, 'Egress')
  const passes = policies.some((policy) => rulesOf(policy, 'Egress').some((rule) => letsPort(rule.ports, DNS_PORT, caller) && (servers.length === 0 ? !isEmptyPeer(rule.peers) : servers.some((other) => letsPeer({ view, policy, peers: rule.peers, other })))))
  return passes ? [] : policies
}

const DNS_PORT = 53

function isEmptyPeer(peers: readonly NetworkPolicyPeer[] | undefined): boolean {
  // Without the DNS pods, a rule for particular pods of its own namespace is taken to mean others.
  return peers !== undefined && peers.length > 0 && peers.every((peer) => peer.podSelector !== undefined && peer.namespaceSelector === undefined)
}

interface Rule {
  readonly peers: readonly NetworkPolicyPeer[] | undefined
  readonly ports: readonly NetworkPolicyPort[] | undefined
}

function rulesOf(policy: Policy, direction: Direction): Rule[] {
  const rules = direction === 'Ingress' ? (policy.spec?.ingress ?? []).map((rule) => ({ peers: rule.from, ports: rule.ports })) : (policy.spec?.egress ?? []).map((rule) => ({ peers: rule.to, ports: rule.ports }))
  return rules as Rule[]
}

interface PeerQuestion {
  readonly view: View
  readonly policy: Policy
  readonly peers: readonly NetworkPolicyPeer[] | undefined
  readonly other: PodObject
}

function letsPeer({ view, policy, peers, other }: PeerQuestion): boolean {
  if (peers === undefined || peers.length === 0) return true
  return peers.some((peer) => {
    if (peer.ipBlock !== undefined) return isInBlock(other.status?.podIP, peer.ipBlock)
    const inNamespace = peer.namespaceSelector === undefined ? other.metadata.namespace === policy.metadata.namespace : isUnknown(view, other) || matchesSelector(peer.namespaceSelector as LabelSelector, namespaceLabels(view, other))
    return inNamespace && (peer.podSelector === undefined || matchesSelector(peer.podSelector, other.metadata.labels))
  })
}

/** A pod whose address is not known is in a block only where everything is. */
function isInBlock(address: string | undefined, block: { readonly cidr: string; readonly except?: readonly string[] }): boolean {
  if (address === undefined) return block.cidr.endsWith('/0')
  return covers(block.cidr, address) && !(block.except ?? []).some((cidr) => covers(cidr, address))
}

function covers(cidr: string, address: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/')
  const [left, right] = [numberOf(base), numberOf(address)]
  if (left === undefined || right === undefined) return bits === '0'
  const size = 2 ** (32 - Number(bits))
  return Math.floor(left / size) === Math.floor(right / size)
}

function numberOf(address: string): number | undefined {
  const parts = address.split('.').map(Number)
  return parts.length === 4 && parts.every((part) => part >= 0 && part < 256) ? parts.reduce((sum, part) => sum * 256 + part, 0) : undefined
}

/** A namespace that was not collected may have any labels: what cannot be known is not called refused. */
function isUnknown(view: View, pod: PodObject): boolean {
  return view.get({ apiVersion: 'v1', kind: 'Namespace', name: pod.metadata.namespace ?? 'default' }) === undefined
}

function namespaceLabels(view: View, pod: PodObject): Record<string, string> {
  const name = pod.metadata.namespace ?? 'default'
  return { 'kubernetes.io/metadata.name': name, ...view.get({ apiVersion: 'v1', kind: 'Namespace', name })?.metadata.labels }
}

function letsPort(ports: readonly NetworkPolicyPort[] | undefined, number: number | undefined, callee: PodObject): boolean {
  if (ports === undefined || ports.length === 0 || number === undefined) return true
  return ports.some((port) => {
    if (port.port === undefined) return true
    const from = typeof port.port === 'number' ? port.port : targetPortIn(callee, { port: 0, targetPort: port.port })
    return from !== undefined && number >= from && number <= (port.endPort ?? from)
  })
}
