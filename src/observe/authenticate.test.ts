import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { authenticate } from './authenticate.ts'

const body = new TextEncoder().encode('{"a":1}')
const sign = (secret: string): string => createHmac('sha256', secret).update(body).digest('hex')

test.each([
  { name: 'the right token', headers: { Authorization: 'Bearer t0ken' }, want: 'secret' },
  { name: 'another token', headers: { authorization: 'Bearer t0kem' }, want: undefined },
  { name: 'a prefix of the token', headers: { authorization: 'Bearer t0ke' }, want: undefined },
  { name: 'nothing', headers: {}, want: undefined },
  { name: 'a signature', headers: { 'X-Boyd-Signature': `sha256=${sign('s')}` }, want: 'signed' },
  { name: 'one of two signatures, as in a rotation', headers: { 'x-boyd-signature': `v1=${sign('old')},v1=${sign('s')}` }, want: 'signed' },
  { name: 'a signature by another secret', headers: { 'x-boyd-signature': sign('x') }, want: undefined },
])('$name', ({ headers, want }) => {
  expect(authenticate({ body, headers, token: 't0ken', hmacSecret: 's' })).toBe(want)
})

test('an empty secret or token trusts nobody', () => {
  expect(authenticate({ body, headers: { authorization: 'Bearer x', 'x-boyd-signature': sign('') }, token: '', hmacSecret: '' })).toBeUndefined()
})
