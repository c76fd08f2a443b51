/**
 * Have the pods of an owner run undisturbed for a while? Told from one look, by the times the kubelet wrote: every
 * container has been running since before the window, and nothing ended or failed inside it. No state is kept between
 * looks, so a verification that is run again after a crash needs no history.
 */

import { parseTimeMs } from '../kernel/clock.ts'
import { subjectOf, subjectText, type KubeObject } from '../model/kube-object.ts'
import { containerStatusesOf, isTerminating, replicasOf, type PodObject } from '../model/kube/workload.ts'
import type { View } from '../model/view.ts'
import type { Availability } from './workload-available.ts'

type Status = ReturnType<typeof containerStatusesOf>[number]

export function stabilityOf(owner: KubeObject, view: View, forMs: number): Availability {
  const sinceMs = view.nowMs - forMs
  const pods = view.podsOf(owner).filter((pod) => !isTerminating(pod))
  const current = pods.filter((pod) => !endedBefore(pod, sinceMs))
  if (current.length === 0 && pods.length === 0 && wantsPods(owner)) return { held: false, detail: 'it has no pods' }
  for (const pod of current) {
    const disturbance = disturbanceOf(pod, sinceMs)
    if (disturbance !== undefined) return { held: false, detail: `${subjectText(subjectOf(pod))} ${disturbance}` }
  }
  return { held: true, detail: `${current.length} pods ran undisturbed for ${forMs / 1000} s` }
}

/** A failure from before the window is history: evicted pods stay listed until they are collected. */
function endedBefore(pod: PodObject, sinceMs: number): boolean {
  if (pod.status?.phase === 'Succeeded') return true
  return pod.status?.phase === 'Failed' && endOf(pod) < sinceMs
}

function endOf(pod: PodObject): number {
  const ends = containerStatusesOf(pod).map((status) => parseTimeMs(status.state?.terminated?.finishedAt))
  const changes = pod.status?.conditions?.map((condition) => parseTimeMs(condition.lastTransitionTime)) ?? []
  const known = [...ends, ...changes, parseTimeMs(pod.status?.startTime), parseTimeMs(pod.metadata.creationTimestamp)].filter((timeMs) => timeMs !== undefined)
  return known.length === 0 ? Number.NEGATIVE_INFINITY : Math.max(...known)
}

function disturbanceOf(pod: PodObject, sinceMs: number): string | undefined {
  if (pod.status?.phase === 'Failed') return `failed${pod.status.reason === undefined ? '' : ` (${pod.status.reason})`}`
  const statuses = pod.status?.containerStatuses ?? []
  if (statuses.length === 0) return 'has not started'
  for (const status of statuses) {
    const disturbance = disturbanceOfContainer(status, sinceMs)
    if (disturbance !== undefined) return `: container ${status.name} ${disturbance}`
  }
  return undefined
}

function disturbanceOfContainer({ state, lastState }: Status, sinceMs: number): string | undefined {
  if (state?.waiting !== undefined) return `waits${state.waiting.reason === undefined ? '' : ` (${state.waiting.reason})`}`
  if (state?.terminated !== undefined) return state.terminated.exitCode === 0 ? undefined : `ended with ${state.terminated.exitCode}`
  if (state?.running === undefined) return 'has not started'
  const startedMs = parseTimeMs(state.running.startedAt)
  if (startedMs !== undefined && startedMs > sinceMs) return 'started less than that ago'
  const endedMs = parseTimeMs(lastState?.terminated?.finishedAt)
  return endedMs !== undefined && endedMs > sinceMs ? 'was restarted' : undefined
}

function wantsPods(owner: KubeObject): boolean {
  if (owner.kind === 'Job' || owner.kind === 'CronJob') return false
  if (owner.kind === 'DaemonSet') return ((owner['status'] as { desiredNumberScheduled?: number } | undefined)?.desiredNumberScheduled ?? 0) > 0
  return replicasOf(owner) > 0
}
