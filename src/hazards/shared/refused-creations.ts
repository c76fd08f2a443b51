/** Controllers whose pods the API server refuses, and the words of the refusal. */

import { parseTimeMs } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import { perView } from '../../model/per-view.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import type { EventView, View } from '../../model/view.ts'

export interface RefusedCreation {
  readonly controller: KubeObject
  readonly message: string
  readonly event: EventView | undefined
  readonly sinceMs: number | undefined
}

/** An event this old says nothing about now, unless a condition still does. */
const RECENT_MS = 60 * 60_000

export const refusedCreations = perView((view): readonly RefusedCreation[] => {
  const told = view.events.filter((event) => event.reason === 'FailedCreate' && event.type === 'Warning' && view.nowMs - (event.lastMs ?? view.nowMs) < RECENT_MS).flatMap((event) => {
    const controller = objectOf(view, event.regarding)
    return controller === undefined || isComplete(controller) ? [] : [{ controller, message: event.message, event, sinceMs: event.firstMs }]
  })
  return [...told, ...stated(view)]
})

function stated(view: View): RefusedCreation[] {
  return [...view.list('apps', 'ReplicaSet'), ...view.list('apps', 'Deployment')].flatMap((controller) => {
    const failure = conditionOf(controller, 'ReplicaFailure')
    if (failure?.status !== 'True' || isComplete(controller)) return []
    return [{ controller, message: failure.message ?? '', event: undefined, sinceMs: parseTimeMs(failure.lastTransitionTime) }]
  })
}

/** It has all the pods it wants: whatever refused it once no longer does. */
function isComplete(controller: KubeObject): boolean {
  const wanted = (controller['spec'] as { replicas?: number } | undefined)?.replicas
  const status = controller['status'] as { readyReplicas?: number; updatedReplicas?: number; replicas?: number } | undefined
  if (wanted === undefined || status === undefined) return false
  // A count of zero is not stored.
  const ready = status.readyReplicas ?? 0
  const updated = controller.kind === 'Deployment' ? (status.updatedReplicas ?? 0) : (status.updatedReplicas ?? ready)
  return ready >= wanted && updated >= wanted
}
