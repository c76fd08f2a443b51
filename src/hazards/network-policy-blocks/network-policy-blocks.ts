/**
 * A NetworkPolicy cuts a path that a workload needs: the caller times out, the Service it calls is well, and the
 * policies, worked out, do not let the two talk.
 *
 * Nobody has to complain yet where a policy that lets nothing through came after the pods that need the path.
 */

import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { uniqueSubjects } from '../../model/topology/find-object.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { isReady, type PodObject } from '../../model/kube/workload.ts'
import { dependenciesOf } from '../../model/topology/host-references.ts'
import { keyOf, livePodsOf, workloadsOf } from '../../model/topology/ownership.ts'
import { podsBehind, servicesOf, targetPortIn, type ServiceObject } from '../../model/topology/services.ts'
import type { View } from '../../model/view.ts'
import type { ConnectionFailure } from '../shared/connection-lines.ts'
import { earliest, findingOf } from '../shared/finding.ts'
import { lineEvidence } from '../shared/logs.ts'
import { failuresOf, speakingWorkloads, wordsOf } from '../shared/suffering.ts'
import { fixes, type NeededPath } from './fixes.ts'
import { policiesOn, refusing, refusingDns, type Policy } from './paths.ts'

const ID = 'network-policy-blocks'

function detect(view: View): Finding[] {
  const told = speakingWorkloads(view).flatMap((suffering) => {
    const caller = suffering.rows[0]?.pod
    const silent = wordsOf(view, suffering).length === 0
    const failures = failuresOf(view, suffering).filter((failure) => failure.how !== 'refused')
    if (caller === undefined || (failures.length === 0 && (!silent || suffering.stands === true))) return []
    const cuts = [...calledBy(view, suffering.workload, failures).flatMap((service) => cutBetween(view, caller, service)), ...(failures.some((failure) => failure.how === 'unresolved') ? cutFromDns(view, caller) : [])]
    return cuts.slice(0, 1).map((cut): Seen => ({ caller: suffering.workload, pods: suffering.rows.map((row) => row.pod), cut, failures, sinceMs: earliest(suffering.rows), confidence: failures.length > 0 ? 0.96 : 0.6 }))
  })
  const named = new Set(told.map(({ cut }) => keyOf(cut.policy)))
  const seen = [...told, ...newlyCut(view).filter(({ cut }) => !named.has(keyOf(cut.policy)))]
  return [...Map.groupBy(seen, ({ cut }) => keyOf(cut.policy)).values()].flatMap((group) => (group[0] === undefined ? [] : [findingFrom(view, [group[0], ...group.slice(1)])]))
}

/** The Services that its configuration names, and those that its failures name, by host or by address. */
function calledBy(view: View, workload: KubeObject, failures: readonly ConnectionFailure[]): ServiceObject[] {
  const said = failures.flatMap(({ host }) => servicesOf(view).filter((service) => host !== undefined && (service.spec?.clusterIP === host || isNamed(service, workload, host))))
  return [...new Set([...said, ...dependenciesOf(view, workload)])]
}

function isNamed(service: ServiceObject, caller: KubeObject, host: string): boolean {
  const [name, namespace = caller.metadata.namespace] = host.split('.')
  return service.metadata.name === name && service.metadata.namespace === namespace
}

type Cut = Omit<NeededPath, 'caller'> & { readonly policy: Policy }

function cutBetween(view: View, caller: PodObject, service: ServiceObject): Cut[] {
  const callee = podsBehind(view, service).find(isReady)
  if (callee === undefined) return []
  return (service.spec?.ports ?? []).flatMap((port) => {
    const number = targetPortIn(callee, port)
    const packet = { view, from: caller, to: callee, port: number }
    const ports = number === undefined ? [] : [{ protocol: port.protocol ?? 'TCP', port: number }]
    return (['Ingress', 'Egress'] as const).flatMap((direction): Cut[] => {
      const [policy] = refusing(direction, packet)
      const other = direction === 'Ingress' ? caller : callee
      return policy === undefined ? [] : [{ policy, direction, to: subjectText(subjectOf(service)), path: { namespace: other.metadata.namespace ?? 'default', labels: stableLabels(view, other), ports } }]
    })
  })
}

/** The labels that its workload promises to keep. */
function stableLabels(view: View, pod: PodObject): Readonly<Record<string, string>> {
  const promised = view.ownersOf(pod).map((owner) => (owner['spec'] as { selector?: { matchLabels?: Record<string, string> } } | undefined)?.selector?.matchLabels).findLast((labels) => labels !== undefined)
  const { 'pod-template-hash': _, 'controller-revision-hash': __, ...labels } = promised ?? pod.metadata.labels ?? {}
  return labels
}

const DNS_PORTS = [{ protocol: 'UDP', port: 53 }, { protocol: 'TCP', port: 53 }]

