/** Which of these pods could not go together without breaking a budget: what preemption tries to spare first. */

import { matchesSelector } from '../../model/kube/selector.ts'
import { BUDGET_KIND, type Budget } from '../disruption-budget.ts'
import type { StoreReader } from '../store.ts'
import type { PodInfo } from './pod-info.ts'

/** In the order given, each pod spends one of every budget that means it. An empty selector means no pod here, unlike elsewhere. */
export function violatingPods(pods: readonly PodInfo[], store: StoreReader): ReadonlySet<PodInfo> {
  const violating = new Set<PodInfo>()
  const left = new Map<Budget, number>()
  for (const pod of pods) {
    for (const budget of store.list(BUDGET_KIND, pod.namespace) as Iterable<Budget>) {
      if (!protects(budget, pod)) continue
      const allowed = (left.get(budget) ?? budget.status?.disruptionsAllowed ?? 0) - 1
      left.set(budget, allowed)
      if (allowed < 0) violating.add(pod)
    }
  }
  return violating
}

function protects(budget: Budget, pod: PodInfo): boolean {
  const selector = budget.spec?.selector
  const isEmpty = Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0
  if (isEmpty || Object.keys(pod.labels).length === 0) return false
  return matchesSelector(selector, pod.labels) && budget.status?.disruptedPods?.[pod.name] === undefined
}
