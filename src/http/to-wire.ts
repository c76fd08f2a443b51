/** From our nouns to the wire: times as RFC 3339, nothing internal. */

import { toIso } from '../kernel/clock.ts'
import type { ApiToken } from '../model/api-token.ts'
import type { Approval } from '../model/approval.ts'
import type { Incident } from '../model/incident.ts'
import type { Ticket } from '../model/ticket.ts'
import type { IncidentDetail } from '../app/use-cases/use-cases.ts'
import type { ApprovalWire, IncidentDetailWire, IncidentWire, TicketWire, TokenWire } from './contract.ts'

export function incidentToWire(incident: Incident): IncidentWire {
  const { id, title, severity, state, summary, endedAtMs } = incident
  return {
    id,
    title,
    severity,
    state,
    summary,
    subjects: incident.subjects.map((subject) => ({ ...subject })),
    openedAt: toIso(incident.openedAtMs),
    updatedAt: toIso(incident.updatedAtMs),
    ...(endedAtMs === undefined ? {} : { endedAt: toIso(endedAtMs) }),
    signals: incident.signalIds.length,
  }
}

export function approvalToWire(approval: Approval): ApprovalWire {
  const { id, incidentId, planHash, state, approvalsNeeded, shown, shownDigest, voidReason } = approval
  return {
    id,
    incidentId,
    planHash,
    state,
    approvalsNeeded,
    shown,
    shownDigest,
    ...(voidReason === undefined ? {} : { voidReason }),
    votes: approval.votes.map(({ by, name, decision, reason, atMs }) => ({ by, name, decision, reason, at: toIso(atMs) })),
    requestedAt: toIso(approval.requestedAtMs),
    expiresAt: toIso(approval.expiresAtMs),
  }
}

export function tokenToWire(token: ApiToken): TokenWire {
  const { id, label, kind, subject, name, roles, teams, scopes, createdBy, createdAtMs, expiresAtMs, lastUsedAtMs, revokedAtMs } = token
  return {
    id,
    label,
    kind,
    subject,
    name,
    roles: [...roles],
    teams: [...teams],
    scopes: [...scopes],
    createdBy,
    createdAt: toIso(createdAtMs),
    expiresAt: toIso(expiresAtMs),
    ...(lastUsedAtMs === undefined ? {} : { lastUsedAt: toIso(lastUsedAtMs) }),
    ...(revokedAtMs === undefined ? {} : { revokedAt: toIso(revokedAtMs) }),
  }
}

export function detailToWire(detail: IncidentDetail): IncidentDetailWire {
  const { outcome, summary, lines } = detail.report
  return {
    incident: incidentToWire(detail.incident),
    report: { outcome, summary, lines: lines.map((line) => ({ ...line })) },
    approvals: detail.approvals.map(approvalToWire),
    ...(detail.ticket === undefined ? {} : { ticket: ticketToWire(detail.ticket) }),
  }
}

function ticketToWire(ticket: Ticket): TicketWire {
  const { id, title, priority, status, body } = ticket
  return { id, title, priority, status, body, comments: ticket.comments.map(({ atMs, author, text }) => ({ at: toIso(atMs), author, text })) }
}
