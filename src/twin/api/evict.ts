/**
 * The eviction subresource: the decision of `eviction.ts`, and the writes that follow from it
 * (`pkg/registry/core/pod/storage/eviction.go`).
 */

import { toKubeTime } from '../../kernel/clock.ts'
import type { KubeObject, ObjectRef } from '../../model/kube-object.ts'
import { isPod, type PodObject } from '../../model/kube/workload.ts'
import type { EvictionResult } from '../../ports/cluster.ts'
import { budgetsOf } from '../disruption-budget.ts'
import { admitByPolicies } from '../policies/admit.ts'
import { decideEviction, EVICTION_CONDITION } from '../eviction.ts'
import type { ApiEnvironment } from './environment.ts'
import { removeObject } from './remove.ts'
import { statusError } from './status-error.ts'
import { updateStatus } from './update.ts'

export interface EvictOptions {
  readonly uid?: string
  readonly gracePeriodSeconds?: number
  readonly dryRun?: boolean
}

/** Throws 403 or 500 where waiting cannot help. A refusal by a budget is an answer, not a fault; mostly it gives no hint when to ask again (0). */
export function evictPod(environment: ApiEnvironment, ref: ObjectRef, options: EvictOptions = {}): EvictionResult {
  const pod = environment.store.get({ ...ref, apiVersion: 'v1', kind: 'Pod' })
  if (pod === undefined || !isPod(pod)) return { type: 'gone' }
  if (options.uid !== undefined && options.uid !== pod.metadata.uid) return { type: 'gone' }
  askPolicies(environment, ref, options)
  const decision = decideEviction({ pod, budgets: budgetsOf(pod, environment.store), nowMs: environment.nowMs() })
  if (decision.type === 'refused') throw statusError(decision.code === 403 ? 'Forbidden' : '', decision.message)
  if (decision.type === 'blocked') {
    const { message, cause, retryAfterSeconds } = decision
    return { type: 'blocked', message: `${message} ${cause}`, retryAfterMs: (retryAfterSeconds ?? 0) * 1000 }
  }
  if (options.dryRun === true) return { type: 'evicted' }
  // Reading, deciding and writing are one instant here, so `onlyIfUnchanged` always holds.
  if (decision.spend !== undefined) updateStatus(environment, decision.spend.budget, decision.spend.status)
  deleteEvicted(environment, pod, options.gracePeriodSeconds)
  return { type: 'evicted' }
}

/** What they see is the Eviction, sent to the pod. */
function askPolicies(environment: ApiEnvironment, { name, namespace = '' }: ObjectRef, { dryRun = false }: EvictOptions): void {
  const resource = environment.resources.demand('v1', 'Pod')
  admitByPolicies(environment, { operation: 'CREATE', resource, subresource: 'eviction', dryRun, object: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } } })
}

/** The condition is what lets a Job tell an eviction from a failure of its own. */
function deleteEvicted(environment: ApiEnvironment, pod: PodObject, gracePeriodSeconds: number | undefined): void {
  const condition = { ...EVICTION_CONDITION, lastTransitionTime: toKubeTime(environment.nowMs()) }
  const conditions = [...(pod.status?.conditions ?? []).filter(({ type }) => type !== condition.type), condition]
  const marked: KubeObject = pod.metadata.deletionTimestamp === undefined ? updateStatus(environment, pod, { ...pod.status, conditions }) : pod
  removeObject(environment, { apiVersion: 'v1', kind: 'Pod', name: marked.metadata.name ?? '', namespace: marked.metadata.namespace ?? '' }, gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds })
}
