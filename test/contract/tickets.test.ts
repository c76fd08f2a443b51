import { afterAll, beforeAll } from 'vitest'
import { createPostgresTickets } from '../../src/adapters/postgres/tickets.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { systemIds } from '../../src/kernel/ids.ts'
import { startTestDatabase, type TestDatabase } from './store-database.ts'
import { ticketsContract } from './tickets-contract.ts'

let server: TestDatabase
beforeAll(async () => {
  server = await startTestDatabase()
})
afterAll(() => server.stop())

ticketsContract('PostgreSQL', async () => createPostgresTickets({ database: server.database, ids: systemIds(systemClock()) }))
