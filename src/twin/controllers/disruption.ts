/**
 * The disruption controller: keeps the status of every PodDisruptionBudget, which the Eviction API spends.
 *
 * An eviction writes its pod into `disruptedPods`; that entry counts the pod as gone for two minutes, until its
 * deletion is seen. A budget that cannot be computed is closed. It also takes back the DisruptionTarget condition
 * of pods that were to go and did not.
 */

import { jsonEqual } from '../../kernel/json.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { conditionOf, isPod, isTerminal, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { Context, Controller } from '../controller.ts'
import { CowMap } from '../cow-map.ts'
import {
  BUDGET_KIND,
  allowedCondition,
  budgetMatches,
  budgetsOf,
  budgetStatus,
  countHealthy,
  desiredHealthy,
  failedStatus,
  liveDisruptions,
  needsScale,
  type Budget,
  type BudgetCounts,
} from '../disruption-budget.ts'
import { withCondition } from '../scheduler/pod-status.ts'
import { desiredScale } from './desired-scale.ts'

/** pkg/controller/disruption: how long a DisruptionTarget condition may stand without a deletion. */
const STALE_TARGET_MS = 120_000

const BUDGET = 'budget '
const STALE = 'stale '

export const disruption: Controller<CowMap<true>> = {
  name: 'disruption-controller',
  watches: ['/Pod', BUDGET_KIND],
  latencyMs: 10,
  createState: () => new CowMap(),
  *keysFor(change, store) {
    const object = change.after ?? change.before
    if (object === undefined) return
    if (!isPod(object)) {
      if (change.after !== undefined) yield `${BUDGET}${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`
      return
    }
    for (const budget of budgetsOf(object, store)) yield `${BUDGET}${budget.metadata.namespace ?? ''}/${budget.metadata.name ?? ''}`
    if (change.after !== undefined && isMarked(object)) yield `${STALE}${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`
  },
  sync(key, context) {
    const [namespace = '', name = ''] = key.slice(key.indexOf(' ') + 1).split('/')
    if (key.startsWith(STALE)) unmarkStale(key, { namespace, name }, context)
    else syncBudget(key, { namespace, name }, context)
  },
}

type Named = { readonly namespace: string; readonly name: string }

function syncBudget(key: string, { namespace, name }: Named, context: Context<CowMap<true>>): void {
  const budget = context.store.byKey(`${BUDGET_KIND}|${namespace}|${name}`) as Budget | undefined
  if (budget === undefined) return
  const pods = podsOf(budget, context)
  if (pods.length === 0) context.recordEvent(budget, { type: 'Normal', reason: 'NoPods', message: 'No matching pods found' })
  const counts = countPods(budget, pods, context)
  if (typeof counts === 'string') return failSafe(budget, counts, context)
  const status = budgetStatus(budget, counts, context.nowMs())
  if (!isUpToDate(budget, status)) context.api.updateStatus(budget, status)
  const dueMs = Object.values(counts.disrupted).map((since) => (parseTimeMs(since) ?? 0) + context.profile.disruptedPodTimeoutMs)
  if (dueMs.length > 0) context.wakeAfter(key, Math.min(...dueMs) - context.nowMs() + 1)
}

function podsOf(budget: Budget, context: Context<CowMap<true>>): PodObject[] {
  return Array.from(context.store.list('/Pod', budget.metadata.namespace ?? ''))
    .filter(isPod)
    .filter((pod) => budgetMatches(budget, pod))
}

/** The counts, or why they cannot be had. */
function countPods(budget: Budget, pods: readonly PodObject[], context: Context<CowMap<true>>): BudgetCounts | string {
  let expected = pods.length
  if (needsScale(budget)) {
    const scale = desiredScale(pods, context.store)
    if (scale.type === 'failed') return scale.message
    if (scale.unmanaged.length > 0) context.recordEvent(budget, { type: 'Warning', reason: 'UnmanagedPods', message: unmanagedMessage(budget.spec?.selector) })
    expected = scale.replicas
  }
  const disrupted = liveDisruptions({ budget, pods, nowMs: context.nowMs(), timeoutMs: context.profile.disruptedPodTimeoutMs })
  return { expected, desired: desiredHealthy(budget, expected), healthy: countHealthy(pods, disrupted), disrupted }
}

function failSafe(budget: Budget, why: string, context: Context<CowMap<true>>): void {
  context.recordEvent(budget, { type: 'Warning', reason: 'CalculateExpectedPodCountFailed', message: `Failed to calculate the number of expected pods: ${why}` })
  const status = failedStatus(budget, why, context.nowMs())
  if (!jsonEqual(status, budget.status)) context.api.updateStatus(budget, status)
}

/** As upstream compares: the condition's status and reason count, not its words. */
function isUpToDate(budget: Budget, status: NonNullable<Budget['status']>): boolean {
  const { conditions: _before, ...before } = budget.status ?? { conditions: [] }
  const { conditions: _after, ...after } = status
  const known = allowedCondition(budget.status)
  const wanted = allowedCondition(status)
  return jsonEqual(before, after) && known !== undefined && known.status === wanted?.status && known.reason === wanted.reason && known.observedGeneration === wanted.observedGeneration
}

/** Told to go by somebody, and still here. The kubelet's own marks stand: its pods may take any time to end. */
function isMarked(pod: PodObject): boolean {
  const condition = conditionOf(pod, 'DisruptionTarget')
  return condition?.status === 'True' && condition.reason !== 'TerminationByKubelet' && !isTerminating(pod) && !isTerminal(pod)
}

function unmarkStale(key: string, { namespace, name }: Named, context: Context<CowMap<true>>): void {
  const pod = context.store.byKey(`/Pod|${namespace}|${name}`)
  if (pod === undefined || !isPod(pod) || !isMarked(pod)) return
  const sinceMs = parseTimeMs(conditionOf(pod, 'DisruptionTarget')?.lastTransitionTime) ?? context.nowMs()
  const leftMs = sinceMs + STALE_TARGET_MS - context.nowMs()
  if (leftMs > 0) return context.wakeAfter(key, leftMs)
  context.api.updateStatus(pod, withCondition(pod.status, { type: 'DisruptionTarget', status: 'False' }, context.nowMs()))
}

/** The selector stands in the message as Go prints it. */
function unmanagedMessage(selector: LabelSelector | undefined): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).sort(([left], [right]) => (left < right ? -1 : 1))
  const expressions = selector?.matchExpressions ?? []
  const labelText = labels.map(([key, value]) => `${key}: ${value},`).join('')
  const expressionText = expressions.map(({ key, operator, values = [] }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`).join('')
  return (
    `Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{${labelText}},MatchExpressions:[]LabelSelectorRequirement{${expressionText}},}) ` +
    'were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. ' +
    'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
  )
}
