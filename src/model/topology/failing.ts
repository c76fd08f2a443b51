/**
 * The needs of a unit that are not met now. Trouble travels along these edges only: a called Service that still has a
 * ready pod behind it explains no crash, however ill the rest of its pods may be.
 */

import type { ContainerStatus } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import type { KubeObject } from '../kube-object.ts'
import { conditionOf, containerStatusesOf, isReady, type PodObject } from '../kube/workload.ts'
import { perView } from '../per-view.ts'
import type { View } from '../view.ts'
import { keyOf, livePodsOf } from './ownership.ts'
import { isServed, podsBehind, type ServiceObject } from './services.ts'
import { needsOf } from './upstream.ts'

/** A call chain longer than this is no longer evidence. */
const DISTANCE_MAX = 6

const known = perView(() => new WeakMap<KubeObject, ReadonlyMap<string, number>>())

/** Everything unmet that the unit needs, directly or through others, with the number of steps to it. */
export function unmetNeedsOf(view: View, unit: KubeObject): ReadonlyMap<string, number> {
  const walked = known(view).get(unit) ?? walkUnmet(view, unit)
  known(view).set(unit, walked)
  return walked
}

function walkUnmet(view: View, unit: KubeObject): ReadonlyMap<string, number> {
  const distances = new Map<string, number>()
  const seen = new Set([keyOf(unit)])
  let frontier: readonly KubeObject[] = [unit]
  for (let distance = 1; distance <= DISTANCE_MAX && frontier.length > 0; distance += 1) {
    const unmet = frontier.flatMap((object) => needsOf(view, object)).filter((need) => !seen.has(keyOf(need)) && isUnmet(view, need))
    for (const need of unmet) {
      seen.add(keyOf(need))
      distances.set(keyOf(need), distance)
    }
    frontier = unmet
  }
  return distances
}

/** Ready for the moment between two crashes is no help to a caller. */
const STANDS_AGAIN_MS = 10 * 60_000

function fallsAgain(view: View, pods: readonly PodObject[]): boolean {
  const ready = pods.filter(isReady)
  return ready.length > 0 && ready.every((pod) => containerStatusesOf(pod).some((status) => endedLately(view, status)))
}

function endedLately(view: View, { restartCount, lastState }: ContainerStatus): boolean {
  const endedMs = parseTimeMs(lastState?.terminated?.finishedAt)
  return restartCount > 1 && endedMs !== undefined && view.nowMs - endedMs < STANDS_AGAIN_MS
}

function isUnmet(view: View, need: KubeObject): boolean {
  switch (need.kind) {
    case 'Service':
      return !isServed(view, need as ServiceObject) || fallsAgain(view, podsBehind(view, need as ServiceObject))
    case 'Node':
      return conditionOf(need, 'Ready')?.status !== 'True'
    case 'PersistentVolumeClaim':
      return (need['status'] as { phase?: string } | undefined)?.phase !== 'Bound'
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
      return !livePodsOf(view, need).some(isReady) || fallsAgain(view, livePodsOf(view, need))
    default:
      return true
  }
}
