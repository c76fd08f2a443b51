/** How long an image takes until it is ready, from pods that became ready after their containers' present start. */

import type { Probe } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { conditionOf, isReady } from '../../model/kube/workload.ts'
import type { Inference } from './inference.ts'
import { median } from './median.ts'
import type { Sight } from './observation.ts'

/** Longer differences come from something else than the start of a process. */
const PLAUSIBLE_SECONDS_MAX = 900

export function startDurations(sight: Sight): Inference[] {
  const seconds = new Map<string, number[]>()
  for (const { pod, container, status } of sight.observations) {
    if (!isReady(pod) || status === undefined || container.readinessProbe === undefined) continue
    const readyMs = parseTimeMs(conditionOf(pod, 'Ready')?.lastTransitionTime as string | undefined)
    const startMs = parseTimeMs(status.state?.running?.startedAt as string | undefined)
    if (readyMs === undefined || startMs === undefined) continue
    const took = (readyMs - startMs) / 1000
    if (took < 0 || took > PLAUSIBLE_SECONDS_MAX) continue
    const own = sinceStartSeconds(took, container.readinessProbe)
    const image = container.image ?? ''
    seconds.set(image, [...(seconds.get(image) ?? []), own])
  }
  return [...seconds].flatMap(([image, values]) => {
    const value = median(values) ?? 1
    return value <= 1 ? [] : [{ image, change: { startSeconds: value }, assumption: `Image ${image} takes about ${Math.round(value)} s to start, the median of ${values.length} running ${values.length === 1 ? 'pod' : 'pods'}.` }]
  })
}

/** Ready at some time in the period before the answer; of whom the first question found ready nobody knows since when. */
function sinceStartSeconds(took: number, { periodSeconds = 10, initialDelaySeconds = 0 }: Probe): number {
  // A start is seen up to a second late, and times are cut to seconds.
  const firstAsked = 1 + Math.ceil(Math.max(0, initialDelaySeconds - 1) / periodSeconds) * periodSeconds
  return took <= firstAsked + 1 ? 1 : Math.max(1, took - periodSeconds / 2)
}
