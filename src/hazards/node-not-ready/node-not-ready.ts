/**
 * A node is not Ready, or under pressure so that it evicts what runs on it.
 *
 * What a person would do: keep new pods away, move what runs there within its budgets, and let the pool make a new
 * one. Only a node whose pool is known to exist is deleted; a control-plane node never is; and when many nodes are down
 * at once, the nodes are not the cause.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { eventEvidence, objectEvidence, type Evidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isNode } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import type { View } from '../../model/view.ts'
import { findingOf, workloadOfFinding } from '../shared/finding.ts'
import { handledElsewhere } from '../shared/leaving-node.ts'
import { nodePlans } from '../shared/node-plans.ts'
import { isTooFresh } from '../shared/patience.ts'

const ID = 'node-not-ready'
const PRESSURES = ['DiskPressure', 'MemoryPressure', 'PIDPressure'] as const
/** A node that misses a heartbeat comes back by itself; the controller's own grace is 40 to 50 s. */
const PATIENCE_MS = 60_000

function detect(view: View): Finding[] {
  return view.list('', 'Node').filter(isNode).flatMap((node) => {
    const ready = conditionOf(node, 'Ready')
    const down = ready !== undefined && ready.status !== 'True' && !isJustStarting(view, node)
    const pressures = PRESSURES.filter((type) => conditionOf(node, type)?.status === 'True')
    if (!down && pressures.length === 0) return []
    const sinceMs = parseTimeMs((down ? ready : conditionOf(node, pressures[0] ?? ''))?.lastTransitionTime)
    return isTooFresh(view, sinceMs, PATIENCE_MS) ? [] : [findingFrom({ view, node, down, pressures, sinceMs })]
  })
}

/** A node that has just joined is not Ready until its network is. */
const START_MS = 5 * 60_000
/** A condition that has stood since the node registered was never another: the node has not been Ready yet. */
const REGISTRATION_MS = 10_000

function isJustStarting(view: View, node: KubeObject): boolean {
  const bornMs = parseTimeMs(node.metadata.creationTimestamp)
  if (bornMs === undefined || view.nowMs - bornMs >= START_MS) return false
  const sinceMs = parseTimeMs(conditionOf(node, 'Ready')?.lastTransitionTime)
  return sinceMs === undefined || sinceMs - bornMs <= REGISTRATION_MS
}

interface Seen {
  readonly view: View
  readonly node: KubeObject
  readonly down: boolean
  readonly pressures: readonly string[]
  readonly sinceMs: number | undefined
}

function findingFrom({ view, node, down, pressures, sinceMs }: Seen): Finding {
  const ready = conditionOf(node, 'Ready')
  const pods = view.podsOn(node.metadata.name ?? '')
  const state = down ? (ready?.status === 'Unknown' ? 'no longer reports (Ready is Unknown)' : 'is not Ready') : `is under ${pressures.join(', ')}`
  return findingOf({
    hazard: ID,
    subject: node,
    symptoms: [subjectOf(node), ...pods.map(subjectOf)],
    summary: `${subjectText(subjectOf(node))} ${state}${down && pressures.length > 0 ? ` with ${pressures.join(', ')}` : ''}; ${pods.length} pods are on it${partText(node, down)}${ready?.message === undefined || !down ? '' : ` (${ready.message.slice(0, 160)})`}`,
    evidence: evidenceOf(view, node, [...(down ? ['Ready'] : []), ...pressures]),
    confidence: down ? 0.97 : 0.9,
    sinceMs,
    explains: down
      ? ['container-exits', 'application-unhealthy', 'service-without-endpoints', 'dependency-unreachable', 'rollout-stuck', 'stuck-creating', 'bad-probe', 'pod-stuck-terminating', 'lease-expired', 'init-container-hangs', 'volume-held-elsewhere', 'pods-evicted']
      : ['pods-evicted', 'memory-unlimited'],
    facts: { ready: ready?.status ?? 'Unknown', pressures, down },
  })
}

/** Which part of the node is at fault, in the words of the kubelet and of the node lifecycle controller. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/cni|network plugin|NetworkPluginNotReady|network is not ready/i, 'its network plugin is not ready'],
  [/PLEG|container runtime is down|runtime not ready|containerd|cri-o/i, 'its container runtime does not answer'],
  [/stopped posting|NodeStatusUnknown|NodeStatusNeverUpdated/i, 'its kubelet is silent, or cut off'],
  [/shutting down|shutdown/i, 'it is shutting down'],
  [/certificate|x509|unauthorized/i, 'its kubelet is not accepted by the API server'],
]

function partText(node: KubeObject, down: boolean): string {
  const ready = conditionOf(node, 'Ready')
  const network = conditionOf(node, 'NetworkUnavailable')?.status === 'True' ? 'NetworkPluginNotReady' : ''
  const found = down ? PARTS.find(([pattern]) => pattern.test(`${ready?.reason ?? ''} ${ready?.message ?? ''} ${network}`)) : undefined
  return found === undefined ? '' : `; ${found[1]}`
}

function evidenceOf(view: View, node: KubeObject, types: readonly string[]): Evidence[] {
  const conditions = (node['status'] as { conditions?: readonly { type: string; status: string; reason?: string; message?: string }[] } | undefined)?.conditions ?? []
  const stated = types.flatMap((type) => {
    const index = conditions.findIndex((condition) => condition.type === type)
    const condition = conditions[index]
    return condition === undefined ? [] : [objectEvidence(node, `status.conditions[${index}]`, `${type} of ${subjectText(subjectOf(node))} is ${condition.status}: ${condition.reason ?? ''} ${condition.message ?? ''}`.trim())]
  })
  const told = view.eventsFor(node).filter((event) => event.type === 'Warning' || event.reason === 'NodeNotReady').slice(0, 2)
  return [...stated, ...told.map((event) => eventEvidence(event))]
}

function fixes(finding: Finding, view: View): Plan[] {
  const node = workloadOfFinding(view, finding)
  // To race whoever repairs it already is how one lost node becomes two.
  return node === undefined || handledElsewhere(view, node) !== undefined ? [] : nodePlans({ hazard: ID, view, node, silent: finding.facts['ready'] === 'Unknown', down: finding.facts['down'] === true })
}

function repairText(view: View, finding: Finding): string {
  const node = workloadOfFinding(view, finding)
  const repair = node === undefined ? undefined : handledElsewhere(view, node)
  return repair === undefined ? '' : `Somebody is at work on it: ${repair}; Boyd does not race that. `
}

export const nodeNotReady: Hazard = {
  id: ID,
  title: 'A node is not Ready or under pressure',
  severity: 1,
  family: 'nodes',
  appliesTo: ['/Node'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding, view) => `${finding.summary}. ${repairText(view, finding)}The machine has to be looked at or replaced by whoever runs it; several nodes down at once point to the network or the control plane.`,
  lookAlikes: ['a node that joined a moment ago', 'a heartbeat missed for seconds', 'a cordoned node that is Ready', 'a node that a cloud or an operator is replacing already: found, and left alone', 'a condition of False or of an unknown type that is not a fault'],
  prevention: 'Spread workloads over nodes, give them budgets, and let a node pool repair itself.',
  sources: [
    { title: 'Nodes: conditions and heartbeats', url: 'https://kubernetes.io/docs/reference/node/node-status/' },
    { title: 'Safely drain a node', url: 'https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/' },
  ],
  reviewBy: '2027-06-30',
}
