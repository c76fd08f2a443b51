/** A critical pod that waits until those have ended that make room for it: its kubelet ends one, waits until it is over, and then the next. */

import type { PodObject } from '../../model/kube/workload.ts'
import type { Context } from '../controller.ts'
import type { PodRuntime } from './runtime.ts'
import type { KubeletState } from './state.ts'

const MESSAGE = 'Preempted in order to admit critical pod'
const DISRUPTION = 'Pod was preempted by Kubelet to accommodate a critical pod.'
/** How often it is looked whether one is over. */
const LOOK_MS = 500

/** True while somebody still has to go. */
export function isMakingRoom(context: Context<KubeletState>, pod: PodObject, { makesRoom = [] }: PodRuntime): boolean {
  const next = makesRoom.map((uid) => context.state.pods.get(uid)).find((victim) => victim !== undefined && !isOver(victim))
  if (next === undefined || pod.metadata.deletionTimestamp !== undefined) return false
  if (next.doomed === undefined && !next.terminating) end(context, next)
  context.wakeAfter(`pod|${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`, LOOK_MS)
  return true
}

function isOver({ doomed, finished, rejected }: PodRuntime): boolean {
  return doomed?.isOver === true || finished || rejected !== undefined
}

function end(context: Context<KubeletState>, victim: PodRuntime): void {
  const pod = context.store.get({ apiVersion: 'v1', kind: 'Pod', namespace: victim.namespace, name: victim.name }) as PodObject | undefined
  if (pod === undefined || pod.metadata.uid !== victim.uid) return
  context.recordEvent(pod, { type: 'Warning', reason: 'Preempting', message: MESSAGE })
  const graceMs = (pod.spec?.terminationGracePeriodSeconds ?? context.profile.defaultTerminationGraceSeconds) * 1000
  context.state.pods.set(victim.uid, { ...victim, doomed: { reason: 'Preempting', message: MESSAGE, disruption: DISRUPTION, deadlineMs: context.nowMs() + graceMs, isOver: false } })
  context.wakeAfter(`pod|${victim.namespace}/${victim.name}`, 1)
}
