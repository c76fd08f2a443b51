/**
 * Time, as a thing that is handed in.
 *
 * Everything that reads the time, waits or arms a timer takes a `Clock`; lint bans the ambient ones outside
 * this folder. That is what lets a mission run on the wall clock, on the embedded cluster's faster clock and
 * on the twin's virtual one with the same lines of code.
 */

/** Cancels what was armed. Calling it twice, or after the timer fired, does nothing. */
export type Cancel = () => void

export interface Clock {
  /** Milliseconds since the Unix epoch, in this clock's time. */
  now(): number
  /** Resolves after `durationMs` of this clock's time. Rejects with the signal's reason when aborted. */
  sleep(durationMs: number, options?: { readonly signal?: AbortSignal }): Promise<void>
  /** Runs `callback` once after `durationMs` of this clock's time. Never keeps the process alive by itself. */
  after(durationMs: number, callback: () => void): Cancel
}

/** setTimeout overflows past 2^31 − 1 ms and would fire at once; longer waits are cut into slices of a day. */
const TIMER_SLICE_MS = 86_400_000

/** The machine's own clock. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    sleep: (durationMs, options) => sleepSliced(durationMs, options?.signal),
    after: (durationMs, callback) => armTimer(durationMs, callback),
  }
}

/** How a scaled clock relates to the wall clock; two processes with the same scale agree on the time. */
export interface ClockScale {
  readonly factor: number
  /** What the clock shows at `wallStartMs`; both default to now. */
  readonly startMs?: number
  readonly wallStartMs?: number
}

/**
 * A clock that runs `factor` times as fast as the wall clock.
 *
 * The embedded cluster uses it, so that a story of ten minutes can be watched in thirty seconds while every
 * constant of Kubernetes keeps its real value.
 */
export function scaledClock(options: ClockScale): Clock {
  const wallStartMs = options.wallStartMs ?? Date.now()
  const startMs = options.startMs ?? wallStartMs
  return {
    now: () => Math.floor(startMs + (Date.now() - wallStartMs) * options.factor),
    sleep: (durationMs, sleepOptions) => sleepSliced(durationMs / options.factor, sleepOptions?.signal),
    after: (durationMs, callback) => armTimer(durationMs / options.factor, callback),
  }
}

/** RFC 3339 with milliseconds, UTC. */
export function toIso(timeMs: number): string {
  return new Date(timeMs).toISOString()
}

/** RFC 3339 with whole seconds, UTC: the precision Kubernetes stores. */
export function toKubeTime(timeMs: number): string {
  const second = Math.floor(timeMs / 1_000)
  if (lastSecond.second !== second) lastSecond = { second, text: `${new Date(timeMs).toISOString().slice(0, 19)}Z` }
  return lastSecond.text
}

/** A simulation writes the same second many times over. */
let lastSecond = { second: NaN, text: '' }

/** Parses RFC 3339. Returns undefined for anything that is not a time. */
export function parseTimeMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const known = timesRead.get(text)
  const timeMs = known ?? Date.parse(text)
  if (known === undefined) rememberTime(text, timeMs)
  return Number.isNaN(timeMs) ? undefined : timeMs
}

/** The same moments are read again and again: those of the objects of a cluster. */
const timesRead = new Map<string, number>()
const TIMES_READ_MAX = 4_096

function rememberTime(text: string, timeMs: number): void {
  if (timesRead.size >= TIMES_READ_MAX) timesRead.clear()
  timesRead.set(text, timeMs)
}

function armTimer(durationMs: number, callback: () => void): Cancel {
  const timer = setTimeout(
    () => {
      if (durationMs > TIMER_SLICE_MS) cancel = armTimer(durationMs - TIMER_SLICE_MS, callback)
      else callback()
    },
    Math.min(durationMs, TIMER_SLICE_MS),
  )
  timer.unref()
  let cancel: Cancel = () => clearTimeout(timer)
  return () => cancel()
}

async function sleepSliced(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  let leftMs = Math.max(0, durationMs)
  do {
    await sleepOnce(Math.min(leftMs, TIMER_SLICE_MS), signal)
    leftMs -= TIMER_SLICE_MS
  } while (leftMs > 0)
}

function sleepOnce(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, durationMs)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** For people: `40 s` up to two minutes, `45 min` above. */
export function durationText(durationMs: number): string {
  const seconds = Math.round(durationMs / 1_000)
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}
