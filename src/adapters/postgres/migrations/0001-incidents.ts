/**
 * Incidents, the signals that made them, what a mission saw and thought, and which
 * root causes it claims.
 *
 * Nouns are kept whole as `json` (not `jsonb`: free text from outside may hold \u0000, which jsonb refuses);
 * what is searched or must be unique is a column beside it.
 */

import type { Migration } from '../migration.ts'

export const incidentsMigration: Migration = {
  id: '0001-incidents',
  sql: `
create table boyd.incidents (
  id text primary key,
  fingerprint text not null,
  state text not null,
  opened_at_ms bigint not null,
  data json not null
);
-- At most one open incident a fingerprint, whatever the code believes.
create unique index incidents_open on boyd.incidents (fingerprint) where state in ('open', 'working', 'awaiting-approval');
create index incidents_newest on boyd.incidents (opened_at_ms desc, id desc);

create table boyd.signals (
  seq bigint generated always as identity primary key,
  signal_key text not null unique,
  incident_id text not null references boyd.incidents (id),
  data json not null
);
create index signals_incident on boyd.signals (incident_id, seq);

create table boyd.snapshots (
  digest text primary key,
  content bytea not null
);
-- The content is compressed already; trying again only costs time.
alter table boyd.snapshots alter column content set storage external;

create table boyd.records (
  seq bigint generated always as identity primary key,
  mission_id text not null,
  key text not null,
  value json not null,
  unique (mission_id, key)
);

create table boyd.claims (
  subject text primary key,
  mission_id text not null
);
create index claims_mission on boyd.claims (mission_id);
`,
}
