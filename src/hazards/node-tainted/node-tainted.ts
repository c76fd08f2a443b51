/**
 * A node was closed by a taint after pods had been running on it that do not tolerate it either: the taint came later,
 * nobody prepared for it, and pods wait that would fit if it were not there.
 *
 * A pool that was tainted from the start runs only what tolerates it; there the waiting pod lacks a toleration, and
 * that is its workload's affair.
 */

import type { Taint } from 'kubernetes-types/core/v1.d.ts'
import type { JsonValue } from '../../kernel/json.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText, type Subject } from '../../model/kube-object.ts'
import { conditionOf, isNode, isPod, isTerminal, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import { tolerates } from '../../model/kube/toleration.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf, uniqueSubjects } from '../../model/topology/find-object.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { placementsOf, type Placement } from '../shared/placement.ts'
import { createPlan, patchStep } from '../shared/plan-parts.ts'

const ID = 'node-tainted'

function detect(view: View): Finding[] {
  const waiting = view.list('', 'Pod').filter(isPod).filter((pod) => conditionOf(pod, 'PodScheduled')?.status === 'False' && pod.spec?.nodeName === undefined)
  if (waiting.length === 0) return []
  const held = waiting.flatMap((pod) => heldBack(placementsOf(view, pod)).map(({ node, taints }) => ({ pod, node, taints })))
  return [...Map.groupBy(held, ({ node }) => node).entries()].flatMap(([node, rows]) => {
    const taint = rows[0]?.taints.find((item) => strangersOn(view, node, item).length > 0)
    return taint === undefined ? [] : [findingFrom(view, { node, taint, pods: rows.map((row) => row.pod) })]
  })
}

/** Nodes that only a taint keeps the pod from; none where another node takes it. */
function heldBack(placements: readonly Placement[]): Placement[] {
  if (placements.some((placement) => placement.obstacles.length === 0)) return []
  return placements.filter((placement) => placement.obstacles.length === 1 && placement.obstacles[0] === 'taint')
}

/** Pods that run there and do not tolerate the taint: they came before it. Those of nodes' own agents tolerate everything. */
function strangersOn(view: View, node: NodeObject, taint: Taint): PodObject[] {
  if (taint.effect !== 'NoSchedule') return []
  return view.podsOn(node.metadata.name ?? '').filter((pod) => !isTerminal(pod) && workloadOf(view, pod).kind !== 'DaemonSet' && pod.metadata.annotations?.['kubernetes.io/config.mirror'] === undefined && !(pod.spec?.tolerations ?? []).some((toleration) => tolerates(toleration, taint)))
}

function taintText({ key, value, effect }: Taint): string {
  return `${key}${(value ?? '') === '' ? '' : `=${value}`}:${effect}`
}

function findingFrom(view: View, { node, taint, pods }: { readonly node: NodeObject; readonly taint: Taint; readonly pods: readonly PodObject[] }): Finding {
  const strangers = strangersOn(view, node, taint)
  const symptoms: Subject[] = uniqueSubjects([subjectOf(node), ...pods.flatMap((pod) => [subjectOf(pod), subjectOf(workloadOf(view, pod))])])
  return findingOf({
    hazard: ID,
    subject: node,
    symptoms,
    summary: `${subjectText(subjectOf(node))} was tainted ${taintText(taint)} while ${strangers.length} pods ran on it that do not tolerate it, and ${pods.length} pods wait that would fit there`,
    evidence: [objectEvidence(node, 'spec.taints', `its taints are ${(node.spec?.taints ?? []).map(taintText).join(', ')}`), ...strangers.slice(0, 2).map((pod) => objectEvidence(pod, 'spec.tolerations', `${subjectText(subjectOf(pod))} runs there and does not tolerate it`))],
    confidence: 0.93,
    sinceMs: parseTimeMs(taint.timeAdded),
    explains: ['unschedulable', 'rollout-stuck', 'service-without-endpoints', 'dependency-unreachable'],
    facts: { taint },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const node = objectOf(view, finding.subject)
  const taint = finding.facts['taint'] as Taint
  if (node === undefined || !isNode(node)) return []
  const rest = (node.spec?.taints ?? []).filter((item) => item.key !== taint.key || item.effect !== taint.effect)
  const workloads = finding.symptoms.filter((symptom) => ['Deployment', 'StatefulSet'].includes(symptom.kind)).map((symptom) => objectOf(view, symptom)).filter((object) => object !== undefined)
  return [
    createPlan({
      hazard: ID,
      subject: finding.subject,
      approach: 'untaint',
      goal: `${subjectText(finding.subject)} takes pods again`,
      steps: [patchStep(node, [{ path: ['spec', 'taints'], value: rest.length === 0 ? undefined : (rest as unknown as JsonValue) }], `take taint ${taintText(taint)} away`)],
      proof: [{ type: 'hazard-absent', hazard: ID, subject: finding.subject }, ...workloads.map((workload) => ({ type: 'workload-available', target: refOf(workload) }) as const)],
      risk: 'reversible',
      expectedEffect: 'waiting pods are placed on it',
      rationale: 'What runs there does not tolerate the taint, so it was added later. Nothing in the cluster says why; whoever did it may know more.',
      values: 'assumed',
    }),
  ]
}

export const nodeTainted: Hazard = {
  id: ID,
  title: 'A node was tainted under the pods that run on it',
  severity: 3,
  family: 'placement',
  appliesTo: ['/Node'],
  faces: ['live'],
  detect,
  fixes,
  lookAlikes: ['a pool that is reserved by a taint from the start', 'a taint that the control plane sets for the state of the node', 'a taint while nothing waits'],
  prevention: 'Taint whole pools when they are made, and say why in the taint\'s key.',
  sources: [{ title: 'Taints and tolerations', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/' }],
  reviewBy: '2027-06-30',
}
