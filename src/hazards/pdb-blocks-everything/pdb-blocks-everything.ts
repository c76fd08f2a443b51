/**
 * A budget that can never let a pod go, although all its pods are well: it asks for as many as there are. Harmless
 * until somebody has to drain a node; then it blocks the drain for ever.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import { eventEvidence, objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { isReady, replicasOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import { workloadOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { allowedBy, budgetsOf, guardedPods, neededBy, type BudgetObject } from '../shared/budgets.ts'
import { findingOf } from '../shared/finding.ts'
import { autoscalerOf } from '../shared/management.ts'
import { templatesMatching } from '../shared/static-match.ts'
import { createPlan, patchStep, STABLE_FOR_MS, targetOfObject } from '../shared/plan-parts.ts'

const ID = 'pdb-blocks-everything'
const REFUSED = /disruption budget/i

function detect(view: View): Finding[] {
  return budgetsOf(view).flatMap((budget) => {
    const pods = guardedPods(view, budget)
    const healthy = pods.filter(isReady).length
    const never = pods.length > 0 && healthy === pods.length && allowedBy(view, budget) === 0 && neededBy(budget, pods.length) >= pods.length
    return never ? [findingFrom(view, budget, pods.length)] : []
  })
}

function findingFrom(view: View, budget: BudgetObject, count: number): Finding {
  const pods = guardedPods(view, budget)
  const draining = pods.filter((pod) => isDraining(view, pod.spec?.nodeName))
  const refusals = view.events.filter((event) => REFUSED.test(event.message) && pods.some((pod) => event.message.includes(pod.metadata.name ?? '\0') || event.regarding.name === pod.metadata.name))
  const blocks = draining.length > 0 || refusals.length > 0
  return findingOf({
    hazard: ID,
    subject: budget,
    symptoms: blocks ? [subjectOf(budget), ...draining.map(subjectOf), ...nodesOf(view, draining)] : [],
    summary: `${subjectText(subjectOf(budget))} allows no eviction of its ${count} pods although all are ready${blocks ? ', and a drain waits for it' : ''}`,
    evidence: [objectEvidence(budget, 'spec', `it asks for ${neededBy(budget, count)} of ${count} pods`), ...refusals.slice(0, 2).map((event) => eventEvidence(event))],
    confidence: blocks ? 0.9 : 0.5,
    explains: ['node-cordoned-forgotten'],
  })
}

/** Before there are pods: as many as the workloads behind it will have. */
function audit({ cluster }: AuditView): AuditFinding[] {
  return budgetsOf(cluster).flatMap((budget) => {
    const guarded = templatesMatching(cluster, budget.metadata.namespace ?? 'default', budget.spec?.selector).filter(({ replicas, owner }) => replicas !== undefined && ['Deployment', 'StatefulSet', 'ReplicaSet', 'Rollout'].includes(owner.kind))
    const count = guarded.reduce((sum, { owner, replicas }) => sum + Math.max(replicas ?? 0, leastReplicas(cluster, owner)), 0)
    const field = budget.spec?.maxUnavailable === undefined ? 'minAvailable' : 'maxUnavailable'
    if (count === 0 || neededBy(budget, count) < count) return []
    return [{ of: budget, path: ['spec', field], summary: `${subjectText(subjectOf(budget))} asks for ${neededBy(budget, count)} of ${count} pods, so no drain can move one`, advice: count === 1 ? 'Run two replicas, or let the one go: maxUnavailable: 1.' : 'maxUnavailable: 1' }]
  })
}

function leastReplicas(view: View, owner: KubeObject): number {
  const scaler = autoscalerOf(view, owner)
  return (scaler?.['spec'] as { minReplicas?: number } | undefined)?.minReplicas ?? 0
}

function isDraining(view: View, nodeName: string | undefined): boolean {
  const node = view.get({ apiVersion: 'v1', kind: 'Node', name: nodeName ?? '' })
  return (node?.['spec'] as { unschedulable?: boolean } | undefined)?.unschedulable === true
}

