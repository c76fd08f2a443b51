/** The report of an incident: a short, checkable story for 8 AM. */

import type { MissionOutcome } from './mission.ts'

export interface ReportLine {
  /** Milliseconds since the incident opened. */
  readonly offsetMs: number
  readonly text: string
  /** Sequence number of the ledger entry behind the line. */
  readonly ledgerSeq: number
}

export interface Report {
  readonly kind: 'report'
  readonly incidentId: string
  readonly title: string
  readonly outcome: MissionOutcome | 'open'
  readonly summary: string
  readonly lines: readonly ReportLine[]
}
