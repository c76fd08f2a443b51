/**
 * How long the processes of an image take to end once they are told to: from pods that are being deleted and whose
 * containers have ended, and from containers that their kubelet stopped and started again. Of a pod that is gone nothing
 * tells: a process that nobody saw end stays assumed.
 */

import type { ContainerStateTerminated } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { preStopMs } from '../kubelet/hooks.ts'
import type { Inference } from './inference.ts'
import { median } from './median.ts'
import { deletedMs, isCutOff, ROUNDING_MS, type Observation, type Sight } from './observation.ts'

/** SIGKILL: the grace period was over, or a person was in a hurry. */
const KILLED = 137
/** Kubernetes' own, of a pod that does not say. */
const DEFAULT_GRACE_SECONDS = 30
/** Longer differences come from something else than the end of a process. */
const PLAUSIBLE_SECONDS_MAX = 3_600

interface Stop {
  readonly seconds: number
  /** Its grace period was over first. */
  readonly killed: boolean
}

export function stopDurations(sight: Sight): Inference[] {
  const stops = new Map<string, Stop[]>()
  const lasting = new Map<string, number>()
  for (const observation of sight.observations) {
    const stop = stopOf(observation)
    const image = observation.container.image ?? ''
    if (stop !== undefined) stops.set(image, [...(stops.get(image) ?? []), stop])
    const seconds = endingSeconds(sight, observation)
    if (seconds !== undefined && seconds > (lasting.get(image) ?? 1)) lasting.set(image, seconds)
  }
  return [...[...stops].map(([image, seen]) => inferenceFor(image, seen)), ...[...lasting].filter(([image]) => !stops.has(image)).map(([image, seconds]) => stillEnding(image, seconds))]
}

/** Where no end was seen: one that still runs is known to need as long as it was given so far. */
function stillEnding(image: string, seconds: number): Inference {
  return { image, change: { stopSeconds: seconds }, assumption: `A process of image ${image} has not ended ${Math.round(seconds)} s after SIGTERM: others are assumed to take as long.` }
}

/** Since when it is told to end and runs on; not of one whose grace is over, which something else holds. */
function endingSeconds(sight: Sight, observation: Observation): number | undefined {
  const toldMs = deletedMs(observation)
  if (toldMs === undefined || observation.status?.state?.running === undefined || isCutOff(sight, observation)) return undefined
  const told = (sight.nowMs - toldMs) / 1_000
  return told > (observation.pod.metadata.deletionGracePeriodSeconds ?? 0) ? undefined : told - preStopMs(observation.container) / 1_000
}

function inferenceFor(image: string, seen: readonly Stop[]): Inference {
  const seconds = median(seen.map((stop) => stop.seconds)) ?? 1
  const killed = seen.filter((stop) => stop.killed).length
  const witnesses = `${seen.length} ${seen.length === 1 ? 'end' : 'ends'} seen`
  if (killed * 2 <= seen.length) return { image, change: { stopSeconds: seconds }, assumption: `Image ${image} takes about ${Math.round(seconds)} s to end after SIGTERM, the median of ${witnesses}.` }
  return { image, change: { stopSeconds: PLAUSIBLE_SECONDS_MAX }, assumption: `Image ${image} is assumed not to end after SIGTERM before it is killed at the end of its grace period, as in ${killed} of ${witnesses}.` }
}

function stopOf(observation: Observation): Stop | undefined {
  const { pod, container, status } = observation
  const ends: (readonly [toldMs: number | undefined, end: ContainerStateTerminated | undefined])[] = [[deletedMs(observation), status?.state?.terminated], [restartedMs(observation), status?.lastState?.terminated]]
  for (const [toldMs, end] of ends) {
    const endMs = parseTimeMs(end?.finishedAt as string | undefined)
    if (toldMs === undefined || endMs === undefined || end?.reason === 'OOMKilled') continue
    const took = (endMs - toldMs) / 1_000
    if (took * 1_000 < -ROUNDING_MS || took > PLAUSIBLE_SECONDS_MAX) continue
    // A hook of known length runs before the signal, and the twin plays it by itself.
    const own = took - preStopMs(container) / 1_000
    const grace = pod.metadata.deletionGracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS
    const killed = end?.exitCode === KILLED
    // Killed well before its time: told us nothing about how long it needs.
    if (killed && took * 1_000 < grace * 1_000 - ROUNDING_MS) continue
    return { seconds: Math.max(0, own), killed }
  }
  return undefined
}

/** When the kubelet last said that it stops the container, to start it again. */
function restartedMs({ container, events }: Observation): number | undefined {
  const times = events.filter(({ reason, message }) => reason === 'Killing' && new RegExp(String.raw`(?:^|\s)${escaped(container.name)}(?:\s|,|$)`).test(message)).flatMap(({ lastMs }) => lastMs ?? [])
  return times.length === 0 ? undefined : Math.max(...times)
}

function escaped(text: string): string {
  return text.replaceAll(/[^\w-]/g, String.raw`\$&`)
}
