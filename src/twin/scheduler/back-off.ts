/** How long a pod is kept back after an attempt (`pkg/scheduler/backend/queue/backoff_queue.go`): twice as long each time, and in whole seconds. */

export interface Backoff {
  readonly initialMs: number
  readonly maxMs: number
}

/** `backoffQOrderingWindowDuration`. */
const WINDOW_MS = 1_000

/** Until when, after so many attempts that ended alike. */
export function backoffUntilMs({ nowMs, backoff, count }: { readonly nowMs: number; readonly backoff: Backoff; readonly count: number }): number {
  return windowOf(nowMs + Math.min(backoff.maxMs, backoff.initialMs * 2 ** Math.min(30, count - 1)))
}

/** A window is over when the next one has begun. */
export function isBackoffOver(untilMs: number, nowMs: number): boolean {
  return untilMs < windowOf(nowMs)
}

/** When that will be. */
export function backoffEndMs(untilMs: number): number {
  return untilMs + WINDOW_MS
}

function windowOf(timeMs: number): number {
  return Math.floor(timeMs / WINDOW_MS) * WINDOW_MS
}
