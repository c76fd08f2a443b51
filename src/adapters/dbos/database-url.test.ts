import { expect, test } from 'vitest'
import { withIdleLimit } from './database-url.ts'

test.each([
  { what: 'no options', url: 'postgres://u:p%40@h:5432/d', options: '-c idle_in_transaction_session_timeout=10000' },
  { what: 'other options', url: 'postgres://u:p@h/d?options=-c%20jit%3Doff&sslmode=require', options: '-c jit=off -c idle_in_transaction_session_timeout=10000' },
  { what: 'a limit of its own', url: 'postgres://u:p@h/d?options=-c%20idle_in_transaction_session_timeout%3D5s', options: '-c idle_in_transaction_session_timeout=5s' },
])('$what', ({ url, options }) => {
  const address = new URL(withIdleLimit(url))
  expect(address.searchParams.get('options')).toBe(options)
  expect(address.password).toBe(new URL(url).password)
  expect(address.searchParams.get('sslmode')).toBe(new URL(url).searchParams.get('sslmode'))
})
