/**
 * A process that ended before its readiness probe ever held did not serve in that time. Without this, a container that crashes after some
 * seconds would be ready for a moment at each start, and a roll-out of it would be seen to succeed.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import type { Inference } from './inference.ts'
import { isProbeKill, nameOf, recentEnd, runSeconds, type Observation, type Sight } from './observation.ts'

export function neverReady(sight: Sight): Inference[] {
  const longest = new Map<string, { readonly observation: Observation; readonly ran: number }>()
  for (const observation of sight.observations) {
    const ran = unreadySeconds(observation, sight.nowMs)
    const image = observation.container.image ?? ''
    if (ran !== undefined && ran > (longest.get(image)?.ran ?? -1)) longest.set(image, { observation, ran })
  }
  return [...longest].map(([image, { observation, ran }]) => ({
    image,
    change: { startSeconds: ran + 1 },
    assumption: `${nameOf(observation)} was not ready in the ${Math.round(ran)} s that it ran: image ${image} is assumed to need longer to start, where no pod of it was seen to.`,
  }))
}

/** How long its last run took, where the pod was not ready at any time of it. */
function unreadySeconds(observation: Observation, nowMs: number): number | undefined {
  const { pod, container } = observation
  const end = recentEnd(observation, nowMs)
  if (container.readinessProbe === undefined || end === undefined || isProbeKill(observation)) return undefined
  const ready = conditionOf(pod, 'Ready') as { readonly status?: string; readonly lastTransitionTime?: string } | undefined
  const sinceMs = parseTimeMs(ready?.lastTransitionTime)
  const startedMs = parseTimeMs(end.startedAt as string | undefined)
  const wasUnready = ready?.status === 'False' && sinceMs !== undefined && startedMs !== undefined && sinceMs <= startedMs
  return wasUnready ? runSeconds(end) : undefined
}
