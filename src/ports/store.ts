/**
 * Where incidents, approvals, snapshots and tickets are kept. Adapter: PostgreSQL. Contract: `test/contract/store-contract.ts`.
 *
 * Every write is idempotent by the key it names, because a mission step may run twice.
 */

import type { Approval } from '../model/approval.ts'
import type { Incident, IncidentState } from '../model/incident.ts'
import type { PlaybookOutcome } from '../model/playbook.ts'
import type { Signal } from '../model/signal.ts'
import type { Snapshot } from '../model/snapshot.ts'

export interface Page {
  readonly limit: number
  /** Id of the last item of the page before. */
  readonly after?: string
}

export interface IntakeResult {
  readonly type: 'opened' | 'joined' | 'repeated' | 'ignored'
  /** Absent when a resolved signal matches no open incident. */
  readonly incident?: Incident
  /** As it is stored with the incident: of a repeat, the signal that came first. */
  readonly signal?: Signal
}

export interface Store {
  /**
   * In one transaction: stores the signal, and opens an incident, or joins the open one with the same
   * fingerprint, or finds that this very signal (source, sourceEventId, startsAtMs, status) was seen before.
   * Concurrent calls with one fingerprint open one incident.
   */
  takeIn(signal: Signal, open: () => { readonly id: string; readonly missionId: string }): Promise<IntakeResult>
  incident(id: string): Promise<Incident | undefined>
  /** Newest first. */
  incidents(options: Page & { readonly states?: readonly IncidentState[] }): Promise<readonly Incident[]>
  updateIncident(id: string, change: Partial<Pick<Incident, 'state' | 'summary' | 'severity' | 'endedAtMs' | 'subjects' | 'title'>>, nowMs: number): Promise<void>
  signals(incidentId: string): Promise<readonly Signal[]>

  /** Stores under its digest and returns it; a second save of the same content is free. */
  saveSnapshot(snapshot: Snapshot): Promise<string>
  snapshot(digest: string): Promise<Snapshot | undefined>

  /** Large records of a mission (diagnosis, rehearsals) by key; the first write of a key stands. */
  saveRecord(missionId: string, key: string, value: unknown): Promise<void>
  records(missionId: string): Promise<readonly { readonly key: string; readonly value: unknown }[]>

  /** Claims a root cause for a mission. Returns the mission that holds it: this one, or the one that was first. */
  claim(subject: string, missionId: string): Promise<string>
  /** False once its claims were released, which is when it ended. */
  hasClaims(missionId: string): Promise<boolean>
  releaseClaims(missionId: string): Promise<void>

  /** Stores the request; a repeat with the same id changes nothing. False, and nothing is stored, when `OPEN_REQUESTS_MAX` of the incident are open. */
  requestApproval(approval: Approval): Promise<boolean>
  approval(id: string): Promise<Approval | undefined>
  approvals(options: { readonly missionId?: string; readonly state?: Approval['state'] }): Promise<readonly Approval[]>
  /**
   * Changes a request under a lock: `change` gets it as it stands and returns it as it shall be; several at once run
   * one after the other. What `change` throws changes nothing. Fault `not-found` when there is no such request.
   */
  changeApproval(id: string, change: (approval: Approval) => Approval): Promise<Approval>

  /** Keeps what a run of a playbook came to; a repeat with the same key changes nothing. */
  recordPlaybookOutcome(outcome: PlaybookOutcome): Promise<void>
  /** In the order in which they were recorded. */
  playbookOutcomes(playbook: string): Promise<readonly PlaybookOutcome[]>
}
