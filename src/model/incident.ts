/** An incident: correlated signals about one subject. It is what people see. */

import type { Subject } from './kube-object.ts'
import type { Severity, Signal } from './signal.ts'

export type IncidentState = 'open' | 'working' | 'awaiting-approval' | 'resolved' | 'handed-over' | 'no-action'

export interface Incident {
  readonly kind: 'incident'
  readonly id: string
  readonly fingerprint: string
  readonly title: string
  readonly severity: Severity
  readonly state: IncidentState
  readonly subjects: readonly Subject[]
  readonly signalIds: readonly string[]
  readonly missionId: string
  readonly openedAtMs: number
  readonly updatedAtMs: number
  readonly endedAtMs?: number
  /** One sentence: how it ended, or where it stands. */
  readonly summary: string
}

export const OPEN_STATES: readonly IncidentState[] = ['open', 'working', 'awaiting-approval']

export function isOpen(incident: Incident): boolean {
  return OPEN_STATES.includes(incident.state)
}

/** A firing signal of an unknown fingerprint opens an incident. */
export function openIncident(options: { readonly id: string; readonly missionId: string; readonly signal: Signal; readonly nowMs: number }): Incident {
  const { id, missionId, signal, nowMs } = options
  return {
    kind: 'incident',
    id,
    fingerprint: signal.fingerprint,
    title: signal.title,
    severity: signal.severity,
    state: 'open',
    subjects: signal.targets,
    signalIds: [signal.id],
    missionId,
    openedAtMs: nowMs,
    updatedAtMs: nowMs,
    summary: 'waiting to be looked at',
  }
}

/** A repeat or a related signal joins: severity can only rise, the most urgent title stays. */
export function joinIncident(incident: Incident, signal: Signal, nowMs: number): Incident {
  if (incident.signalIds.includes(signal.id)) return incident
  return {
    ...incident,
    severity: Math.min(incident.severity, signal.severity) as Severity,
    signalIds: [...incident.signalIds, signal.id],
    updatedAtMs: nowMs,
  }
}
