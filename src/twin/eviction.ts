/**
 * What the Eviction API answers, as a pure decision: delete, wait, or no.
 *
 * Follows pkg/registry/core/pod/storage/eviction.go row by row, because a drain's fate hangs on it: a pod that
 * never became ready still needs its budget intact, and two budgets on one pod are a server error, not a choice.
 */

import type { PodCondition } from 'kubernetes-types/core/v1.d.ts'
import { toKubeTime } from '../kernel/clock.ts'
import { isReady, isTerminal, isTerminating, type PodObject } from '../model/kube/workload.ts'
import { allowedCondition, withAllowedCondition, type Budget, type BudgetStatus } from './disruption-budget.ts'
import type { VersionProfile } from './profile.ts'

export type EvictionDecision =
  /**
   * Delete the pod. `spend`: first write this status to the budget. `unspent`: the name of a budget that lets it go
   * because it is not ready; the delete holds only for the pod as read, and where it moved meanwhile the answer is `busyBudget`.
   */
  | { readonly type: 'delete'; readonly spend?: { readonly budget: Budget; readonly status: BudgetStatus }; readonly unspent?: string }
  | BlockedEviction
  /** 403: waiting does not help. */
  | { readonly type: 'forbidden'; readonly budget: string; readonly why: string }
  /** 500. */
  | { readonly type: 'unsupported'; readonly message: string }

/** 429. `retryAfterSeconds` is absent where the server gives no hint. */
export interface BlockedEviction {
  readonly type: 'blocked'
  readonly message: string
  readonly cause: string
  readonly retryAfterSeconds?: number
}

/** More unconfirmed evictions than this mean that the disruption controller is not keeping up. */
const DISRUPTED_PODS_MAX = 2000

const BLOCKED = "Cannot evict pod as it would violate the pod's disruption budget."
const RETRY_AFTER_SECONDS = 10

/** `budgets` are those that match the pod. The caller has found the pod and checked names and preconditions. */
export function decideEviction(request: EvictionRequest): EvictionDecision {
  const { pod, budgets } = request
  if (ignoresBudgets(pod)) return { type: 'delete' }
  if (budgets.length > 1) return { type: 'unsupported', message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.' }
  const [budget] = budgets
  if (budget === undefined) return { type: 'delete' }
  if (!isReady(pod) && mayEvictUnready(budget)) return { type: 'delete', unspent: budget.metadata.name ?? '' }
  return spendBudget(budget, request)
}

interface EvictionRequest {
  readonly pod: PodObject
  readonly budgets: readonly Budget[]
  readonly nowMs: number
  readonly profile: Pick<VersionProfile, 'budgetRefusalsSayWhy'>
}

/** Ended pods, pods that never started and pods already on the way out disrupt nothing more. */
function ignoresBudgets(pod: PodObject): boolean {
  return isTerminal(pod) || pod.status?.phase === 'Pending' || isTerminating(pod)
}

/** By default an unready pod may go only while the rest keeps the budget. */
function mayEvictUnready(budget: Budget): boolean {
  const policy = (budget.spec as { unhealthyPodEvictionPolicy?: string } | undefined)?.unhealthyPodEvictionPolicy
  if (policy === 'AlwaysAllow') return true
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {}
  return currentHealthy >= desiredHealthy && desiredHealthy > 0
}

function spendBudget(budget: Budget, { pod, nowMs, profile }: EvictionRequest): EvictionDecision {
  const status: BudgetStatus = budget.status ?? { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, disruptionsAllowed: 0 }
  const name = budget.metadata.name ?? ''
  if ((status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0)) return busyBudget(name)
  const refuse = (why: string): EvictionDecision => ({ type: 'forbidden', budget: name, why })
  if (status.disruptionsAllowed < 0) return refuse('pdb disruptions allowed is negative')
  if (Object.keys(status.disruptedPods ?? {}).length > DISRUPTED_PODS_MAX) {
    return refuse('DisruptedPods map too big - too many evictions not confirmed by PDB controller')
  }
  if (status.disruptionsAllowed === 0) return { type: 'blocked', message: BLOCKED, cause: profile.budgetRefusalsSayWhy ? whyNothingIsAllowed(name, status) : shortOfHealthy(name, status) }
  const left: BudgetStatus = {
    ...status,
    disruptionsAllowed: status.disruptionsAllowed - 1,
    disruptedPods: { ...status.disruptedPods, [pod.metadata.name ?? '']: toKubeTime(nowMs) },
  }
  return { type: 'delete', spend: { budget, status: left.disruptionsAllowed === 0 ? withAllowedCondition(left, nowMs) : left } }
}

/** The budget has not caught up with its own spec, or the pod changed under a decision made without spending. */
export function busyBudget(name: string): BlockedEviction {
  return { type: 'blocked', message: BLOCKED, cause: `The disruption budget ${name} is still being processed by the server.`, retryAfterSeconds: RETRY_AFTER_SECONDS }
}

function whyNothingIsAllowed(name: string, status: BudgetStatus): string {
  const condition = allowedCondition(status)
  const isRefused = condition?.status === 'False' && (condition.message ?? '') !== ''
  if (isRefused && condition.reason === 'SyncFailed') {
    return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${condition.message}`
  }
  if (status.currentHealthy <= status.desiredHealthy) return shortOfHealthy(name, status)
  if (isRefused) return `The disruption budget ${name} does not allow evicting pods currently (${condition.reason}): ${condition.message}`
  return `The disruption budget ${name} does not allow evicting pods currently`
}

function shortOfHealthy(name: string, { desiredHealthy, currentHealthy }: BudgetStatus): string {
  return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
}

/** The condition an evicted pod carries to its end. */
export const EVICTION_CONDITION: Pick<PodCondition, 'type' | 'status'> & { readonly reason: string; readonly message: string } = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
}
