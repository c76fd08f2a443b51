/**
 * The database as the stores see it: parameterised queries and transactions, with every failure a fault.
 * One pool serves the process.
 */

import { Pool, types, type PoolClient, type QueryResultRow } from 'pg'
import { fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import { postgresFault } from './postgres-fault.ts'

/** Something that runs SQL: the pool, or one transaction on it. */
export interface Sql {
  /** Rows of one statement. `$1…` stand for `values`. */
  rows<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /** How many rows a statement changed. */
  change(text: string, values?: readonly unknown[]): Promise<number>
}

export interface Database extends Sql {
  /** Commits when `work` resolves, rolls back and rethrows when it rejects. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Leaves room for the engine's own connections below PostgreSQL's default of 100, also with several workers. */
const CONNECTIONS_MAX = 10
const CONNECT_TIMEOUT_MS = 10_000
/** No statement of ours takes long; one that does is stuck behind a lock of somebody who is gone. */
const STATEMENT_TIMEOUT_MS = 60_000
/** A process that freezes inside a transaction must let go of its locks. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000
const INT8_TYPE = 20

/** Opens a pool on `url` (`postgres://…`). It connects at the first query. */
export function connectDatabase(options: { readonly url: string; readonly log: Log; readonly connectionsMax?: number }): Database {
  const pool = createPool(options)
  // A connection that breaks while idle is replaced by the pool; unheard, the event would end the process.
  pool.on('error', (error) => options.log.warn('a database connection broke', { error: error.message }))
  return {
    ...sqlOver(pool),
    transaction: (work) => inTransaction(pool, work),
    close: () => pool.end(),
  }
}

function createPool(options: { readonly url: string; readonly connectionsMax?: number }): Pool {
  try {
    return new Pool({
      connectionString: options.url,
      max: options.connectionsMax ?? CONNECTIONS_MAX,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
      allowExitOnIdle: true,
      application_name: 'boyd',
      // Milliseconds and sequence numbers stay far below 2^53.
      types: { getTypeParser: (id, format) => (id === INT8_TYPE ? Number : types.getTypeParser(id, format)) },
    })
  } catch (cause) {
    throw fault({ code: 'invalid', operation: 'postgres connect', message: 'DATABASE_URL is not a PostgreSQL address', hint: 'Write it as postgres://user:password@host:5432/database.', cause })
  }
}

function sqlOver(runner: Pool | PoolClient): Sql {
  const run = async <Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) => {
    try {
      return await runner.query<Row>(text, [...values])
    } catch (error) {
      throw postgresFault(error, 'postgres query')
    }
  }
  return {
    rows: async <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) => (await run<Row>(text, values)).rows,
    change: async (text, values) => (await run(text, values)).rowCount ?? 0,
  }
}

async function inTransaction<T>(pool: Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await connect(pool)
  const onError = (): void => undefined
  client.on('error', onError)
  try {
    await client.query('begin')
    const result = await work(sqlOver(client))
    await client.query('commit')
    release(client, onError)
    return result
  } catch (error) {
    const rolledBack = await client.query('rollback').then(() => true, () => false)
    // A connection that cannot roll back is in an unknown state: it is closed, not reused.
    release(client, onError, !rolledBack)
    throw sqlError(error)
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw postgresFault(error, 'postgres connect')
  }
}

function release(client: PoolClient, onError: () => void, broken = false): void {
  client.off('error', onError)
  client.release(broken)
}

/** Errors of the database become faults; an error of our own in `work` passes as it is. */
function sqlError(error: unknown): unknown {
  const fromDriver = error instanceof Error && ('code' in error || 'severity' in error || /connection/i.test(error.message))
  return fromDriver ? postgresFault(error, 'postgres transaction') : error
}
