import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPostgresInbox } from '../../src/adapters/postgres/inbox.ts'
import { startTestDatabase, type TestDatabase } from './store-database.ts'

let server: TestDatabase
beforeAll(async () => {
  server = await startTestDatabase()
})
afterAll(() => server.stop())

const times = <T>(count: number, work: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => work(index))

test('what comes twice is taken once', async () => {
  const inbox = createPostgresInbox(server.database)
  const taken = await Promise.all(times(30, () => inbox.put('one', 'once', { a: 1 })))
  expect(taken.filter(Boolean)).toHaveLength(1)
})

test('is worked on in order, each once, however many work at it; another kind is left alone', async () => {
  const inbox = createPostgresInbox(server.database)
  for (let index = 0; index < 20; index += 1) await inbox.put(`item-${index}`, 'items', index)
  await inbox.put('other', 'others', 0)
  const done: unknown[] = []
  await Promise.all(times(4, () => inbox.workOn('items', async (payload) => void done.push(payload))))
  expect(done.toSorted((left, right) => Number(left) - Number(right))).toEqual(times(20, (index) => index))
  await inbox.workOn('items', async (payload) => void done.push(payload))
  expect(done).toHaveLength(20)
})

test('what fails is tried again in later rounds, a few times, and keeps nobody waiting behind it', async () => {
  const inbox = createPostgresInbox(server.database)
  await inbox.put('bad', 'mixed', 'bad')
  await inbox.put('good', 'mixed', 'good')
  const seen: unknown[] = []
  const work = async (payload: unknown): Promise<void> => {
    seen.push(payload)
    if (payload === 'bad') throw new Error('not today')
  }
  for (let round = 0; round < 8; round += 1) await inbox.workOn('mixed', work)
  expect(seen.filter((payload) => payload === 'good')).toHaveLength(1)
  expect(seen.filter((payload) => payload === 'bad')).toHaveLength(5)
})
