/**
 * Does the server answer a query, and is it ours? A server that still replays its log accepts connections and
 * refuses them with 57P03; a stranger on a re-used port would refuse the password.
 */

import { Client } from 'pg'
import { fault } from '../../kernel/fault.ts'

/** One look at a server on loopback answers in milliseconds; past this it is stuck, and we look again. */
const LOOK_TIMEOUT_MS = 5_000

/** True when `select` works and the server serves `clusterDir`; false when it does not answer yet. */
export async function answers(url: string, clusterDir: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: LOOK_TIMEOUT_MS, query_timeout: LOOK_TIMEOUT_MS })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const result = await client.query<{ dir: string }>("select current_setting('data_directory') as dir")
    return result.rows[0]?.dir === clusterDir
  } catch (error) {
    if (isPasswordRefused(error)) throw passwordFault(clusterDir, error)
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

function isPasswordRefused(error: unknown): boolean {
  const { code } = error as { readonly code?: string }
  return code === '28P01' || code === '28000'
}

function passwordFault(clusterDir: string, cause: unknown): Error {
  return fault({
    code: 'unauthenticated',
    operation: 'connect to embedded PostgreSQL',
    subject: clusterDir,
    message: 'the server refuses the password that is kept beside it',
    hint: 'Put the old password file back, or choose another data directory.',
    cause,
  })
}
