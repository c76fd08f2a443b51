import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded.ts'
import { migrate, MIGRATIONS } from './migrate.ts'
import { connectDatabase, type Database } from './pool.ts'

let folder: string
let server: EmbeddedPostgres
let database: Database
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'boyd-migrate-'))
  server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), log: silentLog(), clock: systemClock() })
})
beforeEach(() => {
  database = connectDatabase({ url: server.url, log: silentLog() })
})
afterEach(async () => {
  await database.change('drop schema if exists boyd cascade')
  await database.close()
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const first = { id: '0001-first', sql: 'create table boyd.first (n int); insert into boyd.first values (1);' }
const second = { id: '0002-second', sql: 'alter table boyd.first add column m int;' }

test('the migrations are numbered from 1 without a gap', () => {
  expect(MIGRATIONS.map(({ id }) => Number(id.slice(0, 4)))).toEqual(MIGRATIONS.map((_, index) => index + 1))
})

test('processes that start at once migrate once', async () => {
  await Promise.all(Array.from({ length: 8 }, () => migrate(database)))
  expect(await database.rows('select id from boyd.migrations order by id')).toEqual(MIGRATIONS.map(({ id }) => ({ id })))
})

test('a later build runs what is new and nothing else', async () => {
  await migrate(database, [first])
  await migrate(database, [first, second])
  await migrate(database, [first, second])
  expect(await database.rows('select n, m from boyd.first')).toEqual([{ n: 1, m: null }])
})

test('a migration that fails leaves nothing behind', async () => {
  await expect(migrate(database, [first, { id: '0002-broken', sql: 'create table boyd.half (n int); select nonsense;' }])).rejects.toMatchObject({ kind: 'fault' })
  expect(await database.rows("select to_regclass('boyd.first') as first, to_regclass('boyd.half') as half")).toEqual([{ first: null, half: null }])
})

test.each([
  { what: 'a newer database', migrations: [first], message: 'newer' },
  { what: 'a migration that was changed', migrations: [first, { ...second, sql: 'select 1' }], message: 'another build' },
])('$what is refused with a hint', async ({ migrations, message }) => {
  await migrate(database, [first, second])
  await expect(migrate(database, migrations)).rejects.toMatchObject({ kind: 'fault', code: 'invalid', message: expect.stringContaining(message), hint: expect.any(String) })
})
