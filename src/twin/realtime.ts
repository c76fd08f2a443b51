/**
 * A twin that lives on the wall clock, or on one that runs a few times as fast: the embedded cluster.
 *
 * The simulation is moved to the clock's time when the next thing is due, and before every request, so that nobody
 * ever sees a cluster that lags behind.
 */

import type { Cancel, Clock } from '../kernel/clock.ts'
import type { Twin } from './compose-twin.ts'

export interface Realtime {
  /** Brings the twin up to now. */
  catchUp(): void
  stop(): void
}

/** Even when nothing is due sooner: somebody may have written, and written things take a moment of virtual time. */
const LOOK_INTERVAL_MS = 50

/**
 * `clock` decides how fast the twin lives (`scaledClock`); it should start at the twin's time. `factor` is that clock's speed,
 * so that the twin is looked at every 50 ms of the wall and not of the cluster.
 */
export function runRealtime(options: { readonly twin: Twin; readonly clock: Clock; readonly factor?: number }): Realtime {
  const { twin, clock, factor = 1 } = options
  const longestMs = LOOK_INTERVAL_MS * factor
  let cancel: Cancel = () => undefined
  let isStopped = false
  const catchUp = (): void => {
    const behindMs = clock.now() - twin.nowMs()
    if (!isStopped && behindMs > 0) twin.advance(behindMs)
  }
  const arm = (): void => {
    const dueInMs = (twin.nextAtMs() ?? Number.POSITIVE_INFINITY) - clock.now()
    cancel = clock.after(Math.min(longestMs, Math.max(1, dueInMs)), () => {
      catchUp()
      if (!isStopped) arm()
    })
  }
  arm()
  return {
    catchUp,
    stop() {
      isStopped = true
      cancel()
    },
  }
}