function nodesOf(view: View, pods: ReturnType<typeof guardedPods>) {
  const names = new Set(pods.map((pod) => pod.spec?.nodeName))
  return view.list('', 'Node').filter((node) => names.has(node.metadata.name)).map(subjectOf)
}

function fixes(finding: Finding, view: View): Plan[] {
  const budget = objectOf(view, finding.subject) as BudgetObject | undefined
  if (budget === undefined) return []
  const pods = guardedPods(view, budget)
  const workloads = [...new Set(pods.map((pod) => workloadOf(view, pod)))]
  const [workload] = workloads
  const percentOrMax = budget.spec?.maxUnavailable !== undefined || typeof budget.spec?.minAvailable === 'string'
  const scalable = workloads.length === 1 && workload !== undefined && ['Deployment', 'StatefulSet'].includes(workload.kind) && autoscalerOf(view, workload) === undefined && !percentOrMax
  return [...(scalable ? [addReplica(budget, workload)] : []), loosen(budget, workloads)]
}

/** The promise stays as it is; one pod more gives it room. */
function addReplica(budget: KubeObject, workload: KubeObject): Plan {
  const target = targetOfObject(workload)
  const replicas = replicasOf(workload)
  return createPlan({
    hazard: ID,
    subject: subjectOf(budget),
    approach: 'add-replica-for',
    goal: `${subjectText(subjectOf(budget))} can let one pod go`,
    steps: [{ action: { verb: 'scale', target, fromReplicas: replicas, toReplicas: replicas + 1 }, reason: 'one pod more than the budget asks for', preconditions: [{ type: 'object-exists', target }], undo: { verb: 'scale', target, fromReplicas: replicas + 1, toReplicas: replicas } }],
    proof: [{ type: 'workload-available', target: refOf(workload), replicas: replicas + 1 }, { type: 'pods-stable', target: refOf(workload), forMs: STABLE_FOR_MS }, { type: 'hazard-absent', hazard: ID, subject: subjectOf(budget) }],
    risk: 'reversible',
    expectedEffect: 'one more pod runs; the budget then allows one disruption',
    rationale: 'It keeps the promise of the budget. That one more is enough is an assumption about what is to be drained.',
    values: 'assumed',
  })
}

function loosen(budget: BudgetObject, workloads: readonly KubeObject[]): Plan {
  const changes = budget.spec?.minAvailable === undefined ? [] : [{ path: ['spec', 'minAvailable'], value: undefined }]
  return createPlan({
    hazard: ID,
    subject: subjectOf(budget),
    approach: 'allow-one',
    goal: `${subjectText(subjectOf(budget))} lets one pod go at a time`,
    steps: [patchStep(budget, [...changes, { path: ['spec', 'maxUnavailable'], value: 1 }], 'let one pod be unavailable at a time')],
    proof: [{ type: 'hazard-absent', hazard: ID, subject: subjectOf(budget) }, ...workloads.filter((workload) => ['Deployment', 'StatefulSet'].includes(workload.kind)).map((workload) => ({ type: 'workload-available', target: refOf(workload) }) as const)],
    risk: 'reversible',
    expectedEffect: 'drains move its pods one by one',
    rationale: 'The budget promises more than its owners may have meant; whether one pod may be missing is theirs to say.',
    values: 'assumed',
  })
}

export const pdbBlocksEverything: Hazard = {
  id: ID,
  title: 'A disruption budget that never lets a pod go',
  severity: 3,
  family: 'control',
  appliesTo: ['policy/PodDisruptionBudget'],
  faces: ['live', 'static'],
  detect,
  audit,
  fixes,
  handOver: (finding) => `${finding.summary}. Its owners must say how many pods may be missing.`,
  lookAlikes: ['a budget that allows nothing because pods are not ready', 'a budget that guards no pod'],
  prevention: 'Ask for less than the replica count, or use maxUnavailable.',
  sources: [{ title: 'Specifying a disruption budget', url: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/' }],
  reviewBy: '2027-06-30',
}
