import { expect, test } from 'vitest'
import { fault } from '../../kernel/fault.ts'
import { silentLog } from '../../kernel/log.ts'
import { connectDatabase } from './pool.ts'
import { postgresFault } from './postgres-fault.ts'

test.each([
  { sqlstate: '57P03', code: 'unavailable', recovery: 'retry' },
  { sqlstate: '57014', code: 'timeout', recovery: 'retry' },
  { sqlstate: '53300', code: 'unavailable', recovery: 'retry' },
  { sqlstate: '53100', code: 'unavailable', recovery: 'ask-human' },
  { sqlstate: '40P01', code: 'conflict', recovery: 'retry' },
  { sqlstate: '40001', code: 'conflict', recovery: 'retry' },
  { sqlstate: '28P01', code: 'unauthenticated', recovery: 'ask-human' },
  { sqlstate: '42501', code: 'forbidden', recovery: 'ask-human' },
  { sqlstate: '3D000', code: 'not-found', recovery: 'ask-human' },
  { sqlstate: '23505', code: 'already-exists', recovery: 'reread' },
  { sqlstate: '22021', code: 'invalid', recovery: 'give-up' },
  { sqlstate: '42P01', code: 'internal', recovery: 'give-up' },
  { sqlstate: 'ECONNREFUSED', code: 'unavailable', recovery: 'retry' },
])('$sqlstate is $code, $recovery', ({ sqlstate, code, recovery }) => {
  const error = Object.assign(new Error('said the server'), { code: sqlstate })
  expect(postgresFault(error, 'postgres query')).toMatchObject({ kind: 'fault', code, recovery, message: 'said the server' })
})

test.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect', 'Connection terminated due to connection timeout'])('“%s” is unavailable', (message) => {
  expect(postgresFault(new Error(message), 'postgres query').code).toBe('unavailable')
})

test('a fault passes as it is', () => {
  const given = fault({ code: 'expired', operation: 'x', message: 'y' })
  expect(postgresFault(given, 'postgres query')).toBe(given)
})

test('a server that is not there is a fault with a hint, and the password is nowhere in it', async () => {
  // Port 1 of loopback: nothing listens on tcpmux.
  const database = connectDatabase({ url: 'postgres://boyd:open-sesame@127.0.0.1:1/boyd', log: silentLog() })
  const caught: unknown = await database.transaction((sql) => sql.rows('select 1')).catch((error: unknown) => error)
  expect(caught).toMatchObject({ kind: 'fault', code: 'unavailable', recovery: 'retry', hint: expect.stringContaining('DATABASE_URL') })
  expect(`${(caught as Error).stack} ${JSON.stringify(caught)}`).not.toContain('open-sesame')
  await database.close()
})
