/**
 * On one node no pod gets a network, although the node says that it is Ready: its network plugin is broken there.
 *
 * The kubelet says of each new pod that it cannot make a sandbox. Where pods of several workloads hear that on one node and
 * pods elsewhere do not, it is the node. Of one workload alone it is that workload's (a wrong runtime class, no address left).
 */

import { eventEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isPod, isReady, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import type { Plan } from '../../model/plan.ts'
import type { EventView, View } from '../../model/view.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { earliest, findingOf, podSymptoms } from '../shared/finding.ts'
import { isTooFresh } from '../shared/patience.ts'
import { createPlan, targetOfObject } from '../shared/plan-parts.ts'

const ID = 'node-network-down'
const SANDBOX = new Set(['FailedCreatePodSandBox', 'NetworkNotReady'])
/** What is about the network; a sandbox may fail for its runtime as well. */
const NETWORK = /network|cni\b|ipam|plugin type|no IP addresses available/i
const PATIENCE_MS = 2 * 60_000
const WORKLOADS_MIN = 2

interface Row {
  readonly pod: PodObject
  readonly event: EventView
  readonly sinceMs: number | undefined
}

function detect(view: View): Finding[] {
  const rows = view.list('', 'Pod').filter(isPod).flatMap((pod) => rowOf(view, pod))
  return [...Map.groupBy(rows, ({ pod }) => pod.spec?.nodeName ?? '')].flatMap(([name, group]) => {
    const node = view.get({ apiVersion: 'v1', kind: 'Node', name })
    const several = new Set(group.map(({ pod }) => keyOf(workloadOf(view, pod)))).size >= WORKLOADS_MIN
    const ready = node !== undefined && conditionOf(node, 'Ready')?.status === 'True'
    return node === undefined || !several || !ready || !othersStart(view, name) ? [] : [findingFrom(view, node, group)]
  })
}

function rowOf(view: View, pod: PodObject): Row[] {
  const bornMs = parseTimeMs(pod.metadata.creationTimestamp)
  if (pod.status?.phase !== 'Pending' || pod.spec?.nodeName === undefined || isTerminating(pod) || isTooFresh(view, bornMs, PATIENCE_MS)) return []
  const event = view.eventsFor(pod).find(({ reason, message }) => SANDBOX.has(reason) && NETWORK.test(message))
  return event === undefined ? [] : [{ pod, event, sinceMs: event.firstMs ?? bornMs }]
}

/** Where no node starts anything, the network of the cluster is at fault, and no single node. */
function othersStart(view: View, name: string): boolean {
  return view.list('', 'Pod').filter(isPod).some((pod) => pod.spec?.nodeName !== name && isReady(pod))
}

function findingFrom(view: View, node: KubeObject, group: readonly Row[]): Finding {
  const [first] = group
  const agents = view.podsOn(node.metadata.name ?? '').filter((pod) => pod.metadata.namespace === 'kube-system' && workloadOf(view, pod).kind === 'DaemonSet' && !isReady(pod))
  return findingOf({
    hazard: ID,
    subject: node,
    symptoms: [...podSymptoms(group), subjectOf(node)],
    summary: `${group.length} pods on ${subjectText(subjectOf(node))} get no network, and pods on other nodes do: ${first?.event.message.slice(0, 200) ?? ''}${agents.length === 0 ? '' : `; not ready there: ${agents.map((pod) => subjectText(subjectOf(pod))).join(', ')}`}`,
    evidence: group.slice(0, 3).map(({ event }) => eventEvidence(event)),
    confidence: 0.88,
    sinceMs: earliest(group),
    explains: ['stuck-creating', 'rollout-stuck', 'service-without-endpoints', 'dependency-unreachable'],
  })
}

/** Keeps the damage from growing; what mends a network plugin is not in the cluster's objects. */
function fixes(finding: Finding, view: View): Plan[] {
  const node = objectOf(view, finding.subject)
  if (node === undefined) return []
  const target = targetOfObject(node)
  return [
    createPlan({
      hazard: ID,
      subject: finding.subject,
      approach: 'cordon',
      goal: `nothing new lands on ${subjectText(finding.subject)}`,
      steps: [{ action: { verb: 'cordon', target }, reason: 'new pods would wait there for ever', preconditions: [{ type: 'object-exists', target }], undo: { verb: 'uncordon', target } }],
      proof: [{ type: 'field-equals', target: { apiVersion: 'v1', kind: 'Node', name: finding.subject.name }, path: 'spec.unschedulable', value: true }],
      risk: 'reversible',
      expectedEffect: 'pods that are made from now on go to other nodes; those that run there go on',
      rationale: 'What runs on the node may still be well, so it is not drained.',
      contains: true,
    }),
  ]
}

export const nodeNetworkDown: Hazard = {
  id: ID,
  title: 'The network of one node does not work',
  severity: 2,
  family: 'nodes',
  appliesTo: ['/Node', '/Pod'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Look at the network plugin's pod on that node; restart it, or replace the node.`,
  lookAlikes: ['a node that is not Ready, which says so itself', 'pods of one workload alone that get no sandbox', 'no pod of the whole cluster gets a network', 'a sandbox that fails for its runtime'],
  prevention: 'A readiness taint that the network plugin takes away once it works, and an alert on sandboxes that fail by node.',
  sources: [{ title: 'Network plugins', url: 'https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/' }],
  reviewBy: '2027-11-30',
}
