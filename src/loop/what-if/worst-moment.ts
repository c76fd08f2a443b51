/**
 * The instant of a run at which most replicas are missing that were there before. A person who watches the first minutes
 * wants to know when it will be at its worst, and who suffers then.
 */

import { groupKind, subjectOf, subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import { isNode, isReady } from '../../model/kube/workload.ts'
import type { WorstMoment } from '../../model/what-if.ts'
import { COUNTED_KINDS, isDaemonSet, replicaCounts } from '../replica-counts.ts'

/** `missing`: what was there, is still wanted, and is not there. */
interface Track {
  readonly workload: Subject
  readonly startAvailable: number
  available: number
  desired: number
  missing: number
}

export interface WorstMomentWatch {
  saw(object: KubeObject, nowMs: number): void
  /** Undefined where nothing was ever missing. The earliest of equals. */
  worst(): WorstMoment | undefined
}

export function watchWorstMoment(objects: Iterable<KubeObject>, startMs: number): WorstMomentWatch {
  const tracks = new Map<string, Track>()
  const lostNodes = new Set<string>()
  let missing = 0
  let peak: { atMs: number; missing: number; workloads?: WorstMoment['workloads'] } | undefined
  // Who it was is written down when the moment is over: many workloads fall in one instant.
  const settle = (): void => {
    if (peak !== undefined) peak.workloads ??= [...tracks.values()].filter((track) => track.missing > 0).sort((left, right) => right.missing - left.missing).map(({ workload, available, desired }) => ({ workload, available, desired }))
  }
  const saw = (object: KubeObject, nowMs: number): void => {
    if (isNode(object)) return void (isReady(object) ? lostNodes.delete(object.metadata.name ?? '') : lostNodes.add(object.metadata.name ?? ''))
    if (!COUNTED_KINDS.has(groupKind(object.apiVersion, object.kind))) return
    const key = subjectText(subjectOf(object))
    const track = tracks.get(key) ?? newTrack(object)
    tracks.set(key, track)
    const now = replicaCounts(object)
    // A daemon on a node that is lost is missed by nobody who lost the node.
    const missingNow = Math.max(0, Math.min(track.startAvailable, now.desired) - now.available - (isDaemonSet(object) ? lostNodes.size : 0))
    const change = missingNow - track.missing
    if (peak !== undefined && (change < 0 || nowMs - startMs > peak.atMs)) settle()
    Object.assign(track, now, { missing: missingNow })
    missing += change
    if (missing > (peak?.missing ?? 0)) peak = { atMs: nowMs - startMs, missing }
  }
  for (const object of objects) saw(object, startMs)
  return {
    saw,
    worst() {
      settle()
      return peak === undefined ? undefined : { atMs: peak.atMs, missing: peak.missing, workloads: peak.workloads ?? [] }
    },
  }
}

function newTrack(object: KubeObject): Track {
  const { available, desired } = replicaCounts(object)
  return { workload: subjectOf(object), startAvailable: available, available, desired, missing: 0 }
}
