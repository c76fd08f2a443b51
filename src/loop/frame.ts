/**
 * Opens and closes the books of an incident: ticket, state, ledger. Every write has a key, so a crash between two of
 * them is mended by running the whole again.
 */

import type { Clock } from '../kernel/clock.ts'
import { required } from '../kernel/assert.ts'
import type { Incident, IncidentState } from '../model/incident.ts'
import { subjectText } from '../model/kube-object.ts'
import type { LedgerEntryInit } from '../model/ledger-entry.ts'
import type { MissionResult } from '../model/mission.ts'
import type { Store } from '../ports/store.ts'
import type { Tickets } from '../ports/tickets.ts'
import type { Frame } from './mission-body.ts'

export interface FrameParts {
  readonly store: Store
  readonly tickets: Tickets
  readonly clock: Clock
  record(entry: LedgerEntryInit): Promise<unknown>
}

const END_STATE: Readonly<Record<MissionResult['outcome'], IncidentState>> = {
  resolved: 'resolved',
  'handed-over': 'handed-over',
  'no-action': 'no-action',
}

export function createFrame(parts: FrameParts): Frame {
  return {
    begin: (key, incidentId, missionId) => begin(parts, { key, incidentId, missionId }),
    end: (key, incident, result) => end(parts, { key, incident, result }),
  }
}

async function begin(parts: FrameParts, ids: { readonly key: string; readonly incidentId: string; readonly missionId: string }): Promise<Incident> {
  const { store, tickets, clock, record } = parts
  const incident = required(await store.incident(ids.incidentId), `incident ${ids.incidentId}`)
  await record({ type: 'mission-started', key: ids.key, incidentId: incident.id, missionId: ids.missionId, actor: 'boyd', data: { title: incident.title, severity: incident.severity } })
  const ticket = await tickets.open({
    incidentId: incident.id,
    title: incident.title,
    priority: `P${incident.severity}`,
    body: `About ${incident.subjects.map(subjectText).join(', ') || 'the cluster'}. Opened from ${incident.signalIds.length} signal(s).`,
    nowMs: clock.now(),
  })
  await record({ type: 'ticket-updated', key: `${ids.key}/ticket`, incidentId: incident.id, missionId: ids.missionId, actor: 'boyd', data: { ticketId: ticket.id, change: 'opened', priority: ticket.priority } })
  await store.updateIncident(incident.id, { state: 'working', summary: 'looking for the cause' }, clock.now())
  return incident
}

async function end(parts: FrameParts, closing: { readonly key: string; readonly incident: Incident; readonly result: MissionResult }): Promise<void> {
  const { store, tickets, clock, record } = parts
  const { key, incident, result } = closing
  const nowMs = clock.now()
  const ticket = await tickets.ofIncident(incident.id)
  if (ticket !== undefined) {
    await tickets.comment(ticket.id, { key: `${key}/end`, author: 'boyd', text: result.summary, atMs: nowMs })
    if (result.outcome !== 'handed-over') await tickets.close(ticket.id, { resolution: result.outcome, nowMs })
    const change = result.outcome === 'handed-over' ? 'handed over' : 'closed'
    await record({ type: 'ticket-updated', key: `${key}/ticket`, incidentId: incident.id, missionId: result.missionId, actor: 'boyd', data: { ticketId: ticket.id, change } })
  }
  await store.releaseClaims(result.missionId)
  await store.updateIncident(incident.id, { state: END_STATE[result.outcome], summary: result.summary, endedAtMs: nowMs }, nowMs)
  const { outcome, summary, turns } = result
  await record({ type: 'mission-ended', key, incidentId: incident.id, missionId: result.missionId, actor: 'boyd', data: { outcome, summary, turns } })
}
