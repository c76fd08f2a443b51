/** The inbox on PostgreSQL: a row is locked while it is worked on, and skipped by whoever finds it locked. */

import type { Inbox } from '../../ports/inbox.ts'
import type { Database, Sql } from './pool.ts'

/** What fails so often will not work the next time; it stays in the table for who looks. */
const ATTEMPTS_MAX = 5

/** `database` must be migrated. */
export function createPostgresInbox(database: Database): Inbox {
  return {
    put: async (id, kind, payload) => (await database.change('insert into boyd.inbox (id, kind, payload) values ($1, $2, $3) on conflict (id) do nothing', [id, kind, JSON.stringify(payload ?? null)])) === 1,
    async workOn(kind, work) {
      const failed = new Set<string>()
      while (await workOnOne(database, { kind, work, failed })) continue
    },
  }
}

interface Round {
  readonly kind: string
  /** Those that failed in this round are left to the next. */
  readonly failed: Set<string>
  work(payload: unknown): Promise<void>
}

/** False when there was nothing to do. */
async function workOnOne(database: Database, { kind, work, failed }: Round): Promise<boolean> {
  return database.transaction(async (sql) => {
    const [row] = await sql.rows<{ id: string; payload: unknown }>(
      'select id, payload from boyd.inbox where kind = $1 and done_at is null and attempts < $2 and not (id = any ($3)) order by seq limit 1 for update skip locked',
      [kind, ATTEMPTS_MAX, [...failed]],
    )
    if (row === undefined) return false
    const done = await work(row.payload).then(() => true, () => false)
    if (!done) failed.add(row.id)
    await markRow(sql, row.id, done)
    return true
  })
}

async function markRow(sql: Sql, id: string, done: boolean): Promise<void> {
  await sql.change('update boyd.inbox set attempts = attempts + 1, done_at = case when $2 then now() end where id = $1', [id, done])
}
