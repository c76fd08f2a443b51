/**
 * How long tasks take: containers that end by themselves, such as those of Jobs and init containers. From the ends that were seen; where
 * none was, a new one is assumed to take as long as the longest that still runs has taken so far. Told by image and name of the
 * container, since one image often serves for several tasks.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { restartPolicyOf } from '../kubelet/restart-policy.ts'
import type { Inference } from './inference.ts'
import { median } from './median.ts'
import { endedAsTold, runSeconds, type Observation, type Sight } from './observation.ts'

interface Seen {
  readonly image: string
  readonly container: string
  /** Seconds that those took which ended well. */
  readonly ended: number[]
  /** Seconds since the start of those that run. */
  readonly running: number[]
}

export function taskDurations(sight: Sight): Inference[] {
  const tasks = new Map<string, Seen>()
  for (const observation of sight.observations) {
    const { image = '', name: container } = observation.container
    const [ended, running] = [endedSeconds(observation), runningSeconds(observation, sight.nowMs)]
    if ((ended === undefined && running === undefined) || !isTask(observation)) continue
    const key = `${image}|${container}`
    const seen = tasks.get(key) ?? { image, container, ended: [], running: [] }
    tasks.set(key, seen)
    if (ended !== undefined) seen.ended.push(ended)
    if (running !== undefined) seen.running.push(running)
  }
  return [...tasks.values()].flatMap(inferenceFor)
}

/** Started again after it ended well, it is none. */
function isTask({ pod, container }: Observation): boolean {
  return restartPolicyOf(pod, container, { containerRestartRules: true }) !== 'Always'
}

function endedSeconds(observation: Observation): number | undefined {
  const end = observation.status?.state?.terminated
  return end === undefined || end.exitCode !== 0 || endedAsTold(observation, end) ? undefined : runSeconds(end)
}

function runningSeconds({ status }: Observation, nowMs: number): number | undefined {
  const startMs = parseTimeMs(status?.state?.running?.startedAt as string | undefined)
  return startMs === undefined ? undefined : Math.max(0, (nowMs - startMs) / 1_000)
}

/** No sentence for what is as fast as what nobody saw is assumed to be. */
const ASSUMED_SECONDS = 2

function inferenceFor({ image, container, ended, running }: Seen): Inference[] {
  const usual = median(ended)
  const seconds = usual ?? Math.max(...running)
  if (seconds <= ASSUMED_SECONDS) return []
  const name = `Container ${container} of image ${image}`
  const assumption = usual === undefined
    ? `${name} has run for ${Math.round(seconds)} s and has not ended: another one is assumed to take as long and to end well.`
    : `${name} takes about ${Math.round(seconds)} s to end by itself, the median of ${ended.length} ${ended.length === 1 ? 'end' : 'ends'} seen.`
  return [{ image, change: { tasks: [{ container, seconds }] }, assumption }]
}
