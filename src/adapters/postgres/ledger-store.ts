/**
 * Ledger lines on PostgreSQL. One lock for the whole ledger makes it a single line of entries: the tip is read
 * and the next lines written with nobody in between.
 *
 * Appends that come while a transaction is under way are written together by the next one: one lock, one wait for the
 * disk, however many they are.
 */

import type { LedgerStore, LedgerTip } from '../../ports/ledger-store.ts'
import type { Database, Sql } from './pool.ts'

/** `boydledg` as eight bytes of ASCII; see the lock of `migrate.ts`. */
const LEDGER_LOCK = '7093021410354095207'

/** Half a megabyte of usual lines in one statement. */
const BATCH_LINES_MAX = 1_000

/** `database` must be migrated. */
export function createPostgresLedgerStore(database: Database): LedgerStore {
  const waiting: Waiting[] = []
  let writing = false
  const flush = async (): Promise<void> => {
    writing = true
    while (waiting.length > 0) await writeBatch(database, waiting.splice(0, BATCH_LINES_MAX))
    writing = false
  }
  return {
    append: (key, build) =>
      new Promise((resolve, reject) => {
        waiting.push({ key, build, resolve, reject })
        if (!writing) void flush()
      }),
    async read(fromSeq, limit) {
      return linesOf(await database.rows<LineRow>('select line from boyd.ledger where seq >= $1 order by seq limit $2', [fromSeq, limit]))
    },
    async ofIncident(incidentId) {
      return linesOf(await database.rows<LineRow>('select line from boyd.ledger where incident_id = $1 order by seq', [incidentId]))
    },
  }
}

interface LineRow {
  readonly line: string
}

type Answer = Awaited<ReturnType<LedgerStore['append']>>

interface Waiting {
  readonly key: string
  readonly build: Parameters<LedgerStore['append']>[1]
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/** Never throws: each of those that wait is told how its own append ended, once that is durable. */
async function writeBatch(database: Database, batch: readonly Waiting[]): Promise<void> {
  try {
    const settle = await database.transaction((sql) => writeIn(sql, batch))
    for (const tell of settle) tell()
  } catch (error) {
    for (const { reject } of batch) reject(error)
  }
}

async function writeIn(sql: Sql, batch: readonly Waiting[]): Promise<readonly (() => void)[]> {
  // An external server may be set to answer before it has written; what the ledger says must be on disk.
  await sql.change('set local synchronous_commit = on')
  await sql.rows(`select pg_advisory_xact_lock(${LEDGER_LOCK})`)
  const stored = await sql.rows<LineRow & { key: string }>('select key, line from boyd.ledger where key = any($1)', [batch.map(({ key }) => key)])
  const known = new Map(stored.map(({ key, line }) => [key, line]))
  const rows: Row[] = []
  let [tip] = await sql.rows<LedgerTip>('select seq, hash, line from boyd.ledger order by seq desc limit 1')
  const settle = batch.map((waiting) => {
    const line = known.get(waiting.key)
    if (line !== undefined) return () => waiting.resolve({ line, repeated: true })
    const built = builtAfter(tip, waiting)
    if ('error' in built) return () => waiting.reject(built.error)
    rows.push(built)
    tip = built
    known.set(waiting.key, built.line)
    return () => waiting.resolve({ line: built.line, repeated: false })
  })
  await insert(sql, rows)
  return settle
}

interface Row extends LedgerTip {
  readonly key: string
  readonly incidentId: string
}

function builtAfter(tip: LedgerTip | undefined, { key, build }: Waiting): Row | { readonly error: unknown } {
  try {
    return { ...build(tip), seq: (tip?.seq ?? 0) + 1, key }
  } catch (error) {
    return { error }
  }
}

async function insert(sql: Sql, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  await sql.change('insert into boyd.ledger (seq, key, incident_id, hash, line) select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], string_to_array($5, chr(10)))', [
    rows.map(({ seq }) => seq),
    rows.map(({ key }) => key),
    rows.map(({ incidentId }) => incidentId),
    rows.map(({ hash }) => hash),
    // As one text: a line of JSON holds no line feed, and as an array each of its quotes would have to be escaped.
    rows.map(({ line }) => line).join('\n'),
  ])
}

function linesOf(rows: readonly LineRow[]): readonly string[] {
  return rows.map((row) => row.line)
}
