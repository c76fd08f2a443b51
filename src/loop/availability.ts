/**
 * Watches a twin while a plan plays, and keeps the worst moment of each workload: how few replicas were available,
 * and for how long it stood below what it wants. Only what the plan made worse counts; a workload that was down
 * before and came back is not the plan's harm.
 */

import { groupKind, subjectOf, subjectText, type KubeObject } from '../model/kube-object.ts'
import type { Worst } from '../model/rehearsal.ts'
import { COUNTED_KINDS, replicaCounts } from './replica-counts.ts'

interface Track {
  readonly startAvailable: number
  readonly startDesired: number
  readonly subject: Worst['workload']
  desired: number
  availableMin: number
  belowSinceMs: number | undefined
  belowMs: number
}

export interface AvailabilityWatch {
  /** Tells of an object as it is now. */
  saw(object: KubeObject, nowMs: number): void
  /** The worst moments so far, workloads that dipped only. */
  worst(nowMs: number): readonly Worst[]
}

export function watchAvailability(objects: Iterable<KubeObject>, startMs: number): AvailabilityWatch {
  const tracks = new Map<string, Track>()
  const saw = (object: KubeObject, nowMs: number): void => {
    if (!COUNTED_KINDS.has(groupKind(object.apiVersion, object.kind))) return
    const key = subjectText(subjectOf(object))
    const track = tracks.get(key)
    if (track === undefined) tracks.set(key, startTrack(object, nowMs))
    else update(track, object, nowMs)
  }
  for (const object of objects) saw(object, startMs)
  return { saw, worst: (nowMs) => [...tracks.values()].flatMap((track) => worstOf(track, nowMs)) }
}

function startTrack(object: KubeObject, nowMs: number): Track {
  const { available, desired } = replicaCounts(object)
  return { subject: subjectOf(object), startAvailable: available, startDesired: desired, desired, availableMin: available, belowSinceMs: available < desired ? nowMs : undefined, belowMs: 0 }
}

function update(track: Track, object: KubeObject, nowMs: number): void {
  const { available, desired: desiredNow } = replicaCounts(object)
  // A plan that asks for more replicas than there were does no harm while the extra ones are on their way.
  const desired = Math.min(desiredNow, track.startDesired)
  track.desired = desired
  track.availableMin = Math.min(track.availableMin, available)
  if (available < desired && track.belowSinceMs === undefined) track.belowSinceMs = nowMs
  if (available >= desired && track.belowSinceMs !== undefined) {
    track.belowMs = Math.max(track.belowMs, nowMs - track.belowSinceMs)
    track.belowSinceMs = undefined
  }
}

function worstOf(track: Track, nowMs: number): Worst[] {
  const { subject, startAvailable, desired, availableMin } = track
  if (availableMin >= Math.min(startAvailable, desired)) return []
  const belowDesiredMs = Math.max(track.belowMs, track.belowSinceMs === undefined ? 0 : nowMs - track.belowSinceMs)
  return [{ workload: subject, availableMin, desired, belowDesiredMs }]
}

/** The worst of several runs, workload by workload. */
export function mergeWorst(runs: readonly (readonly Worst[])[]): readonly Worst[] {
  const merged = new Map<string, Worst>()
  for (const worst of runs.flat()) {
    const key = subjectText(worst.workload)
    const other = merged.get(key)
    merged.set(key, other === undefined ? worst : {
      ...worst,
      availableMin: Math.min(worst.availableMin, other.availableMin),
      belowDesiredMs: Math.max(worst.belowDesiredMs, other.belowDesiredMs),
    })
  }
  return [...merged.values()].sort((left, right) => (subjectText(left.workload) < subjectText(right.workload) ? -1 : 1))
}
