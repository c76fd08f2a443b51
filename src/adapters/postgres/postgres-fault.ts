/**
 * What PostgreSQL or the road to it says, as a fault: by SQLSTATE class, by system error, else by what the
 * driver says about time and connections. Connection text and values of rows never enter a message.
 */

import { fault, isFault, type Fault, type FaultCode, type Recovery } from '../../kernel/fault.ts'

interface Meaning {
  readonly code: FaultCode
  readonly recovery?: Recovery
  readonly hint?: string
}

const REACH_HINT = 'Check that PostgreSQL runs, and that DATABASE_URL names it.'
const ACCESS_HINT = 'Check the user, the password and the rights that DATABASE_URL names.'

/** Longest prefix wins. Codes: appendix A of the PostgreSQL manual. */
const BY_SQLSTATE: readonly (readonly [prefix: string, meaning: Meaning])[] = [
  ['57014', { code: 'timeout' }],
  ['57P', { code: 'unavailable', hint: 'PostgreSQL is starting or stopping.' }],
  ['55P03', { code: 'timeout' }],
  ['53100', { code: 'unavailable', recovery: 'ask-human', hint: 'The disk of the database is full.' }],
  ['53300', { code: 'unavailable', hint: 'PostgreSQL has no connection left: raise max_connections.' }],
  ['42501', { code: 'forbidden', hint: ACCESS_HINT }],
  ['40', { code: 'conflict', recovery: 'retry' }],
  ['3D', { code: 'not-found', recovery: 'ask-human', hint: 'Create the database that DATABASE_URL names.' }],
  ['28', { code: 'unauthenticated', hint: ACCESS_HINT }],
  ['25006', { code: 'unavailable', hint: 'This server is read-only: DATABASE_URL must name the primary.' }],
  ['23503', { code: 'not-found' }],
  ['23505', { code: 'already-exists' }],
  ['23', { code: 'invalid' }],
  ['22', { code: 'invalid' }],
  ['54', { code: 'too-large' }],
  ['08', { code: 'unavailable', hint: REACH_HINT }],
]

const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT'])
/** What `pg` 8 says without a code when a connection ends under it or none is to be had. */
const CONNECTION_WORDS = /connection terminated|timeout exceeded when trying to connect|connection ended|client has encountered a connection error|not queryable/i

/** The fault for an error thrown by `pg`. A fault passes through unchanged. */
export function postgresFault(error: unknown, operation: string): Fault {
  if (isFault(error)) return error
  const { code, message } = describe(error)
  return fault({ ...meaningOf(code, message), operation, message, cause: error })
}

function meaningOf(code: string, message: string): Meaning {
  if (UNREACHABLE.has(code) || CONNECTION_WORDS.test(message)) return { code: 'unavailable', hint: REACH_HINT }
  return BY_SQLSTATE.find(([prefix]) => code.startsWith(prefix))?.[1] ?? { code: 'internal' }
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  // A host with several addresses fails with one error an address; the first speaks for all.
  const first = error instanceof AggregateError && error.message === '' ? (error.errors[0] as unknown) : error
  const { code } = first as { readonly code?: unknown }
  return { code: typeof code === 'string' ? code : '', message: first instanceof Error ? first.message : String(first) }
}
