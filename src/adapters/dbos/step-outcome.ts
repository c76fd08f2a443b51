/**
 * A step's work and what the journal keeps of it: one JSON text, a value or a fault. Text, because the journal
 * must give back after a crash exactly what the mission saw before it.
 *
 * Faults that may heal are tried again here, before they are recorded; the rest is recorded at once.
 */

import { fault, faultData, isFault, type FaultData } from '../../kernel/fault.ts'
import { PORT_ATTEMPTS_MAX } from '../../kernel/limits.ts'
import type { Clock } from '../../kernel/clock.ts'
import { reviveFault, toFault } from './dbos-fault.ts'

type Outcome = { readonly type: 'value'; readonly value?: unknown } | { readonly type: 'fault'; readonly fault: FaultData }

export interface Attempts {
  readonly name: string
  readonly clock: Clock
  /** Fires when the mission is cancelled: the back-off ends at once. */
  readonly signal: AbortSignal | undefined
  /** The fence; runs before each attempt. */
  readonly before: () => Promise<void>
}

/** 0.5 s, 1.5 s, 4.5 s: together the length of a server's restart. Longer outages are the mission's to judge. */
const BACK_OFF_MS = 500
const BACK_OFF_FACTOR = 3
/** A server that asks for more patience than this is treated as unavailable. */
const BACK_OFF_MAX_MS = 30_000

/** Runs `work` with retries. Returns the text for the journal; throws only what must not be recorded. */
export async function attempt(work: () => Promise<unknown>, attempts: Attempts): Promise<string> {
  for (let number = 1; ; number += 1) {
    const outcome = await tryOnce(work, attempts)
    if (outcome.type === 'value' || outcome.fault.recovery !== 'retry' || number >= PORT_ATTEMPTS_MAX) return JSON.stringify(outcome)
    const waitMs = Math.min(outcome.fault.retryAfterMs ?? BACK_OFF_MS * BACK_OFF_FACTOR ** (number - 1), BACK_OFF_MAX_MS)
    await attempts.clock.sleep(waitMs, attempts.signal === undefined ? {} : { signal: attempts.signal })
  }
}

async function tryOnce(work: () => Promise<unknown>, attempts: Attempts): Promise<Outcome> {
  try {
    await attempts.before()
    return { type: 'value', value: await work() }
  } catch (error) {
    if (mustEscape(error)) throw error
    return { type: 'fault', fault: faultData(toFault(error, `step ${attempts.name}`)) }
  }
}

/** A process that lost the mission has nothing to record: the journal belongs to the new owner. */
function mustEscape(error: unknown): boolean {
  return isFault(error) && error.code === 'lost-ownership'
}

/** The value the step returned, or throws the fault it ended with. */
export function readOutcome(text: string): unknown {
  const outcome = JSON.parse(text) as Outcome
  if (outcome.type === 'value') return outcome.value
  throw reviveFault(outcome.fault)
}

export function lostOwnership(missionId: string): Error {
  return fault({ code: 'lost-ownership', operation: 'fenced step', subject: missionId, message: 'another process owns the mission now' })
}
