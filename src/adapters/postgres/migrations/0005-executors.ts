/** The processes that run missions, and when each was last heard of (by the database's clock, which all share). */

import type { Migration } from '../migration.ts'

export const executorsMigration: Migration = {
  id: '0005-executors',
  sql: `
create table boyd.executors (
  id text primary key,
  beat_at timestamptz not null
);
`,
}
