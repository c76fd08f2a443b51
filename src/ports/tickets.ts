/**
 * The ticket system. Adapter: built in, on PostgreSQL; outside trackers later. Contract: `test/contract/tickets-contract.ts`.
 * Every call is idempotent by its key: a tracker that is called twice must not show two tickets.
 */

import type { Ticket } from '../model/ticket.ts'

export interface Tickets {
  /** Opens the ticket of an incident, or returns the one it has. */
  open(init: Pick<Ticket, 'incidentId' | 'title' | 'priority' | 'body'> & { readonly nowMs: number }): Promise<Ticket>
  comment(ticketId: string, comment: { readonly key: string; readonly author: string; readonly text: string; readonly atMs: number }): Promise<void>
  close(ticketId: string, options: { readonly resolution: string; readonly nowMs: number }): Promise<void>
  ofIncident(incidentId: string): Promise<Ticket | undefined>
}
