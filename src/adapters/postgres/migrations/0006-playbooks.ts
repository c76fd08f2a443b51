/** What the runs of playbooks came to, each once: from it the gate tells what a playbook may do by itself. */

import type { Migration } from '../migration.ts'

export const playbooksMigration: Migration = {
  id: '0006-playbooks',
  sql: `
create table boyd.playbook_outcomes (
  seq bigint generated always as identity primary key,
  key text not null unique,
  playbook text not null,
  event text not null,
  at_ms bigint not null
);
create index playbook_outcomes_playbook on boyd.playbook_outcomes (playbook, seq);
`,
}
