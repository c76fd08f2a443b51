/**
 * What people and tools can ask of Boyd. The doors (`cli`, `http`) know this and nothing behind it, so what a
 * person can do, a tool can do, under the same gate.
 */

import type { Approval, Vote } from '../../model/approval.ts'
import type { Incident, IncidentState } from '../../model/incident.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { LedgerEntry } from '../../model/ledger-entry.ts'
import type { ApiToken } from '../../model/api-token.ts'
import type { Person } from '../../model/person.ts'
import type { Principal } from '../../model/principal.ts'
import type { Report } from '../../model/report.ts'
import type { Signal } from '../../model/signal.ts'
import type { Ticket } from '../../model/ticket.ts'
import type { WhatIf } from '../../model/what-if.ts'
import type { IntakeResult, Page } from '../../ports/store.ts'
import type { Stopped } from '../../ports/kill-switch.ts'
import type { PolicyProposal } from './propose-policy.ts'
import type { TokenRequest } from './tokens.ts'

export interface IncidentDetail {
  readonly incident: Incident
  readonly signals: readonly Signal[]
  readonly ticket?: Ticket
  readonly report: Report
  readonly approvals: readonly Approval[]
}

export interface VoteRequest {
  readonly approvalId: string
  readonly decision: 'approve' | 'deny'
  readonly reason: string
  readonly door: Vote['door']
  /** What the voter saw: the hash of the plan, or its last characters (at least 6). */
  readonly planHash: string
}

/** A webhook as it arrived: the bytes, because a signature is over bytes. */
export interface RawWebhook {
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

/** Who asks comes first, as the doorkeeper knows it. Fault `forbidden` where its roles or its credential do not permit it. */
export interface WhatIfQuestion {
  readonly questions: readonly string[]
  readonly runs: number
  readonly minutes: number
  /** What `apply -f -` applies. */
  readonly objects: readonly KubeObject[]
}

export interface UseCases {
  /** Checks who sent it, reads it, stores every alert, and returns once that is durable. Faults: `unauthenticated`, `invalid`. */
  receiveAlertmanager(webhook: RawWebhook, who?: Principal): Promise<readonly IntakeResult[]>
  /** For what this process sees by itself. */
  takeIn(signal: Signal): Promise<IntakeResult>
  incidents(who: Principal, options: Page & { readonly states?: readonly IncidentState[] }): Promise<readonly Incident[]>
  /** Fault `not-found` when there is no such incident. */
  incident(who: Principal, id: string): Promise<IncidentDetail>
  approvals(who: Principal, options: { readonly state?: Approval['state'] }): Promise<readonly Approval[]>
  /** Fault `not-found`. */
  approval(who: Principal, id: string): Promise<Approval>
  /** The public keys that votes are signed with, by id, in PEM. */
  approvalKeys(who: Principal): Promise<Readonly<Record<string, string>>>
  /** A rule that would refuse what was denied, as a diff; it is applied by nobody but a person. Faults: `not-found`, `conflict`, `invalid`. */
  proposePolicy(who: Principal, approvalId: string): Promise<PolicyProposal>
  /** What a link that was sent shows, to whoever opens it. Fault `expired` for one that is not good any more. */
  openLink(token: string): Promise<Approval>
  /** A no by the link alone. Faults: `expired`, `conflict`. */
  denyByLink(token: string, reason: string): Promise<Approval>
  /** Fault `not-found`, `conflict` when the request takes no such vote, `invalid` when the hash is another plan's. */
  vote(who: Principal, request: VoteRequest): Promise<Approval>
  /** Makes a token; its secret is in the answer and nowhere else. Fault `invalid` for a token that nobody may have. */
  createToken(who: Principal, request: TokenRequest): Promise<{ readonly token: ApiToken; readonly secret: string }>
  /** One's own; an admin sees all. */
  tokens(who: Principal): Promise<readonly ApiToken[]>
  /** Fault `not-found`. */
  revokeToken(who: Principal, id: string): Promise<void>
  /** Undefined while changes may be made. */
  changes(who: Principal): Promise<Stopped | undefined>
  /** Stops every change: at once for what has not begun, at its next step for what has. */
  stopChanges(who: Principal, reason: string): Promise<Stopped>
  /** Fault `conflict` when nothing was stopped. */
  resumeChanges(who: Principal, reason: string): Promise<void>
  people(who: Principal): Promise<readonly Person[]>
  /** Shuts a person out, or lets them in again. Fault `not-found`. */
  disablePerson(who: Principal, subject: string, disabled: boolean): Promise<void>
  /** Canonical lines from `fromSeq` on. */
  ledgerLines(who: Principal, fromSeq: number, limit: number): Promise<readonly string[]>
  /** A signed checkpoint of the ledger as it stands. Fault `unavailable` when none can be signed. */
  ledgerCheckpoint(who: Principal): Promise<string>
  /** One incident as a file that is verified by itself. Fault `not-found` when there is no such incident. */
  exportIncident(who: Principal, id: string): Promise<string>
  /** What would happen to the cluster, on a twin of it as it is now; nothing is changed. Fault `invalid` or `not-found` for a question that cannot be read. */
  whatIf(who: Principal, question: WhatIfQuestion): Promise<WhatIf>
  /** Entries as they are written, from `fromSeq` on, until aborted. */
  follow(who: Principal, options: { readonly fromSeq: number; readonly signal: AbortSignal }): AsyncIterable<LedgerEntry>
}
