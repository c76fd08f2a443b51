/**
 * Ledger lines on PostgreSQL. One lock for the whole ledger makes it a single line of entries: the tip is read
 * and the next line written with nobody in between.
 */

import { assert } from '../../kernel/assert.ts'
import { isRecord } from '../../kernel/json.ts'
import type { LedgerStore, LedgerTip } from '../../ports/ledger-store.ts'
import type { Database, Sql } from './pool.ts'

/** `boydledg` as eight bytes of ASCII; see the lock of `migrate.ts`. */
const LEDGER_LOCK = '7093021410354095207'

/** `database` must be migrated. */
export function createPostgresLedgerStore(database: Database): LedgerStore {
  return {
    append: (key, build) => database.transaction((sql) => append(sql, key, build)),
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

async function append(sql: Sql, key: string, build: Parameters<LedgerStore['append']>[1]): ReturnType<LedgerStore['append']> {
  // An external server may be set to answer before it has written; what the ledger says must be on disk.
  await sql.change('set local synchronous_commit = on')
  await sql.rows(`select pg_advisory_xact_lock(${LEDGER_LOCK})`)
  const stored = await sql.rows<LineRow>('select line from boyd.ledger where key = $1', [key])
  if (stored[0] !== undefined) return { line: stored[0].line, repeated: true }
  const tips = await sql.rows<{ seq: number; hash: string }>('select seq, hash from boyd.ledger order by seq desc limit 1')
  const tip: LedgerTip | undefined = tips[0]
  const { line, hash } = build(tip)
  const { seq, incidentId } = readLine(line)
  assert(tip === undefined || seq === tip.seq + 1, 'a ledger line follows the tip')
  await sql.change('insert into boyd.ledger (seq, key, incident_id, hash, line) values ($1, $2, $3, $4, $5)', [seq, key, incidentId, hash, line])
  return { line, repeated: false }
}

/** The two fields by which lines are found again; the rest of a line is the ledger's own affair. */
function readLine(line: string): { readonly seq: number; readonly incidentId: string } {
  const entry: unknown = JSON.parse(line)
  assert(isRecord(entry) && Number.isSafeInteger(entry['seq']) && typeof entry['incidentId'] === 'string', 'a ledger line holds seq and incidentId')
  return { seq: entry['seq'] as number, incidentId: entry['incidentId'] as string }
}

function linesOf(rows: readonly LineRow[]): readonly string[] {
  return rows.map((row) => row.line)
}
