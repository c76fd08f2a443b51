/**
 * The twin's clock: sleeping is what makes its time pass.
 *
 * One flow at a time may sleep on it. Timers fire in order while time passes, between two steps of the simulation,
 * never inside one.
 */

import type { Cancel, Clock } from '../kernel/clock.ts'

interface Timer {
  readonly atMs: number
  readonly callback: () => void
}

export interface VirtualClock extends Clock {
  /** Runs simulation and timers until `untilMs`. */
  advanceTo(untilMs: number): void
}

export function createVirtualClock(simulation: { nowMs(): number; advanceTo(untilMs: number): void }): VirtualClock {
  let timers: readonly Timer[] = []
  const advanceTo = (untilMs: number): void => {
    for (let due = earliest(timers, untilMs); due !== undefined; due = earliest(timers, untilMs)) {
      const timer = due
      timers = timers.filter((other) => other !== timer)
      simulation.advanceTo(timer.atMs)
      timer.callback()
    }
    simulation.advanceTo(untilMs)
  }
  return {
    advanceTo,
    now: () => simulation.nowMs(),
    async sleep(durationMs, options) {
      options?.signal?.throwIfAborted()
      advanceTo(simulation.nowMs() + Math.max(0, durationMs))
      await yieldToOthers()
      options?.signal?.throwIfAborted()
    },
    after(durationMs, callback): Cancel {
      const timer: Timer = { atMs: simulation.nowMs() + Math.max(0, durationMs), callback }
      timers = [...timers, timer]
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
  }
}

function earliest(timers: readonly Timer[], untilMs: number): Timer | undefined {
  let first: Timer | undefined
  for (const timer of timers) if (timer.atMs <= untilMs && (first === undefined || timer.atMs < first.atMs)) first = timer
  return first
}

/** Those who wait for a change of the twin (a watch) run before the sleeper goes on: a few turns of the microtask queue. */
async function yieldToOthers(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve()
}
