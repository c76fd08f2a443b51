/**
 * Pods that end as soon as they are made, while their owner makes the next one at once: a node that refuses what its
 * owner pins to it. Neither of the two backs off upstream either, so a simulation would play it for ever.
 */

import { parseTimeMs } from '../kernel/clock.ts'
import { controllerOf, groupKind } from '../model/kube-object.ts'
import { isPod, isTerminal } from '../model/kube/workload.ts'
import type { Change } from './store.ts'

export interface Storm {
  /** `apps/ReplicaSet` */
  readonly ownerKind: string
  /** `namespace/name` */
  readonly ownerKey: string
}

export interface Stillbirths {
  /** The owner whose pods have ended too often by now; undefined for all others. */
  saw(change: Change, nowMs: number): Storm | undefined
  fork(): Stillbirths
}

/** Ended this soon after it was made. */
const LIFE_MAX_MS = 10_000
const WINDOW_MS = 60_000
/** Many times what the largest legitimate burst (a Job's back-off limit) makes. */
const STORM_PODS = 200

interface Count {
  readonly sinceMs: number
  readonly pods: number
}

export function createStillbirths(known: ReadonlyMap<string, Count> = new Map()): Stillbirths {
  const counts = new Map(known)
  return {
    saw(change, nowMs) {
      const owner = ownerOfStillborn(change, nowMs)
      if (owner === undefined) return undefined
      const before = counts.get(owner.uid)
      const count = before === undefined || nowMs - before.sinceMs > WINDOW_MS ? { sinceMs: nowMs, pods: 1 } : { sinceMs: before.sinceMs, pods: before.pods + 1 }
      counts.set(owner.uid, count)
      return count.pods > STORM_PODS ? owner : undefined
    },
    fork: () => createStillbirths(counts),
  }
}

function ownerOfStillborn({ before, after }: Change, nowMs: number): (Storm & { readonly uid: string }) | undefined {
  if (before === undefined || after === undefined || !isPod(before) || !isPod(after) || isTerminal(before) || after.status?.phase !== 'Failed') return undefined
  const owner = controllerOf(after)
  const madeMs = parseTimeMs(after.metadata.creationTimestamp) ?? 0
  if (owner === undefined || nowMs - madeMs > LIFE_MAX_MS) return undefined
  return { uid: owner.uid, ownerKind: groupKind(owner.apiVersion, owner.kind), ownerKey: `${after.metadata.namespace ?? ''}/${owner.name}` }
}
