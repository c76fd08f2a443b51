/** Disruption budgets and the pods they guard. */

import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { scaledValue } from '../../model/kube/int-or-percent.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { isPod, isReady, isTerminal, type PodObject } from '../../model/kube/workload.ts'
import type { View } from '../../model/view.ts'

export type BudgetObject = KubeObject & PodDisruptionBudget

export function budgetsOf(view: View, namespace?: string): readonly BudgetObject[] {
  return view.list('policy', 'PodDisruptionBudget', namespace) as readonly BudgetObject[]
}

export function guardedPods(view: View, budget: BudgetObject): readonly PodObject[] {
  return view.list('', 'Pod', budget.metadata.namespace).filter(isPod).filter((pod) => !isTerminal(pod) && matchesSelector(budget.spec?.selector, pod.metadata.labels))
}

/** How many pods it lets go now: what its status says, else worked out from its spec. */
export function allowedBy(view: View, budget: BudgetObject): number {
  const stated = budget.status?.disruptionsAllowed
  if (stated !== undefined) return stated
  const pods = guardedPods(view, budget)
  const healthy = pods.filter(isReady).length
  return Math.max(0, healthy - neededBy(budget, pods.length))
}

/** How many of `expected` pods must stay. */
export function neededBy(budget: BudgetObject, expected: number): number {
  const { minAvailable, maxUnavailable } = budget.spec ?? {}
  if (maxUnavailable !== undefined) return expected - (scaledValue(maxUnavailable, expected, 'up') ?? 0)
  return scaledValue(minAvailable, expected, 'up') ?? 1
}

/** Budgets that would refuse the eviction of this ready pod. */
export function budgetsBlocking(view: View, pod: PodObject): readonly BudgetObject[] {
  return budgetsOf(view, pod.metadata.namespace).filter((budget) => matchesSelector(budget.spec?.selector, pod.metadata.labels) && allowedBy(view, budget) === 0 && !evictsUnready(budget, pod, view))
}

/** An unready pod may always go where the budget is met or says so (unhealthyPodEvictionPolicy). */
function evictsUnready(budget: BudgetObject, pod: PodObject, view: View): boolean {
  if (isReady(pod)) return false
  if (budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true
  const pods = guardedPods(view, budget)
  const needed = neededBy(budget, pods.length)
  return needed > 0 && pods.filter(isReady).length >= needed
}
