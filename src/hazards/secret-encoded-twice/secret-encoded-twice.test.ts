import { expect, test } from 'vitest'
import { fieldsFound, findingsOf } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { secretEncodedTwice } from './secret-encoded-twice.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const secret = (values: Record<string, unknown>) => [object('v1', 'Secret', 's', values)]
const TWICE = base64(base64('postgres://app:password@db'))

test.each([
  { name: 'twice', objects: secret({ data: { url: TWICE } }), want: ['Secret s data.url'] },
  { name: 'once, in stringData', objects: secret({ stringData: { url: base64('a readable value') } }), want: ['Secret s stringData.url'] },
  { name: 'good', objects: secret({ data: { url: base64('postgres://app:password@db') }, stringData: { plain: 'hello world' } }), want: [] },
  { name: 'look-alike: a password that happens to be base64 of bytes', objects: secret({ data: { password: base64('q83vEjRWeJA7zQ==') } }), want: [] },
  { name: 'look-alike: a registry credential', objects: secret({ data: { '.dockerconfigjson': base64(base64('{"auths":{}}')) } }), want: [] },
  { name: 'look-alike: a digest as the snapshot keeps it', objects: secret({ data: { a: `sha256:${'a'.repeat(64)}` } }), want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(secretEncodedTwice, { objects })).toEqual(want))

test('the value itself is never told', () => {
  expect(JSON.stringify(findingsOf(secretEncodedTwice, { objects: secret({ data: { url: TWICE } }) }).map(({ path, summary, advice, cause }) => ({ path, summary, advice, cause })))).not.toContain('postgres')
})
