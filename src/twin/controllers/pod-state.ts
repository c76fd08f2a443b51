/** How controllers look at pods: active, ready, available (`pkg/api/v1/pod`, `pkg/controller/controller_utils.go`). */

import { parseTimeMs } from '../../kernel/clock.ts'
import { isPod, isReady, isTerminal, isTerminating, conditionOf, type PodObject } from '../../model/kube/workload.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { StoreReader } from '../store.ts'

/** Counts towards the replicas of its controller. */
export function isActive(pod: PodObject): boolean {
  return !isTerminal(pod) && !isTerminating(pod)
}

export function readySinceMs(pod: PodObject): number | undefined {
  if (!isReady(pod)) return undefined
  return parseTimeMs(conditionOf(pod, 'Ready')?.lastTransitionTime as string | undefined) ?? 0
}

/** When the pod is, or will be, ready for `minReadySeconds`; undefined while it is not ready. */
export function availableAtMs(pod: PodObject, minReadySeconds: number): number | undefined {
  const sinceMs = readySinceMs(pod)
  return sinceMs === undefined ? undefined : sinceMs + minReadySeconds * 1000
}

export function isAvailable(pod: PodObject, minReadySeconds: number, nowMs: number): boolean {
  const atMs = availableAtMs(pod, minReadySeconds)
  return atMs !== undefined && atMs <= nowMs
}

export function podsOwnedBy(store: StoreReader, owner: KubeObject): PodObject[] {
  return store.ownedBy(owner.metadata.uid ?? '').filter(isPod)
}

/** How long until the next ready pod becomes available; undefined when time alone changes nothing. */
export function untilNextAvailableMs(pods: readonly PodObject[], minReadySeconds: number, nowMs: number): number | undefined {
  const waits = pods.flatMap((pod) => {
    const atMs = availableAtMs(pod, minReadySeconds)
    return atMs === undefined || atMs <= nowMs ? [] : [atMs - nowMs]
  })
  return waits.length === 0 ? undefined : Math.min(...waits)
}
