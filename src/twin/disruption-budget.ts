/**
 * The arithmetic of PodDisruptionBudgets, pure: which pods a budget means and how many may go now.
 *
 * Shared by the disruption controller, which writes the status, and by the Eviction API, which spends it.
 * Percentages are of the desired scale, not of the pods there are, and round up (pkg/controller/disruption).
 */

import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from 'kubernetes-types/policy/v1.d.ts'
import { parseTimeMs, toKubeTime } from '../kernel/clock.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { scaledValue } from '../model/kube/int-or-percent.ts'
import { matchesSelector } from '../model/kube/selector.ts'
import { isReady, isTerminating, type PodObject } from '../model/kube/workload.ts'
import type { StoreReader } from './store.ts'

export type Budget = KubeObject & PodDisruptionBudget
export type BudgetStatus = PodDisruptionBudgetStatus
type BudgetCondition = NonNullable<BudgetStatus['conditions']>[number]

export const BUDGET_KIND = 'policy/PodDisruptionBudget'

/** An absent selector means no pod, an empty one every pod of the namespace. */
export function budgetMatches(budget: Budget, pod: PodObject): boolean {
  return budget.metadata.namespace === pod.metadata.namespace && matchesSelector(budget.spec?.selector, pod.metadata.labels)
}

export function budgetsOf(pod: PodObject, store: StoreReader): Budget[] {
  const budgets = Array.from(store.list(BUDGET_KIND, pod.metadata.namespace ?? '')) as Budget[]
  return budgets.filter((budget) => budgetMatches(budget, pod))
}

/** True when the budget counts against the desired scale of controllers and not against the pods there are. */
export function needsScale(budget: Budget): boolean {
  const { minAvailable, maxUnavailable } = budget.spec ?? {}
  return maxUnavailable !== undefined || typeof minAvailable === 'string'
}

/** How many pods must stay healthy out of `expected`. */
export function desiredHealthy(budget: Budget, expected: number): number {
  const { minAvailable, maxUnavailable } = budget.spec ?? {}
  if (maxUnavailable !== undefined) return Math.max(0, expected - (scaledValue(maxUnavailable, expected, 'up') ?? 0))
  return scaledValue(minAvailable, expected, 'up') ?? 0
}

/** Entries of pods that are still there and still expected to go: those that failed to go in time are dropped. */
export function liveDisruptions(options: { readonly budget: Budget; readonly pods: readonly PodObject[]; readonly nowMs: number; readonly timeoutMs: number }): Readonly<Record<string, string>> {
  const { budget, pods, nowMs, timeoutMs } = options
  const known = (budget.status?.disruptedPods ?? {}) as Readonly<Record<string, string>>
  const names = pods.filter((pod) => !isTerminating(pod)).map((pod) => pod.metadata.name ?? '')
  return Object.fromEntries(
    names.flatMap((name) => {
      const since = known[name]
      return since !== undefined && (parseTimeMs(since) ?? 0) + timeoutMs >= nowMs ? [[name, since] as const] : []
    }),
  )
}

/** Ready, not on the way out, and not about to be deleted by an accepted eviction. */
export function countHealthy(pods: readonly PodObject[], disrupted: Readonly<Record<string, string>>): number {
  return pods.filter((pod) => !isTerminating(pod) && disrupted[pod.metadata.name ?? ''] === undefined && isReady(pod)).length
}

export interface BudgetCounts {
  readonly expected: number
  readonly desired: number
  readonly healthy: number
  readonly disrupted: Readonly<Record<string, string>>
}

/** The status that follows from the counts. A budget that expects no pod allows nothing. */
export function budgetStatus(budget: Budget, counts: BudgetCounts, nowMs: number): BudgetStatus {
  const { expected, desired, healthy, disrupted } = counts
  const allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired)
  const { generation } = budget.metadata
  const status: BudgetStatus = {
    ...(budget.status?.conditions === undefined ? {} : { conditions: budget.status.conditions }),
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    disruptionsAllowed: allowed,
    ...(Object.keys(disrupted).length === 0 ? {} : { disruptedPods: { ...disrupted } }),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  }
  return withAllowedCondition(status, nowMs)
}

/** Sets `DisruptionAllowed` to what the counts say (pkg/apis/policy/…/helper: UpdateDisruptionAllowedCondition). */
export function withAllowedCondition(status: BudgetStatus, nowMs: number): BudgetStatus {
  const isAllowed = status.disruptionsAllowed > 0
  return withBudgetCondition(status, { status: isAllowed ? 'True' : 'False', reason: isAllowed ? 'SufficientPods' : 'InsufficientPods', message: '' }, nowMs)
}

/** The budget could not be computed: nothing may go until it can. */
export function failedStatus(budget: Budget, message: string, nowMs: number): BudgetStatus {
  const before = budget.status ?? { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, disruptionsAllowed: 0 }
  return withBudgetCondition({ ...before, disruptionsAllowed: 0 }, { status: 'False', reason: 'SyncFailed', message }, nowMs)
}

function withBudgetCondition(status: BudgetStatus, change: { status: string; reason: string; message: string }, nowMs: number): BudgetStatus {
  const before = allowedCondition(status)
  const after: BudgetCondition = {
    type: 'DisruptionAllowed',
    ...change,
    lastTransitionTime: before?.status === change.status ? before.lastTransitionTime : toKubeTime(nowMs),
    ...(status.observedGeneration === undefined ? {} : { observedGeneration: status.observedGeneration }),
  }
  const others = (status.conditions ?? []).filter((condition) => condition !== before)
  return { ...status, conditions: [...others, after] }
}

export function allowedCondition(status: BudgetStatus | undefined): BudgetCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === 'DisruptionAllowed')
}
