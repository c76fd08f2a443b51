/** What was answered before it was worked on. */

import type { Migration } from '../migration.ts'

export const inboxMigration: Migration = {
  id: '0007-inbox',
  sql: `
create table boyd.inbox (
  id text primary key,
  seq bigint generated always as identity,
  kind text not null,
  payload jsonb not null,
  attempts integer not null default 0,
  done_at timestamptz
);
create index inbox_open on boyd.inbox (kind, seq) where done_at is null;

create table boyd.switches (
  name text primary key,
  data jsonb not null
);
`,
}
