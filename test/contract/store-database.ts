/** A real PostgreSQL for one test file: embedded, in a folder of its own that goes with it. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../src/adapters/postgres/embedded.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { connectDatabase, type Database } from '../../src/adapters/postgres/pool.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'

export interface TestDatabase {
  readonly url: string
  readonly database: Database
  stop(): Promise<void>
}

/** Starts it, migrated. Takes about a second. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'boyd-test-'))
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), log: silentLog(), clock: systemClock() })
  const database = connectDatabase({ url: server.url, log: silentLog() })
  await migrate(database)
  return {
    url: server.url,
    database,
    async stop() {
      await database.close()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
