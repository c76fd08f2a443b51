/**
 * Acts on a found preemption: victims are told why and deleted gracefully, budgets are not asked.
 */

import { isFault } from '../../kernel/fault.ts'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import { isPod, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { Context } from '../controller.ts'
import type { PodInfo } from './pod-info.ts'
import { withCondition } from './pod-status.ts'
import type { SchedulerState } from './scheduler-state.ts'

type SchedulerContext = Context<SchedulerState>

/** Deletes the victims, and takes the node back from lesser pods that it was promised to. */
export function preempt(options: { readonly preemptor: PodInfo; readonly nodeName: string; readonly victims: readonly PodInfo[] }, context: SchedulerContext): void {
  const { preemptor, nodeName, victims } = options
  for (const victim of victims) removeVictim(victim, { preemptor, nodeName }, context)
  for (const [key, nomination] of Array.from(context.state.nominations.entries())) {
    if (nomination.nodeName !== nodeName || nomination.pod.priority >= preemptor.priority) continue
    const pod = context.store.byKey(`/Pod|${key.replace('/', '|')}`)
    if (pod !== undefined && isPod(pod)) context.api.updateStatus(pod, withoutNomination(pod.status))
    context.state.queue.wake((queued) => queued.key === key)
  }
}

function removeVictim(victim: PodInfo, by: { readonly preemptor: PodInfo; readonly nodeName: string }, context: SchedulerContext): void {
  const pod = context.store.byKey(`/Pod|${victim.namespace}|${victim.name}`)
  if (pod === undefined || !isPod(pod) || isTerminating(pod)) return
  const message = 'default-scheduler: preempting to accommodate a higher priority pod'
  context.api.updateStatus(pod, withCondition(pod.status, { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message }, context.nowMs()))
  removeIfThere(pod, context)
  context.recordEvent(pod, { type: 'Normal', reason: 'Preempted', message: `Preempted by pod ${by.preemptor.uid} on node ${by.nodeName}` })
}

function removeIfThere(pod: KubeObject, context: SchedulerContext): void {
  try {
    context.api.remove(refOf(pod))
  } catch (error) {
    if (!isFault(error) || error.code !== 'not-found') throw error
  }
}

export function withoutNomination(status: PodObject['status']): NonNullable<PodObject['status']> {
  const { nominatedNodeName: _, ...rest } = status ?? {}
  return rest
}
