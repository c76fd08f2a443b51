/**
 * One line of the ledger. Each entry holds the hash of the one before it, so a line that is edited, removed or
 * inserted is noticed by anyone with the file.
 */

/** Events are noun-action, with one verb set. */
export type EntryType =
  | 'incident-opened'
  | 'signal-joined'
  | 'mission-started'
  | 'snapshot-taken'
  | 'diagnosis-made'
  | 'plan-proposed'
  | 'proposals-admitted'
  | 'plan-rehearsed'
  | 'verdict-issued'
  | 'approval-requested'
  | 'approval-announced'
  | 'approval-voted'
  | 'approval-ended'
  | 'step-started'
  | 'effect-applied'
  | 'undo-started'
  | 'effect-undone'
  | 'verification-made'
  | 'ticket-updated'
  | 'turn-ended'
  | 'mission-ended'
  | 'policy-loaded'
  | 'hook-answered'
  | 'token-created'
  | 'token-revoked'
  | 'person-changed'
  | 'changes-stopped'
  | 'changes-resumed'
  /** The ledger about itself: its keys and anchors, its checkpoints, its exports, its clock. */
  | 'keeping-changed'
  | 'checkpoint-signed'
  | 'anchor-changed'
  | 'incident-exported'
  | 'clock-jumped'

export interface LedgerEntryInit {
  readonly type: EntryType
  /** Idempotency key: a second append with the same key returns the first entry and writes nothing. */
  readonly key: string
  readonly incidentId: string
  readonly missionId: string
  readonly actor: string
  readonly data: unknown
}

export interface LedgerEntry extends LedgerEntryInit {
  readonly v: 1
  readonly seq: number
  /** RFC 3339, UTC. */
  readonly at: string
  /** Hash of the previous line; 64 zeros for the first. */
  readonly prev: string
}
