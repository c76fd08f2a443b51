/** How long an image takes until it is ready, from pods that became ready after their containers' present start. */

import type { Probe } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { conditionOf, isReady } from '../../model/kube/workload.ts'
import type { Inference } from './inference.ts'
import { median } from './median.ts'
import type { Sight } from './observation.ts'

/** Longer differences come from something else than the start of a process. */
const PLAUSIBLE_SECONDS_MAX = 900

interface Start {
  readonly image: string
  readonly probe: Probe
  readonly seconds: number
}

function startsIn(sight: Sight): Start[] {
  return sight.observations.flatMap(({ pod, container, status }) => {
    if (!isReady(pod) || status === undefined || container.readinessProbe === undefined) return []
    const readyMs = parseTimeMs(conditionOf(pod, 'Ready')?.lastTransitionTime as string | undefined)
    const startMs = parseTimeMs(status.state?.running?.startedAt as string | undefined)
    if (readyMs === undefined || startMs === undefined) return []
    const seconds = (readyMs - startMs) / 1000
    return seconds < 0 || seconds > PLAUSIBLE_SECONDS_MAX ? [] : [{ image: container.image ?? '', probe: container.readinessProbe, seconds }]
  })
}

export function startDurations(sight: Sight): Inference[] {
  const seconds = new Map<string, number[]>()
  for (const { image, probe, seconds: took } of startsIn(sight)) seconds.set(image, [...(seconds.get(image) ?? []), sinceStartSeconds(took, probe)])
  return [...seconds].flatMap(([image, values]) => {
    const value = median(values) ?? 1
    return value <= 1 ? [] : [{ image, change: { startSeconds: value }, assumption: `Image ${image} takes about ${Math.round(value)} s to start, the median of ${values.length} running ${values.length === 1 ? 'pod' : 'pods'}.` }]
  })
}

/** Worked out when the first pod is met that is not ready: in most clusters none is. */
const longest = new WeakMap<Sight, ReadonlyMap<string, number>>()

/** The longest that a pod of this image, which is ready, took until it was; 0 where there is none. */
export function longestStartMs(sight: Sight, image: string): number {
  const known = longest.get(sight) ?? longestByImage(sight)
  longest.set(sight, known)
  return known.get(image) ?? 0
}

function longestByImage(sight: Sight): ReadonlyMap<string, number> {
  const byImage = new Map<string, number>()
  for (const { image, seconds } of startsIn(sight)) byImage.set(image, Math.max(byImage.get(image) ?? 0, seconds * 1000))
  return byImage
}

/** Ready at some time in the period before the answer; of whom the first question found ready nobody knows since when. */
function sinceStartSeconds(took: number, { periodSeconds = 10, initialDelaySeconds = 0 }: Probe): number {
  // A start is seen up to a second late, and times are cut to seconds.
  const firstAsked = 1 + Math.ceil(Math.max(0, initialDelaySeconds - 1) / periodSeconds) * periodSeconds
  return took <= firstAsked + 1 ? 1 : Math.max(1, took - periodSeconds / 2)
}
