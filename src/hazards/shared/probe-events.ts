/** What the kubelet reported about probes: which one failed, how, and whether the container was killed for it. */

import type { View } from '../../model/view.ts'
import type { EventView } from '../../model/view.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { ContainerTrouble } from './container-trouble.ts'

export type ProbeKind = 'liveness' | 'readiness' | 'startup'

export interface ProbeFailure {
  readonly probe: ProbeKind
  readonly event: EventView
  readonly message: string
  /** HTTP status, where the probe got an answer. */
  readonly status: number | undefined
  readonly how: 'http-status' | 'refused' | 'timeout' | 'other'
}

const UNHEALTHY = /^(Liveness|Readiness|Startup) probe (?:failed|errored)(?: and resulted in error)?:?\s*([\s\S]*)$/i
/** A failure older than this against now is history. */
const RECENT_MS = 60 * 60_000

/** Recent probe failures of one container, newest first. An event without a field path may be any container's. */
export function probeFailures(view: View, pod: PodObject, container: string): ProbeFailure[] {
  return view.eventsFor(pod).flatMap((event) => {
    const match = event.reason === 'Unhealthy' ? UNHEALTHY.exec(event.message.trim()) : null
    if (match === null || !regards(event, container) || view.nowMs - (event.lastMs ?? view.nowMs) > RECENT_MS) return []
    const message = match[2] ?? ''
    const status = /statuscode:\s*(\d{3})/i.exec(message)?.[1]
    return [{ probe: (match[1] ?? '').toLowerCase() as ProbeKind, event, message, status: status === undefined ? undefined : Number(status), how: howFailed(message, status) }]
  })
}

function regards(event: EventView, container: string): boolean {
  const path = event.regarding.fieldPath
  return path === undefined || !path.includes('{') || path.includes(`{${container}}`)
}

function howFailed(message: string, status: string | undefined): ProbeFailure['how'] {
  if (status !== undefined) return 'http-status'
  if (/connection refused/i.test(message)) return 'refused'
  return /timeout|timed out|deadline exceeded/i.test(message) ? 'timeout' : 'other'
}

/** Was this end a kill by the kubelet after failed probes? The signal alone does not say; the event does. */
export function killedByProbe(view: View, trouble: ContainerTrouble): boolean {
  const code = trouble.ending?.exitCode
  if (code === undefined || ![137, 143, 0, 2, 130].includes(code)) return false
  const killed = view.eventsFor(trouble.pod).some((event) => event.reason === 'Killing' && /failed (liveness|startup) probe/i.test(event.message) && regards(event, trouble.name))
  return killed || probeFailures(view, trouble.pod, trouble.name).some((failure) => failure.probe !== 'readiness')
}

/** Answers of a server that works and is asked at the wrong place or in the wrong way. */
const WRONG_PATH = new Set([404, 405, 410, 400, 301, 308])

export function isWrongPathStatus(status: number | undefined): boolean {
  return status !== undefined && WRONG_PATH.has(status)
}
