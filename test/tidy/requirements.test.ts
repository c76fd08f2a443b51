import { expect, test } from 'vitest'
import { proves, REQUIREMENTS } from '../requirements.ts'
import { filesUnder } from './source-files.ts'

/** Tests run from both trees; a citation counts only where a test runner reads it. */
const cited = [...filesUnder('src', '.test.ts'), ...filesUnder('test', '.ts')]
  .filter(({ path }) => path !== 'test/requirements.ts')
  .flatMap(({ text }) => [...text.matchAll(/\bproves\(([^)]*)\)/g)].flatMap((call) => [...(call[1] ?? '').matchAll(/'([^']+)'/g)].map((id) => id[1] ?? '')))

test('every promise is cited by a test', () => {
  expect(REQUIREMENTS.filter(({ id }) => !cited.includes(id)).map(({ id, promise }) => `${id}: ${promise}`)).toEqual([])
})

test('a citation names a promise that is there', () => {
  const known: readonly string[] = REQUIREMENTS.map(({ id }) => id)
  expect(cited.filter((id) => !known.includes(id))).toEqual([])
})

test('each promise has one row', () => {
  const ids = REQUIREMENTS.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(proves(...ids)).toEqual(ids)
})
