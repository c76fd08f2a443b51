/** Wall-clock times of a place as instants: what a calendar says is said in somebody's time zone. */

export interface WallTime {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

/** The wall time as if it were UTC, in milliseconds: for comparing wall times with each other. */
export function wallMs({ year, month, day, hour, minute, second }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/**
 * The instant of a wall time, in milliseconds since the epoch. A time that a change of clocks skips is the same distance
 * after the change; one that comes twice is the first. Throws `RangeError` for a zone that does not exist.
 */
export function instantOf(wall: WallTime, timeZone: string): number {
  const asUtcMs = wallMs(wall)
  // The offset is that of the instant, which is what is looked for: a day before and a day after bracket any change.
  const before = asUtcMs - offsetMs(asUtcMs - 86_400_000, timeZone)
  if (offsetMs(before, timeZone) === asUtcMs - before) return before
  const after = asUtcMs - offsetMs(asUtcMs + 86_400_000, timeZone)
  return offsetMs(after, timeZone) === asUtcMs - after ? after : before
}

function offsetMs(timeMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }).formatToParts(timeMs)
  const value = (type: string): number => Number(parts.find((part) => part.type === type)?.value)
  const shown = Date.UTC(value('year'), value('month') - 1, value('day'), value('hour'), value('minute'), value('second'))
  return shown - Math.floor(timeMs / 1000) * 1000
}
