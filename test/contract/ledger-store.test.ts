import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPostgresLedgerStore } from '../../src/adapters/postgres/ledger-store.ts'
import { createMemoryLedgerStore } from '../../src/audit/memory-ledger-store.ts'
import { ledgerStoreContract } from './ledger-store-contract.ts'
import { startTestDatabase, type TestDatabase } from './store-database.ts'

let server: TestDatabase
beforeAll(async () => {
  server = await startTestDatabase()
})
afterAll(() => server.stop())

ledgerStoreContract('memory', async () => createMemoryLedgerStore())
ledgerStoreContract('PostgreSQL', async () => createPostgresLedgerStore(server.database))

test.each(["update boyd.ledger set line = '{}'", 'delete from boyd.ledger', 'truncate boyd.ledger'])('PostgreSQL refuses: %s', async (statement) => {
  await createPostgresLedgerStore(server.database).append('guarded', (tip) => ({ line: JSON.stringify({ seq: (tip?.seq ?? 0) + 1, incidentId: 'inc-1' }), hash: 'h', incidentId: 'inc-1' }))
  await expect(server.database.change(statement)).rejects.toThrow('append-only')
})
