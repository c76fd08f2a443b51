/**
 * The machine of a node will be taken away soon: the cloud has announced an interruption or maintenance, and pods that
 * matter still run there. Where an autoscaler or a handler is already moving them, it is not raced.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { eventEvidence, objectEvidence, type Evidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { isNode, isTerminal, isTerminating, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { handledElsewhere } from '../shared/leaving-node.ts'
import { evacuatePlan } from '../shared/node-plans.ts'

const ID = 'node-going-away'
const RECENT_MS = 60 * 60_000
/** Announcements as AWS's termination handler, Azure's and Google's node agents, and Karpenter write them. */
const TAINTS = /^(aws-node-termination-handler\/|cloud\.google\.com\/impending-node-termination|node\.cloudprovider\.kubernetes\.io\/shutdown$|remediator\.aws\/|kubernetes\.azure\.com\/scheduledevent)/
const CONDITIONS = /^(PreemptScheduled|TerminateScheduled|RebootScheduled|RedeployScheduled|FreezeScheduled|VMEventScheduled|SpotInterruption|MaintenanceScheduled)$/
const EVENTS = /^(SpotInterruption|SpotInterrupted|RebalanceRecommendation|InstanceTerminating|InstanceStopping|PreemptScheduled|TerminateScheduled|RebootScheduled|RedeployScheduled|FreezeScheduled|ScheduledMaintenance|TerminationNotice|NodeShutdown)$/

function detect(view: View): Finding[] {
  return view.list('', 'Node').filter(isNode).flatMap((node) => {
    const notice = noticeOf(view, node)
    return notice === undefined ? [] : [findingFrom(view, node, notice)]
  })
}

interface Notice {
  readonly text: string
  readonly evidence: Evidence
  readonly sinceMs: number | undefined
}

function noticeOf(view: View, node: NodeObject): Notice | undefined {
  const taint = (node.spec?.taints ?? []).find((item) => TAINTS.test(item.key))
  if (taint !== undefined) return { text: `taint ${taint.key}`, evidence: objectEvidence(node, 'spec.taints', `it carries taint ${taint.key}`), sinceMs: parseTimeMs(taint.timeAdded) }
  const condition = (node.status?.conditions ?? []).find((item) => CONDITIONS.test(item.type) && item.status === 'True')
  if (condition !== undefined) return { text: `${condition.type}${condition.message === undefined ? '' : `: ${condition.message.slice(0, 160)}`}`, evidence: objectEvidence(node, 'status.conditions', `${condition.type} is True`), sinceMs: parseTimeMs(condition.lastTransitionTime) }
  const event = view.eventsFor(node).find((item) => EVENTS.test(item.reason) && view.nowMs - (item.lastMs ?? view.nowMs) < RECENT_MS)
  return event === undefined ? undefined : { text: `${event.reason}: ${event.message.slice(0, 160)}`, evidence: eventEvidence(event), sinceMs: event.lastMs }
}

function stillThere(view: View, node: KubeObject): PodObject[] {
  return view.podsOn(node.metadata.name ?? '').filter((pod) => !isTerminal(pod) && !isTerminating(pod) && !['DaemonSet', 'Node'].includes(workloadOf(view, pod).kind) && pod.metadata.annotations?.['kubernetes.io/config.mirror'] === undefined)
}

function findingFrom(view: View, node: NodeObject, { text, evidence, sinceMs }: Notice): Finding {
  const pods = stillThere(view, node)
  const moving = handledElsewhere(view, node) !== undefined
  return findingOf({
    hazard: ID,
    subject: node,
    symptoms: pods.length === 0 ? [] : [subjectOf(node), ...pods.map(subjectOf)],
    summary: `${subjectText(subjectOf(node))} will be taken away (${text}), and ${pods.length} pods are still on it${moving ? '; somebody is already moving them' : ''}`,
    evidence: [evidence, ...pods.slice(0, 3).map((pod) => objectEvidence(pod, 'spec.nodeName', `${subjectText(subjectOf(pod))} is on it`))],
    confidence: 0.86,
    sinceMs,
    facts: { moving },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const node = objectOf(view, finding.subject)
  if (node === undefined || finding.facts['moving'] === true) return []
  return evacuatePlan({ hazard: ID, view, node, silent: false, down: false })
}

export const nodeGoingAway: Hazard = {
  id: ID,
  title: 'A node is about to be taken away',
  severity: 3,
  family: 'nodes',
  appliesTo: ['/Node'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. ${finding.facts['moving'] === true ? 'Nothing is to be done while it works.' : 'There is no other node for them yet.'}`,
  lookAlikes: ['a node that an autoscaler removes because it is empty', 'a notice of last week', 'a node that is not Ready'],
  prevention: 'Run a termination handler, spread replicas over nodes, and keep what cannot move off interruptible machines.',
  sources: [{ title: 'Graceful node shutdown', url: 'https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/' }],
  reviewBy: '2027-06-30',
}
