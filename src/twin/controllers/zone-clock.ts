/**
 * Local time in a time zone, both ways, as Go's `time.Date` and `Time.In` tell it. What a wall clock never shows, or shows twice, becomes an instant by Go's rule: the offset
 * that holds at the same reading in UTC, and if it does not hold at the instant that follows from it, the one that holds there.
 */

const MINUTE_MS = 60_000

/** A reading of a wall clock; months and days may run over, as in `Date.UTC`, with 1 for January. */
interface Reading {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
}

export interface LocalTime extends Reading {
  readonly atMs: number
  /** Sunday is 0. */
  readonly weekday: number
}

export interface ZoneClock {
  at(atMs: number): LocalTime
  local(reading: Reading): LocalTime
}

/** Of a name that the IANA database knows; UTC without one. Throws `RangeError` for others. */
export function zoneClock(timeZone?: string): ZoneClock {
  const offsetMs = offsetsOf(timeZone)
  const at = (atMs: number): LocalTime => {
    const shown = new Date(atMs + offsetMs(atMs))
    return { atMs, year: shown.getUTCFullYear(), month: shown.getUTCMonth() + 1, day: shown.getUTCDate(), hour: shown.getUTCHours(), minute: shown.getUTCMinutes(), weekday: shown.getUTCDay() }
  }
  return {
    at,
    local({ year, month, day, hour, minute }) {
      const shownMs = Date.UTC(year, month - 1, day, hour, minute)
      return at(shownMs - offsetMs(shownMs - offsetMs(shownMs)))
    },
  }
}

/** As Go writes it by RFC 3339, with the offset of the zone: `2026-03-01T09:00:00+01:00`. */
export function timeInZone(atMs: number, timeZone: string | undefined): string {
  const minutes = offsetsOf(timeZone)(atMs) / MINUTE_MS
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  const offset = minutes === 0 ? 'Z' : `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`
  return `${new Date(atMs + minutes * MINUTE_MS).toISOString().slice(0, 19)}${offset}`
}

/** Local time minus UTC at an instant. */
function offsetsOf(timeZone: string | undefined): (atMs: number) => number {
  if (timeZone === undefined || timeZone === 'UTC' || timeZone === 'Etc/UTC') return () => 0
  const format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' })
  return (atMs) => {
    const part = Object.fromEntries(format.formatToParts(new Date(atMs)).map(({ type, value }) => [type, Number(value)]))
    return Date.UTC(part['year'] ?? 0, (part['month'] ?? 1) - 1, part['day'] ?? 1, part['hour'] ?? 0, part['minute'] ?? 0) - Math.floor(atMs / MINUTE_MS) * MINUTE_MS
  }
}
