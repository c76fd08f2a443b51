/**
 * A Ready node that takes no pods, while pods wait that would fit on it. Cordoned without anybody waiting is
 * maintenance, or a capacity that is not needed.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isNode, isPod } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { handledElsewhere } from '../shared/leaving-node.ts'
import { budgetsBlocking } from '../shared/budgets.ts'
import { placementsOf } from '../shared/placement.ts'
import { createPlan, targetOfObject } from '../shared/plan-parts.ts'

const ID = 'node-cordoned-forgotten'
const NEIGHBOURS = /topology spread|pod (anti-?)?affinity/i

function detect(view: View): Finding[] {
  const cordoned = view.list('', 'Node').filter((node) => isNode(node) && node.spec?.unschedulable === true && conditionOf(node, 'Ready')?.status === 'True' && handledElsewhere(view, node) === undefined)
  if (cordoned.length === 0) return []
  const waiting = view.list('', 'Pod').filter(isPod).filter((pod) => conditionOf(pod, 'PodScheduled')?.status === 'False')
  const fits = waiting.flatMap((pod) => {
    const placements = placementsOf(view, pod)
    // Rules about neighbours and zones are not worked out here; where the scheduler names one, a node that looks free is not.
    const elsewhere = !NEIGHBOURS.test(conditionOf(pod, 'PodScheduled')?.message ?? '') && placements.some((placement) => placement.obstacles.length === 0)
    return elsewhere ? [] : placements.filter((placement) => placement.obstacles.length === 1 && placement.obstacles[0] === 'cordoned').map((placement) => ({ node: placement.node as KubeObject, pod }))
  })
  return cordoned.map((node) => findingFrom(view, node, fits.filter((item) => item.node === node).map((item) => item.pod)))
}

function findingFrom(view: View, node: KubeObject, pods: readonly KubeObject[]): Finding {
  const taint = ((node['spec'] as { taints?: readonly { key: string; timeAdded?: string }[] } | undefined)?.taints ?? []).find((item) => item.key === 'node.kubernetes.io/unschedulable')
  return findingOf({
    hazard: ID,
    subject: node,
    symptoms: pods.length === 0 ? [] : [subjectOf(node), ...pods.map(subjectOf), ...pods.map((pod) => subjectOf(workloadOf(view, pod)))],
    summary: `${subjectText(subjectOf(node))} is Ready and cordoned${pods.length === 0 ? '' : `, and ${pods.length} pods wait that would fit on it`}`,
    evidence: [objectEvidence(node, 'spec.unschedulable', 'spec.unschedulable is true')],
    confidence: pods.length === 0 ? 0.5 : 0.93,
    sinceMs: parseTimeMs(taint?.timeAdded),
    explains: ['unschedulable', 'rollout-stuck'],
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const node = objectOf(view, finding.subject)
  // Without anybody who waits, a cordon is somebody's decision; with a budget that refuses, somebody's drain.
  if (node === undefined || finding.symptoms.length === 0 || view.podsOn(node.metadata.name ?? '').some((pod) => budgetsBlocking(view, pod).length > 0)) return []
  const target = targetOfObject(node)
  const workloads = finding.symptoms.filter((symptom) => ['Deployment', 'StatefulSet'].includes(symptom.kind)).map((symptom) => objectOf(view, symptom)).filter((object) => object !== undefined)
  return [
    createPlan({
      hazard: ID,
      subject: finding.subject,
      approach: 'uncordon',
      goal: `${subjectText(finding.subject)} takes pods again`,
      steps: [{ action: { verb: 'uncordon', target }, reason: 'pods wait that would fit here', preconditions: [{ type: 'node-ready', target: refOf(node) }], undo: { verb: 'cordon', target } }],
      proof: [{ type: 'hazard-absent', hazard: ID, subject: finding.subject }, ...workloads.map((workload) => ({ type: 'workload-available', target: refOf(workload) }) as const)],
      risk: 'reversible',
      expectedEffect: 'waiting pods are placed on it',
      rationale: 'The node is Ready and nothing in the cluster says why it is cordoned; whoever did it may know more.',
      values: 'assumed',
    }),
  ]
}

export const nodeCordonedForgotten: Hazard = {
  id: ID,
  title: 'A cordoned node that pods wait for',
  severity: 3,
  family: 'nodes',
  appliesTo: ['/Node'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Whoever cordoned it must say whether it may take pods again.`,
  lookAlikes: ['a node cordoned for maintenance while nothing waits', 'a node that an autoscaler is taking away', 'a drain that waits for a budget', 'a node that is cordoned and not Ready'],
  prevention: 'Let the tool that cordons also uncordon, and alert on nodes cordoned for a day.',
  sources: [{ title: 'Manual node administration', url: 'https://kubernetes.io/docs/concepts/architecture/nodes/#manual-node-administration' }],
  reviewBy: '2027-06-30',
}
