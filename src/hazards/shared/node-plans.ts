/**
 * Ways to take a broken node out of service, from the fullest to the most careful: replace it through its pool; do
 * so without waiting for a kubelet that no longer answers; make room first where a budget refuses; only cordon it.
 */

import { refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isReady, isTerminal, isTerminating, replicasOf, type PodObject } from '../../model/kube/workload.ts'
import type { Condition, Plan } from '../../model/plan.ts'
import { keyOf, workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { budgetsBlocking } from './budgets.ts'
import { autoscalerOf } from './management.ts'
import { isControlPlane, poolOf, takesPods, type Pool } from './node-pool.ts'
import { createPlan, STABLE_FOR_MS, targetOfObject, type StepDraft } from './plan-parts.ts'

export interface NodePlanOptions {
  readonly hazard: string
  readonly view: View
  readonly node: KubeObject
  /** The kubelet no longer reports: evicted pods will not be seen to end. */
  readonly silent: boolean
  /** Not Ready at all, as against under pressure. */
  readonly down: boolean
}

const DRAIN_TIMEOUT_MS = 10 * 60_000
const SCALE_TIMEOUT_MS = 5 * 60_000
/** When more than this share of a pool is down, replacing nodes one by one treats the symptom. */
const DOWN_SHARE_MAX = 1 / 2

/** Plans for one node, the author's favourite first. Only a cordon where deleting would be a gamble. */
export function nodePlans(options: NodePlanOptions): Plan[] {
  const { view, node } = options
  const pool = poolOf(view, node)
  const cordonOnly = [cordonPlan(options)]
  if (isControlPlane(node) || isShutDown(node) || manyDown(pool?.nodes ?? view.list('', 'Node'))) return cordonOnly
  if (pool === undefined) return [...evacuatePlan(options), ...cordonOnly]
  const blocked = blockedWorkloads(options)
  const roomFirst = blocked.length === 0 ? [] : makeRoomPlan(options, pool, blocked)
  return [...roomFirst, replacePlan(options, pool), ...(options.silent ? [replaceSilentPlan(options, pool)] : []), ...cordonOnly]
}

function manyDown(nodes: readonly KubeObject[]): boolean {
  const down = nodes.filter((node) => conditionOf(node, 'Ready')?.status !== 'True').length
  return down > 1 && down / nodes.length > DOWN_SHARE_MAX
}

/** The cloud has shut the machine down: it may start again, and then its pods would run twice. */
function isShutDown(node: KubeObject): boolean {
  return ((node['spec'] as { taints?: readonly { key: string }[] } | undefined)?.taints ?? []).some((taint) => taint.key === 'node.cloudprovider.kubernetes.io/shutdown')
}

function movable(view: View, node: KubeObject): PodObject[] {
  return view.podsOn(node.metadata.name ?? '').filter((pod) => !isTerminal(pod) && !isTerminating(pod) && !['DaemonSet', 'Node', 'Pod'].includes(workloadOf(view, pod).kind) && pod.metadata.annotations?.['kubernetes.io/config.mirror'] === undefined)
}

function cordonStep(node: KubeObject): StepDraft {
  const target = targetOfObject(node)
  return { action: { verb: 'cordon', target }, reason: `keep new pods away from ${subjectText(subjectOf(node))}`, preconditions: [{ type: 'object-exists', target }], undo: { verb: 'uncordon', target } }
}

function drainStep(view: View, node: KubeObject): StepDraft {
  const target = targetOfObject(node)
  const scratch = movable(view, node).some((pod) => (pod.spec?.volumes ?? []).some((volume) => volume.emptyDir !== undefined))
  return {
    action: { verb: 'drain', target, timeoutMs: DRAIN_TIMEOUT_MS, ...(scratch ? { deleteEmptyDirData: true } : {}) },
    reason: `move what runs on ${subjectText(subjectOf(node))} elsewhere, within its disruption budgets${scratch ? '; scratch data of its pods (emptyDir) is lost with the node either way' : ''}`,
    preconditions: [{ type: 'object-exists', target }],
    undo: { verb: 'uncordon', target },
  }
}

function deleteStep(node: KubeObject, emptied: boolean): StepDraft {
  const target = targetOfObject(node)
  return {
    action: { verb: 'delete-node', target },
    reason: `remove ${subjectText(subjectOf(node))}, so that its pool makes a new one`,
    preconditions: [{ type: 'object-exists', target }, ...(emptied ? [{ type: 'node-empty', target: refOf(node) } as const] : [])],
  }
}

function replaced(options: NodePlanOptions, pool: Pool): Condition[] {
  return [
    { type: 'object-gone', target: targetOfObject(options.node) },
    { type: 'nodes-ready', matchLabels: { ...pool.matchLabels }, atLeast: replacementCount(options.node, pool) },
    ...workloadsAvailable(options),
  ]
}

/** What runs on the node runs elsewhere in full. */
function workloadsAvailable({ view, node }: NodePlanOptions): Condition[] {
  const owners = movable(view, node).map((pod) => workloadOf(view, pod)).filter((workload) => ['Deployment', 'StatefulSet'].includes(workload.kind))
  return [...new Map(owners.map((workload) => [keyOf(workload), workload])).values()].map((workload) => ({ type: 'workload-available', target: refOf(workload) }))
}

/** No pool would make another, so the node stays for a person; what it carried need not wait for them. */
export function evacuatePlan(options: NodePlanOptions): Plan[] {
  const { hazard, view, node } = options
  const elsewhere = view.list('', 'Node').some((other) => other !== node && takesPods(other))
  if (!elsewhere || movable(view, node).length === 0) return []
  return [
    createPlan({
      hazard,
      subject: subjectOf(node),
      approach: 'evacuate',
      goal: `what ran on ${subjectText(subjectOf(node))} runs on other nodes`,
      steps: [cordonStep(node), drainStep(view, node)],
      proof: [{ type: 'node-empty', target: refOf(node) }, ...workloadsAvailable(options)],
      risk: 'disruptive',
      expectedEffect: 'its pods move to other nodes; the node stays cordoned until a person has repaired it',
      rationale: 'No label says that a pool would replace the node, so it is emptied and not deleted. The machine itself needs a person.',
    }),
  ]
}

/** As many as take pods now, and one for the node that goes. */
function replacementCount(node: KubeObject, pool: Pool): number {
  return pool.nodes.filter((other) => other !== node && takesPods(other)).length + 1
}

function poolText(pool: Pool): string {
  return Object.entries(pool.matchLabels).map(([key, value]) => `${key}=${value}`).join(',')
}

function replacePlan(options: NodePlanOptions, pool: Pool): Plan {
  const { hazard, view, node } = options
  return createPlan({
    hazard,
    subject: subjectOf(node),
    approach: 'replace',
    goal: `pool ${poolText(pool)} has a Ready node in place of ${node.metadata.name ?? ''}`,
    steps: [cordonStep(node), drainStep(view, node), deleteStep(node, true)],
    proof: replaced(options, pool),
    risk: 'destructive',
    expectedEffect: `its pods move to other nodes and the pool replaces the node`,
    rationale: `The node shares the pool label ${poolText(pool)} with ${pool.nodes.length - 1} others, so a new one is expected. Evictions respect disruption budgets; deleting the node does not come back by itself.`,
  })
}

/** Pods of a silent node never report that they ended; deleting the node is what lets the control plane forget them. */
function replaceSilentPlan(options: NodePlanOptions, pool: Pool): Plan {
  const { hazard, node } = options
  return createPlan({
    hazard,
    subject: subjectOf(node),
    approach: 'replace-silent',
    goal: `pool ${poolText(pool)} has a Ready node in place of ${node.metadata.name ?? ''}`,
    steps: [cordonStep(node), deleteStep(node, false)],
    proof: replaced(options, pool),
    risk: 'destructive',
    expectedEffect: 'the control plane gives up the pods of the node and makes them elsewhere',
    rationale: `The kubelet no longer answers, so a drain may wait for ends that nobody reports. Whoever approves must know that the machine is down: containers of a StatefulSet that still ran there would run twice.`,
  })
}

function cordonPlan({ hazard, node }: NodePlanOptions): Plan {
  return createPlan({
    hazard,
    subject: subjectOf(node),
    approach: 'cordon',
    goal: `nothing new lands on ${subjectText(subjectOf(node))} until a person has looked at it`,
    steps: [cordonStep(node)],
    proof: [{ type: 'field-equals', target: refOf(node), path: 'spec.unschedulable', value: true }],
    risk: 'reversible',
    expectedEffect: 'running pods stay where they are',
    rationale: 'The careful half: it stops the damage from growing and leaves the repair to a person.',
    contains: true,
  })
}

interface Blocked {
  readonly workload: KubeObject
  readonly budget: KubeObject
  readonly ready: boolean
}

/** Workloads whose budget would refuse the eviction of their pod on this node. */
function blockedWorkloads({ view, node }: NodePlanOptions): Blocked[] {
  const blocked = movable(view, node).flatMap((pod) => budgetsBlocking(view, pod).slice(0, 1).map((budget) => ({ workload: workloadOf(view, pod), budget, ready: isReady(pod) })))
  return [...new Map(blocked.map((item) => [keyOf(item.workload), item])).values()]
}

/** One replica more lets the budget release one; afterwards the count goes back to what it was. */
function makeRoomPlan(options: NodePlanOptions, pool: Pool, blocked: readonly Blocked[]): Plan[] {
  const { hazard, view, node } = options
  const scalable = blocked.every(({ workload }) => ['Deployment', 'StatefulSet'].includes(workload.kind) && autoscalerOf(view, workload) === undefined)
  if (!scalable) return []
  const onNode = movable(view, node)
  const extra = ({ workload }: Blocked): number => onNode.filter((pod) => workloadOf(view, pod) === workload).length
  const names = blocked.map(({ workload }) => subjectText(subjectOf(workload))).join(', ')
  return [
    createPlan({
      hazard,
      subject: subjectOf(node),
      approach: 'make-room-and-replace',
      goal: `pool ${poolText(pool)} has a Ready node in place of ${node.metadata.name ?? ''}, and no budget is broken`,
      steps: [
        cordonStep(node),
        ...blocked.flatMap((item) => scaleUpSteps(item, extra(item))),
        drainStep(view, node),
        deleteStep(node, true),
        ...blocked.map((item) => scaleStep(item.workload, replicasOf(item.workload) + extra(item), replicasOf(item.workload), 'back to the count it had')),
      ],
      proof: [...replaced(options, pool), ...blocked.map(({ workload }) => ({ type: 'pods-stable', target: refOf(workload), forMs: STABLE_FOR_MS }) as const)],
      risk: 'destructive',
      expectedEffect: `${names} runs with more replicas for a while, so that its budget lets the drain pass`,
      rationale: `A budget allows no disruption of ${names} now. Adding replicas first keeps the promise that the budget makes; forcing would break it.`,
    }),
  ]
}

/** A pod that the node has already taken down cannot be waited for; then the drain itself waits for the budget. */
function scaleUpSteps({ workload, budget, ready }: Blocked, extra: number): StepDraft[] {
  const replicas = replicasOf(workload)
  const until = { type: 'workload-available', target: refOf(workload), replicas: replicas + extra } as const
  const up = scaleStep(workload, replicas, replicas + extra, `so that ${subjectText(subjectOf(budget))} can let ${extra} go`)
  return ready ? [up, { action: { verb: 'wait', until, timeoutMs: SCALE_TIMEOUT_MS }, reason: 'the new replicas must be available before any is moved' }] : [up]
}

function scaleStep(workload: KubeObject, fromReplicas: number, toReplicas: number, why: string): StepDraft {
  const target = targetOfObject(workload)
  return {
    action: { verb: 'scale', target, fromReplicas, toReplicas },
    reason: `scale ${subjectText(subjectOf(workload))} to ${toReplicas}, ${why}`,
    preconditions: [{ type: 'object-exists', target }],
    undo: { verb: 'scale', target, fromReplicas: toReplicas, toReplicas: fromReplicas },
  }
}
