/**
 * Brings the schema `boyd` to the shape this build expects. Migrations are numbered, run once, in order, each
 * whole or not at all; of several processes that start at once, one migrates and the others wait.
 */

import { digestOf } from '../../kernel/canonical-json.ts'
import { fault } from '../../kernel/fault.ts'
import type { Migration } from './migration.ts'
import { identitiesMigration } from './migrations/0005-identities.ts'
import { inboxMigration } from './migrations/0007-inbox.ts'
import { approvalsMigration } from './migrations/0002-approvals.ts'
import { incidentsMigration } from './migrations/0001-incidents.ts'
import { ledgerMigration } from './migrations/0003-ledger.ts'
import { playbooksMigration } from './migrations/0006-playbooks.ts'
import { ticketsMigration } from './migrations/0004-tickets.ts'
import type { Database, Sql } from './pool.ts'

export const MIGRATIONS: readonly Migration[] = [incidentsMigration, approvalsMigration, ledgerMigration, ticketsMigration, identitiesMigration, playbooksMigration, inboxMigration]

/** `boydmigr` as eight bytes of ASCII; any number does that nobody else locks in the same database. */
const MIGRATION_LOCK = '7093021410371135346'

/** Runs what is missing. Throws a fault when the database is newer than this build, or was migrated otherwise. */
export async function migrate(database: Database, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  await database.transaction(async (sql) => {
    await sql.rows(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`)
    await sql.change('create schema if not exists boyd')
    await sql.change('create table if not exists boyd.migrations (id text primary key, digest text not null, applied_at timestamptz not null default now())')
    const applied = await sql.rows<{ id: string; digest: string }>('select id, digest from boyd.migrations order by id')
    for (const { id, digest } of applied) checkApplied({ id, digest, migrations })
    for (const migration of migrations.slice(applied.length)) await apply(sql, migration)
  })
}

async function apply(sql: Sql, migration: Migration): Promise<void> {
  await sql.change(migration.sql)
  await sql.change('insert into boyd.migrations (id, digest) values ($1, $2)', [migration.id, digestOf(migration.sql)])
}

function checkApplied(options: { readonly id: string; readonly digest: string; readonly migrations: readonly Migration[] }): void {
  const known = options.migrations.find(({ id }) => id === options.id)
  if (known === undefined) throw schemaFault(options.id, 'the database was migrated by a newer Boyd', 'Run that version, or use another database.')
  if (digestOf(known.sql) === options.digest) return
  throw schemaFault(options.id, 'the database was migrated by another build with a migration of the same name', 'Use another database.')
}

function schemaFault(subject: string, message: string, hint: string): Error {
  return fault({ code: 'invalid', recovery: 'ask-human', operation: 'postgres migrate', subject, message, hint })
}
