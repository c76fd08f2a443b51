/** Approval requests. The state is a column of its own, so that one statement can move it for one caller only. */

import type { Migration } from '../migration.ts'

export const approvalsMigration: Migration = {
  id: '0002-approvals',
  sql: `
create table boyd.approvals (
  seq bigint generated always as identity primary key,
  id text not null unique,
  mission_id text not null,
  state text not null,
  data json not null
);
create index approvals_mission on boyd.approvals (mission_id, seq);
create index approvals_pending on boyd.approvals (seq) where state = 'pending';
`,
}
