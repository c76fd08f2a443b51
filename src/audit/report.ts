/**
 * The report of an incident: the story for 8 AM, made from the ledger and nothing else. Each line names the entry
 * behind it, so that a reader who doubts it can look.
 */

import { parseTimeMs } from '../kernel/clock.ts'
import { isRecord } from '../kernel/json.ts'
import { isOpen, type Incident } from '../model/incident.ts'
import type { LedgerEntry } from '../model/ledger-entry.ts'
import type { MissionOutcome } from '../model/mission.ts'
import type { Report, ReportLine } from '../model/report.ts'
import { reportLine } from './report-line.ts'

export { reportLine } from './report-line.ts'

/** `entries`: of this incident, in order. The last ending counts: a mission may be taken up again. */
export function reportOf(options: { readonly incident: Incident; readonly entries: readonly LedgerEntry[] }): Report {
  const { incident, entries } = options
  const ending = entries.findLast((entry) => entry.type === 'mission-ended')
  const ended = ending !== undefined && !isOpen(incident) && isRecord(ending.data) ? ending.data : undefined
  return {
    kind: 'report',
    incidentId: incident.id,
    title: incident.title,
    outcome: outcomeOf(ended?.['outcome']),
    summary: typeof ended?.['summary'] === 'string' ? ended['summary'] : incident.summary,
    lines: entries.flatMap((entry) => lineOf(entry, incident.openedAtMs)),
  }
}

function lineOf(entry: LedgerEntry, openedAtMs: number): ReportLine[] {
  const text = reportLine(entry)
  if (text === undefined) return []
  return [{ offsetMs: Math.max(0, (parseTimeMs(entry.at) ?? openedAtMs) - openedAtMs), text, ledgerSeq: entry.seq }]
}

function outcomeOf(value: unknown): MissionOutcome | 'open' {
  return value === 'resolved' || value === 'handed-over' || value === 'no-action' ? value : 'open'
}
