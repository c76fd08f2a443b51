/** The hour and the weekday at a place: daylight saving is the time zone's business, not the policies'. */

/** `localHour` 0 to 23, `weekday` 1 (Monday) to 7. Throws `RangeError` for a zone that does not exist. */
export function localTime(timeMs: number, timeZone: string): { readonly localHour: number; readonly weekday: number } {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23', weekday: 'short' }).formatToParts(timeMs)
  const value = (type: string): string => parts.find((part) => part.type === type)?.value ?? ''
  return { localHour: Number(value('hour')), weekday: WEEKDAYS.indexOf(value('weekday')) + 1 }
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
