/** The built-in tickets: one an incident, and each comment once. */

import type { Migration } from '../migration.ts'

export const ticketsMigration: Migration = {
  id: '0004-tickets',
  sql: `
create table boyd.tickets (
  id text primary key,
  incident_id text not null unique,
  data json not null
);
create table boyd.ticket_comments (
  seq bigint generated always as identity primary key,
  ticket_id text not null references boyd.tickets (id),
  key text not null,
  data json not null,
  unique (ticket_id, key)
);
`,
}
