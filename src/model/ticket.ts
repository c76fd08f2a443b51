/** The built-in ticket: what a person reads in the morning, and what an outside tracker would be given. */

import type { Severity } from './signal.ts'

export interface TicketComment {
  readonly atMs: number
  readonly author: string
  readonly text: string
  /** A repeat of the same key adds nothing. */
  readonly key: string
}

export interface Ticket {
  readonly kind: 'ticket'
  readonly id: string
  readonly incidentId: string
  readonly title: string
  readonly priority: `P${Severity}`
  readonly status: 'open' | 'closed'
  readonly resolution?: string
  readonly body: string
  readonly comments: readonly TicketComment[]
  readonly openedAtMs: number
  readonly closedAtMs?: number
}
