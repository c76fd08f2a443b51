/** Waiting on the real side, for as long as it may take on a machine that does other things too. */

import { jsonEqual } from '../../src/kernel/json.ts'
import type { Side } from './sides.ts'

export const PATIENCE_MS = 25_000
export const LOOK_MS = 25
/** Nothing that is compared has changed for so long: it is not on its way to anywhere. Back-off of Jobs is 10 s, unshortened. */
export const STANDSTILL_MS = 12_000

interface Patience {
  readonly steadyMs?: number
  readonly patienceMs?: number
  /** Where this stays the same for long, patience ends early. */
  readonly standstill?: () => unknown
  readonly standstillMs?: number
}

/** Waits until `holds` held for a while without a break, or patience is over: the caller looks again and sees which. */
export async function until({ clock }: Side, holds: () => boolean, { steadyMs = 0, patienceMs = PATIENCE_MS, standstill = () => clock.now(), standstillMs = STANDSTILL_MS }: Patience = {}): Promise<void> {
  const deadlineMs = clock.now() + patienceMs
  let heldSinceMs: number | undefined
  let still = { value: standstill(), sinceMs: clock.now() }
  while (clock.now() < deadlineMs) {
    heldSinceMs = holds() ? (heldSinceMs ?? clock.now()) : undefined
    if (heldSinceMs !== undefined && clock.now() - heldSinceMs >= steadyMs) return
    const value = standstill()
    if (!jsonEqual(value, still.value)) still = { value, sinceMs: clock.now() }
    if (clock.now() - still.sinceMs > standstillMs) return
    await clock.sleep(LOOK_MS)
  }
}
