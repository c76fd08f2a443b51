/** The built-in ticket system: tickets and comments in our own database. */

import { fault } from '../../kernel/fault.ts'
import type { Ids } from '../../kernel/ids.ts'
import { required } from '../../kernel/assert.ts'
import type { Ticket, TicketComment } from '../../model/ticket.ts'
import type { Tickets } from '../../ports/tickets.ts'
import type { Database, Sql } from './pool.ts'

type TicketData = Omit<Ticket, 'comments'>

/** `database` must be migrated. */
export function createPostgresTickets(options: { readonly database: Database; readonly ids: Ids }): Tickets {
  const { database, ids } = options
  return {
    async open({ nowMs, ...init }) {
      const ticket: TicketData = { kind: 'ticket', id: ids.next('tkt'), ...init, status: 'open', openedAtMs: nowMs }
      const values = [ticket.id, ticket.incidentId, JSON.stringify(ticket)]
      await database.change('insert into boyd.tickets (id, incident_id, data) values ($1, $2, $3) on conflict (incident_id) do nothing', values)
      return required(await ticketOfIncident(database, init.incidentId), `ticket of ${init.incidentId}`)
    },
    comment: (ticketId, comment) => addComment(database, ticketId, comment),
    close: (ticketId, { resolution, nowMs }) => database.transaction((sql) => closeTicket(sql, ticketId, { resolution, closedAtMs: nowMs })),
    ofIncident: (incidentId) => ticketOfIncident(database, incidentId),
  }
}

async function addComment(sql: Sql, ticketId: string, comment: TicketComment): Promise<void> {
  const found = await sql.rows('select 1 from boyd.tickets where id = $1', [ticketId])
  if (found.length === 0) throw unknownTicket(ticketId, 'comment on ticket')
  const values = [ticketId, comment.key, JSON.stringify(comment)]
  await sql.change('insert into boyd.ticket_comments (ticket_id, key, data) values ($1, $2, $3) on conflict (ticket_id, key) do nothing', values)
}

/** The first closing stands. */
async function closeTicket(sql: Sql, ticketId: string, end: { readonly resolution: string; readonly closedAtMs: number }): Promise<void> {
  const rows = await sql.rows<{ data: TicketData }>('select data from boyd.tickets where id = $1 for update', [ticketId])
  const ticket = rows[0]?.data
  if (ticket === undefined) throw unknownTicket(ticketId, 'close ticket')
  if (ticket.status === 'closed') return
  await sql.change('update boyd.tickets set data = $2 where id = $1', [ticketId, JSON.stringify({ ...ticket, ...end, status: 'closed' })])
}

async function ticketOfIncident(sql: Sql, incidentId: string): Promise<Ticket | undefined> {
  const rows = await sql.rows<{ data: TicketData }>('select data from boyd.tickets where incident_id = $1', [incidentId])
  const ticket = rows[0]?.data
  if (ticket === undefined) return undefined
  const comments = await sql.rows<{ data: TicketComment }>('select data from boyd.ticket_comments where ticket_id = $1 order by seq', [ticket.id])
  return { ...ticket, comments: comments.map((row) => row.data) }
}

function unknownTicket(ticketId: string, operation: string): Error {
  return fault({ code: 'not-found', operation, subject: ticketId, message: 'there is no such ticket' })
}
