/** The ledger's lines. The triggers are a guard against our own mistakes; against others there is the hash chain. */

import type { Migration } from '../migration.ts'

export const ledgerMigration: Migration = {
  id: '0003-ledger',
  sql: `
create table boyd.ledger (
  seq bigint primary key,
  key text not null unique,
  incident_id text not null,
  hash text not null,
  line text not null
);
create index ledger_incident on boyd.ledger (incident_id, seq);

create function boyd.refuse_ledger_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only';
end
$$;
create trigger ledger_rows_stand before update or delete on boyd.ledger for each row execute function boyd.refuse_ledger_change();
create trigger ledger_stands before truncate on boyd.ledger for each statement execute function boyd.refuse_ledger_change();
`,
}
