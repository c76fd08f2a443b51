/**
 * Is this too fresh to be called a fault? Ordinary starts, binds and heartbeats take their time.
 *
 * A folder of collected objects may know no later time than that of the fault itself; then nothing says how long it
 * has lasted, and the fault stands: somebody collected it for a reason.
 */

import type { View } from '../../model/view.ts'

/** Less than this between the fault and the newest time known is no measure of anything. */
const UNKNOWN_MS = 2_000

export function isTooFresh(view: View, sinceMs: number | undefined, patienceMs: number): boolean {
  if (sinceMs === undefined) return false
  const lastedMs = view.nowMs - sinceMs
  return lastedMs > UNKNOWN_MS && lastedMs < patienceMs
}
