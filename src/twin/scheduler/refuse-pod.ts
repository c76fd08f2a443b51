/**
 * A pod that fits nowhere: parked until something may help, told why in condition and event, and given room by
 * preemption where it ranks high enough.
 */

import { jsonEqual } from '../../kernel/json.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { Diagnosis } from './cycle.ts'
import { unschedulableMessage } from './message.ts'
import type { PodInfo } from './pod-info.ts'
import { withCondition } from './pod-status.ts'
import { preempt, withoutNomination } from './preempt.ts'
import { findPreemption } from './preemption.ts'
import type { QueuedPod } from './queue.ts'
import { backoffOf, nomineesFor, type SchedulerContext } from './scheduler-state.ts'

/** Parks first: what preemption removes at once must find the pod waiting. */
export function refuse(refusal: Refused, context: SchedulerContext): void {
  const { queued, pod, diagnosis } = refusal
  context.state.queue.park(queued, { rejectedBy: diagnosis.rejectedBy, nowMs: context.nowMs(), backoff: backoffOf(context) })
  if (diagnosis.nodeCount === 0) return report(pod, { message: 'no nodes available to schedule pods', status: withoutNomination(pod.status) }, context)
  if (diagnosis.preFilter?.rejection.type === 'unresolvable') return report(pod, { message: unschedulableMessage(diagnosis, UNPREPARED), status: pod.status ?? {} }, context)
  const preemption = findPreemption({
    pod: refusal.info,
    object: pod,
    diagnosis,
    cluster: { index: context.state.index, store: context.store, profile: context.profile },
    rng: context.rng,
    nowMs: context.nowMs(),
    nomineesOn: nomineesFor(refusal.info, context.state),
  })
  if (preemption.type === 'none') {
    const message = unschedulableMessage(diagnosis, `${NO_CLAIMS}, preemption: ${preemption.message}`)
    return report(pod, { message, status: preemption.keepsNomination ? (pod.status ?? {}) : withoutNomination(pod.status) }, context)
  }
  const { nodeName, victims } = preemption
  report(pod, { message: unschedulableMessage(diagnosis), status: { ...pod.status, nominatedNodeName: nodeName } }, context)
  preempt({ preemptor: refusal.info, nodeName, victims }, context)
}

/**
 * A plugin that refuses all nodes for good ends the preparation before that of dynamic resources, which then does not find
 * what it would have prepared, says so, and ends the search for victims with it (`RunPostFilterPlugins`).
 */
const UNPREPARED = 'not found'
/** What the plugin for dynamic resources adds to every other refusal of a pod without claims, since it is on by default (1.34). */
const NO_CLAIMS = 'no new claims to deallocate'

export interface Refused {
  readonly queued: QueuedPod
  readonly pod: PodObject
  readonly info: PodInfo
  readonly diagnosis: Diagnosis
}

/** The condition and the event say the same words; an unchanged status is not written. */
function report(pod: PodObject, outcome: { readonly message: string; readonly status: NonNullable<PodObject['status']> }, context: SchedulerContext): void {
  const { message } = outcome
  const status = withCondition(outcome.status, { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }, context.nowMs())
  if (!jsonEqual(status, pod.status)) context.api.updateStatus(pod, status)
  context.recordEvent(pod, { type: 'Warning', reason: 'FailedScheduling', message })
}
