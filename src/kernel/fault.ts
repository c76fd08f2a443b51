/**
 * The world failed: a time-out, a refusal, a database that is down.
 *
 * Thrown at a port, caught at a mission step. A fault says whether it can recover by itself and what the
 * operator should do. It is told apart by `kind`, never by `instanceof`, because a mission reads faults back
 * from its journal after a crash, when only the data is left.
 */

export type FaultCode =
  | 'unavailable'
  | 'timeout'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'already-exists'
  | 'invalid'
  | 'too-large'
  | 'rate-limited'
  | 'expired'
  | 'lost-ownership'
  | 'internal'

/** What a caller may do about it without a person. */
export type Recovery = 'retry' | 'reread' | 'ask-human' | 'give-up'

export interface FaultData {
  readonly kind: 'fault'
  readonly code: FaultCode
  readonly recovery: Recovery
  /** What we were doing: `kubernetes patch`, `postgres query`. */
  readonly operation: string
  /** What we were doing it to: `Deployment shop/cart`. */
  readonly subject?: string
  readonly message: string
  /** What the operator should do, as one sentence. */
  readonly hint?: string
  /** HTTP status, where the world spoke HTTP. */
  readonly statusCode?: number
  /** How long the other side asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number
}

export type Fault = Error & FaultData

const RECOVERY: Record<FaultCode, Recovery> = {
  unavailable: 'retry',
  timeout: 'retry',
  unauthenticated: 'ask-human',
  forbidden: 'ask-human',
  'not-found': 'reread',
  conflict: 'reread',
  'already-exists': 'reread',
  invalid: 'give-up',
  'too-large': 'give-up',
  'rate-limited': 'retry',
  expired: 'reread',
  'lost-ownership': 'give-up',
  internal: 'give-up',
}

export type FaultInit = Omit<FaultData, 'kind' | 'recovery'> & { readonly recovery?: Recovery; readonly cause?: unknown }

/** Makes a fault to throw. `recovery` follows from the code unless given. */
export function fault(init: FaultInit): Fault {
  const { cause, ...data } = init
  const error = new Error(init.message, cause === undefined ? undefined : { cause })
  error.name = 'Fault'
  return Object.assign(error, { ...data, kind: 'fault' as const, recovery: init.recovery ?? RECOVERY[init.code] })
}

export function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'fault'
}

/** The plain data of a fault, for a journal, a ledger entry or a problem document. */
export function faultData(value: Fault): FaultData {
  const { kind, code, recovery, operation, message } = value
  return {
    kind,
    code,
    recovery,
    operation,
    message,
    ...(value.subject === undefined ? {} : { subject: value.subject }),
    ...(value.hint === undefined ? {} : { hint: value.hint }),
    ...(value.statusCode === undefined ? {} : { statusCode: value.statusCode }),
    ...(value.retryAfterMs === undefined ? {} : { retryAfterMs: value.retryAfterMs }),
  }
}

/** One line for a person: what failed, on what, and what to do. */
export function faultLine(value: FaultData): string {
  const subject = value.subject === undefined ? '' : ` (${value.subject})`
  const hint = value.hint === undefined ? '' : ` ${value.hint}`
  return `${value.operation}${subject}: ${value.message}.${hint}`.replaceAll('..', '.')
}