/** Names do not resolve, and no egress rule lets the caller ask at port 53. */
function cutFromDns(view: View, caller: PodObject): Cut[] {
  const servers = servicesOf(view, 'kube-system').filter((service) => (service.spec?.ports ?? []).some((port) => port.port === 53)).flatMap((service) => podsBehind(view, service))
  const [policy] = refusingDns(view, caller, servers)
  return policy === undefined ? [] : [{ policy, direction: 'Egress', to: 'DNS (port 53)', path: { namespace: 'kube-system', labels: {}, ports: DNS_PORTS } }]
}

/** A policy without a rule that is younger than the running pods whose path it cuts. */
function newlyCut(view: View): Seen[] {
  if (view.list('networking.k8s.io', 'NetworkPolicy').length === 0) return []
  return workloadsOf(view).flatMap((workload) => {
    const caller = livePodsOf(view, workload).find(isReady)
    if (caller === undefined) return []
    const cuts = dependenciesOf(view, workload).flatMap((service) => cutBetween(view, caller, service)).filter((cut) => letsNothing(view, cut, caller))
    return cuts.slice(0, 1).map((cut): Seen => ({ caller: workload, pods: [], cut, failures: [], sinceMs: parseTimeMs(cut.policy.metadata.creationTimestamp), confidence: 0.7 }))
  })
}

function letsNothing(view: View, { policy, direction }: Cut, caller: PodObject): boolean {
  const rules = direction === 'Ingress' ? policy.spec?.ingress : policy.spec?.egress
  const [madeMs, bornMs] = [policy, caller].map((object) => parseTimeMs(object.metadata.creationTimestamp))
  return (rules ?? []).length === 0 && policiesOn(view, caller, direction).length < 2 && madeMs !== undefined && bornMs !== undefined && madeMs > bornMs
}

interface Seen {
  readonly caller: KubeObject
  readonly pods: readonly PodObject[]
  readonly cut: Cut
  readonly failures: readonly ConnectionFailure[]
  readonly sinceMs: number | undefined
  readonly confidence: number
}

function findingFrom(view: View, seen: readonly [Seen, ...Seen[]]): Finding {
  const [{ caller, cut, sinceMs }] = seen
  const name = subjectText(subjectOf(caller))
  const failures = seen.flatMap((one) => one.failures.slice(-1))
  const more = seen.length === 1 ? '' : `; ${seen.length - 1} other callers are cut off as well`
  return findingOf({
    hazard: ID,
    subject: cut.policy,
    symptoms: uniqueSubjects(seen.flatMap((one) => [...one.pods.map(subjectOf), subjectOf(one.caller)])),
    summary: `${subjectText(subjectOf(cut.policy))} does not let ${name} reach ${cut.to}${more}`,
    evidence: [...failures.slice(-2).map((failure) => lineEvidence(failure.line)), objectEvidence(cut.policy, 'spec', `no ${cut.direction.toLowerCase()} rule of the policies that apply lets ${name} reach ${cut.to}`)],
    confidence: Math.max(...seen.map((one) => one.confidence)),
    sinceMs,
    explains: ['dependency-unreachable', 'container-exits', 'application-unhealthy', 'rollout-stuck', 'service-without-endpoints', 'failed-job', 'dns-broken'],
    facts: { paths: pathsCut(view, seen) },
  })
}

/** Every path that this policy cuts and that a workload's configuration needs, those that were complained of first. */
function pathsCut(view: View, seen: readonly [Seen, ...Seen[]]): NeededPath[] {
  const { policy } = seen[0].cut
  const others = workloadsOf(view).flatMap((workload) => {
    const caller = livePodsOf(view, workload)[0]
    return caller === undefined ? [] : dependenciesOf(view, workload).flatMap((service) => cutBetween(view, caller, service)).map((cut) => ({ caller: workload, cut }))
  })
  const all = [...seen, ...others].filter(({ cut }) => keyOf(cut.policy) === keyOf(policy))
  const paths = all.map(({ caller, cut: { direction, path, to } }): NeededPath => ({ direction, path, to, caller: subjectOf(caller) }))
  return [...new Map(paths.map((path) => [JSON.stringify([path.direction, path.path]), path])).values()]
}

export const networkPolicyBlocks: Hazard = {
  id: ID,
  title: 'A network policy cuts a needed path',
  severity: 2,
  family: 'traffic',
  appliesTo: ['networking.k8s.io/NetworkPolicy'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Which traffic is allowed is a decision about security; name the path and let its owners open it.`,
  lookAlikes: ['a refused connection: the packet arrived', 'a policy that selects none of the two', 'another policy that allows the path', 'a rule about namespaces whose labels were not collected'],
  prevention: 'Write the allow rule with the workload that needs it, and test the path in the pipeline.',
  sources: [{ title: 'Network policies', url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/' }],
  reviewBy: '2027-06-30',
}
