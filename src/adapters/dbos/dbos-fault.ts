/**
 * Errors on their way through DBOS. Its own signals (cancelled, no longer the owner) must pass a mission
 * untouched, for DBOS parks the run when it sees them. Everything else becomes a fault, and a fault that was
 * read back from the journal is made whole again from its data.
 */

import { fault, faultData, isFault, type Fault, type FaultData } from '../../kernel/fault.ts'

/** Codes of `dist/src/error.js` in 5.3.0. */
const LOST_OWNERSHIP = 5
const NO_SUCH_WORKFLOW = 16
const CANCELLED = 24
const UNEXPECTED_STEP = 26
const AWAITED_WAS_CANCELLED = 27
const STEP_NONDETERMINISM = 37

/** True for what DBOS throws to stop a run: it is not an answer of the mission. */
export function stopsRun(error: unknown): boolean {
  const code = codeOf(error)
  return code === LOST_OWNERSHIP || code === CANCELLED
}

/** A fault with the same data and a fresh stack; `internal` for anything that is no fault, which is a bug of ours. */
export function toFault(error: unknown, operation: string): Fault {
  if (isFault(error)) return reviveFault(faultData(error))
  const message = error instanceof Error ? error.message : String(error)
  return fault({ code: 'internal', operation, message, cause: error })
}

/** From the data that a journal kept. */
export function reviveFault(data: FaultData): Fault {
  const { kind: _kind, ...init } = data
  return fault(init)
}

/** What a call to DBOS about `missionId` ended with. */
export function dbosFault(error: unknown, operation: string, missionId: string): Fault {
  if (isFault(error)) return toFault(error, operation)
  const common = { operation, subject: missionId, cause: error }
  switch (codeOf(error)) {
    case NO_SUCH_WORKFLOW:
      return fault({ ...common, code: 'not-found', message: 'there is no such mission' })
    case CANCELLED:
    case AWAITED_WAS_CANCELLED:
      return fault({ ...common, code: 'conflict', recovery: 'give-up', message: 'the mission was cancelled' })
    case UNEXPECTED_STEP:
    case STEP_NONDETERMINISM:
      return fault({ ...common, code: 'internal', message: 'the mission took other steps than its journal says', hint: 'It was begun by another version; start a new mission.' })
    default:
      return isDatabaseError(error) ? fault({ ...common, code: 'unavailable', message: 'the database does not answer', hint: 'Check that PostgreSQL runs, and that DATABASE_URL names it.' }) : toFault(error, operation)
  }
}

function codeOf(error: unknown): number | undefined {
  const { dbosErrorCode } = (error ?? {}) as { readonly dbosErrorCode?: unknown }
  return typeof dbosErrorCode === 'number' ? dbosErrorCode : undefined
}

/** `pg` errors carry a severity, system errors of the road a syscall. */
function isDatabaseError(error: unknown): boolean {
  return error instanceof Error && ('severity' in error || 'syscall' in error || /connection terminated|connect timeout|trying to connect/i.test(error.message))
}
