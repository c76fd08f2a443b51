import { afterAll, beforeAll } from 'vitest'
import { createPostgresStore } from '../../src/adapters/postgres/store.ts'
import { storeContract } from './store-contract.ts'
import { startTestDatabase, type TestDatabase } from './store-database.ts'

let server: TestDatabase
beforeAll(async () => {
  server = await startTestDatabase()
})
afterAll(() => server.stop())

storeContract('PostgreSQL', async () => createPostgresStore(server.database))
