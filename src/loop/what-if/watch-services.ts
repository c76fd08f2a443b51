/**
 * Services that had somebody to answer and lost the last one: what callers feel, whatever the workloads say of themselves.
 */

import type { EndpointSlice } from 'kubernetes-types/discovery/v1.d.ts'
import { subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import type { Change } from '../../twin/store.ts'
import type { Happening } from './happenings.ts'

const SLICE = 'discovery.k8s.io/EndpointSlice'
const SERVICE_LABEL = 'kubernetes.io/service-name'

interface Track {
  readonly subject: Subject
  readonly readyBySlice: Map<string, number>
  silentSinceMs?: number
  silentMs: number
}

export interface ServiceWatch {
  saw(change: Change, nowMs: number): readonly Happening[]
  silenced(nowMs: number): readonly { readonly service: Subject; readonly forMs: number }[]
  /** Those that are silent now, whether they are there or not. */
  silent(): readonly Subject[]
}

/** `slices`: those that there are before anything happens. */
export function watchServices(slices: Iterable<KubeObject>): ServiceWatch {
  const tracks = new Map<string, Track>()
  for (const slice of slices) trackOf(tracks, slice)?.readyBySlice.set(slice.metadata.name ?? '', readyIn(slice))
  return {
    saw(change, nowMs) {
      if (change.groupKind !== SLICE) return []
      const slice = change.after ?? change.before
      const track = slice === undefined ? undefined : trackOf(tracks, slice)
      if (slice === undefined || track === undefined) return []
      const before = total(track)
      track.readyBySlice.set(slice.metadata.name ?? '', change.after === undefined ? 0 : readyIn(slice))
      return turn(track, { before, after: total(track), nowMs })
    },
    silenced: (nowMs) =>
      [...tracks.values()].flatMap(({ subject, silentMs, silentSinceMs }) => {
        const forMs = Math.max(silentMs, silentSinceMs === undefined ? 0 : nowMs - silentSinceMs)
        return forMs === 0 ? [] : [{ service: subject, forMs }]
      }),
    silent: () => [...tracks.values()].filter(({ silentSinceMs }) => silentSinceMs !== undefined).map(({ subject }) => subject),
  }
}

function trackOf(tracks: Map<string, Track>, slice: KubeObject): Track | undefined {
  const name = slice.metadata.labels?.[SERVICE_LABEL]
  const { namespace } = slice.metadata
  if (name === undefined) return undefined
  const subject = { kind: 'Service', name, ...(namespace === undefined ? {} : { namespace }) }
  const key = subjectText(subject)
  const track = tracks.get(key) ?? { subject, readyBySlice: new Map<string, number>(), silentMs: 0 }
  tracks.set(key, track)
  return track
}

function turn(track: Track, { before, after, nowMs }: { readonly before: number; readonly after: number; readonly nowMs: number }): Happening[] {
  const name = subjectText(track.subject)
  if (before > 0 && after === 0) {
    track.silentSinceMs = nowMs
    return [{ type: 'state', key: name, what: `${name} has no ready endpoint left` }]
  }
  if (before > 0 || after === 0 || track.silentSinceMs === undefined) return []
  track.silentMs = Math.max(track.silentMs, nowMs - track.silentSinceMs)
  delete track.silentSinceMs
  return [{ type: 'state', key: name, what: `${name} answers again` }]
}

function total(track: Track): number {
  return [...track.readyBySlice.values()].reduce((sum, ready) => sum + ready, 0)
}

function readyIn(slice: KubeObject): number {
  return ((slice as unknown as EndpointSlice).endpoints ?? []).filter((endpoint) => endpoint.conditions?.ready !== false).length
}
