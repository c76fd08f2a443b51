/**
 * A NetworkPolicy cuts a path that a workload needs: the caller times out, the Service it calls is well, and the
 * policies, worked out, do not let the two talk. Only policies that select pods deny; all that select them add up.
 */

import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from 'kubernetes-types/networking/v1.d.ts'
import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { isReady, type PodObject } from '../../model/kube/workload.ts'
import { dependenciesOf } from '../../model/topology/host-references.ts'
import { podsBehind, targetPortIn, type ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import { connectionFailures } from '../shared/connection-lines.ts'
import { earliest, findingOf, podSymptoms } from '../shared/finding.ts'
import { lineEvidence, linesOf } from '../shared/logs.ts'
import { sufferingWorkloads, type Suffering } from '../shared/suffering.ts'

const ID = 'network-policy-blocks'

type Policy = KubeObject & NetworkPolicy
type Direction = 'Ingress' | 'Egress'

function detect(view: View): Finding[] {
  return sufferingWorkloads(view).flatMap((suffering) => {
    const caller = suffering.rows[0]?.pod
    const lines = suffering.rows.flatMap((row) => linesOf(view, row.pod, row.container))
    const failures = connectionFailures(lines).filter((failure) => failure.how !== 'refused')
    if (caller === undefined || (lines.length > 0 && failures.length === 0)) return []
    const cut = dependenciesOf(view, suffering.workload).flatMap((service) => cutBetween(view, caller, service))
    const [first] = [...cut, ...(failures.some((failure) => failure.how === 'unresolved') ? cutFromDns(view, caller) : [])]
    return first === undefined ? [] : [findingFrom(suffering, first, failures)]
  })
}

interface Cut {
  readonly policy: Policy
  readonly direction: Direction
  readonly to: string
}

function policiesOn(view: View, pod: PodObject, direction: Direction): Policy[] {
  return (view.list('networking.k8s.io', 'NetworkPolicy', pod.metadata.namespace) as readonly Policy[]).filter((policy) => matchesSelector(policy.spec?.podSelector ?? {}, pod.metadata.labels) && typesOf(policy).includes(direction))
}

function typesOf(policy: Policy): Direction[] {
  return (policy.spec?.policyTypes as Direction[] | undefined) ?? ['Ingress', ...(policy.spec?.egress === undefined ? [] : (['Egress'] as const))]
}

function cutBetween(view: View, caller: PodObject, service: ServiceObject): Cut[] {
  const callee = podsBehind(view, service).find(isReady)
  const port = service.spec?.ports?.[0]
  if (callee === undefined || port === undefined) return []
  const number = targetPortIn(callee, port)
  const to = subjectText(subjectOf(service))
  const inbound = policiesOn(view, callee, 'Ingress')
  const [refusing] = inbound
  if (refusing !== undefined && !inbound.some((policy) => (policy.spec?.ingress ?? []).some((rule) => letsPeer({ view, policy, peers: rule.from, other: caller }) && letsPort(rule.ports, number, callee)))) return [{ policy: refusing, direction: 'Ingress', to }]
  const outbound = policiesOn(view, caller, 'Egress')
  const [holding] = outbound
  if (holding !== undefined && !outbound.some((policy) => (policy.spec?.egress ?? []).some((rule) => letsPeer({ view, policy, peers: rule.to, other: callee }) && letsPort(rule.ports, number, callee)))) return [{ policy: holding, direction: 'Egress', to }]
  return []
}

const DNS_PORT = 53

/** Names do not resolve, and no egress rule lets the caller ask at port 53. */
function cutFromDns(view: View, caller: PodObject): Cut[] {
  const outbound = policiesOn(view, caller, 'Egress')
  const [holding] = outbound
  const open = outbound.some((policy) => (policy.spec?.egress ?? []).some((rule) => letsPort(rule.ports, DNS_PORT, caller)))
  return holding === undefined || open ? [] : [{ policy: holding, direction: 'Egress', to: 'DNS (port 53)' }]
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
    if (peer.ipBlock !== undefined) return peer.ipBlock.cidr === '0.0.0.0/0'
    const inNamespace = peer.namespaceSelector === undefined ? other.metadata.namespace === policy.metadata.namespace : matchesSelector(peer.namespaceSelector as LabelSelector, namespaceLabels(view, other))
    return inNamespace && (peer.podSelector === undefined || matchesSelector(peer.podSelector, other.metadata.labels))
  })
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

function findingFrom(suffering: Suffering, cut: Cut, failures: ReturnType<typeof connectionFailures>): Finding {
  return findingOf({
    hazard: ID,
    subject: cut.policy,
    symptoms: [...podSymptoms(suffering.rows), subjectOf(suffering.workload)],
    summary: `${subjectText(subjectOf(cut.policy))} does not let ${subjectText(subjectOf(suffering.workload))} reach ${cut.to}`,
    evidence: [...failures.slice(-2).map((failure) => lineEvidence(failure.line)), objectEvidence(cut.policy, 'spec', `no ${cut.direction.toLowerCase()} rule of the policies that apply lets ${subjectText(subjectOf(suffering.workload))} reach ${cut.to}`)],
    confidence: failures.length > 0 ? 0.96 : 0.6,
    sinceMs: earliest(suffering.rows),
    explains: ['dependency-unreachable', 'container-exits', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'failed-job'],
    facts: { direction: cut.direction },
  })
}

export const networkPolicyBlocks: Hazard = {
  id: ID,
  title: 'A network policy cuts a needed path',
  severity: 2,
  appliesTo: ['networking.k8s.io/NetworkPolicy'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. Which traffic is allowed is a decision about security; name the path and let its owners open it.`,
  lookAlikes: ['a refused connection: the packet arrived', 'a policy that selects none of the two', 'another policy that allows the path'],
  prevention: 'Write the allow rule with the workload that needs it, and test the path in the pipeline.',
  sources: [{ title: 'Network policies', url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/' }],
  reviewBy: '2027-06-30',
}
