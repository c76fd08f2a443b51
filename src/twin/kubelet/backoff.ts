/**
 * Delays that double, as `client-go/util/flowcontrol` keeps them for container restarts and image pulls.
 */

import type { Backoff } from './runtime.ts'

export interface BackoffLimits {
  readonly initialMs: number
  readonly maxMs: number
  /** An event this long after the last step starts over. */
  readonly resetMs: number
}

/** `Backoff.Next`: the first delay, the doubled one, or the first again after a long quiet time. */
export function nextBackoff(current: Backoff | undefined, limits: BackoffLimits, at: { readonly eventMs: number; readonly nowMs: number }): Backoff {
  if (current === undefined || hasExpired(current, limits, at.eventMs)) return { delayMs: limits.initialMs, stepAtMs: at.nowMs }
  return { delayMs: Math.min(current.delayMs * 2, limits.maxMs), stepAtMs: at.nowMs }
}

/** `IsInBackOffSince`: until when an event at `eventMs` has to wait; undefined when it need not. */
export function backoffUntil(current: Backoff | undefined, limits: BackoffLimits, eventMs: number): number | undefined {
  if (current === undefined || hasExpired(current, limits, eventMs)) return undefined
  return eventMs + current.delayMs
}

function hasExpired(current: Backoff, limits: BackoffLimits, eventMs: number): boolean {
  return eventMs - current.stepAtMs > limits.resetMs
}

/** A duration as Go prints it, for messages: `40s`, `2m40s`, `5m0s`. */
export function goDuration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (hours > 0) return `${hours}h${minutes % 60}m${seconds % 60}s`
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`
}
