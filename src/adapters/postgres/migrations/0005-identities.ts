/** Who is known: tokens by the digest of their secret, people as last seen, and what is kept for a short while. */

import type { Migration } from '../migration.ts'

export const identitiesMigration: Migration = {
  id: '0005-identities',
  sql: `
create table boyd.tokens (
  id text primary key,
  seq bigint generated always as identity,
  digest text not null unique,
  data jsonb not null,
  last_used_at_ms bigint,
  revoked_at_ms bigint
);

create table boyd.people (
  subject text primary key,
  data jsonb not null
);

create table boyd.keepsakes (
  key text primary key,
  value jsonb not null,
  expires_at_ms bigint not null
);
create index keepsakes_by_expiry on boyd.keepsakes (expires_at_ms);

-- Votes from before they carried who gave them.
update boyd.approvals set data = jsonb_set(data::jsonb, '{votes}', coalesce((
  select jsonb_agg(vote || jsonb_build_object(
    'name', coalesce(vote->'name', vote->'by'),
    'teams', coalesce(vote->'teams', case when vote ? 'team' then jsonb_build_array(vote->'team') else '[]'::jsonb end),
    'authentication', coalesce(vote->'authentication', jsonb_build_object('method', 'operator-token', 'atMs', vote->'atMs'))))
  from jsonb_array_elements(data::jsonb->'votes') as vote), '[]'::jsonb))::json;
`,
}
