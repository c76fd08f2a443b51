/** The hour and the weekday at a place: daylight saving is the time zone's business, not the policies'. */

export interface BusinessHours {
  /** 1 is Monday, 7 is Sunday. */
  readonly weekdays: readonly number[]
  /** From this hour on, … */
  readonly fromHour: number
  /** … until this hour begins. */
  readonly toHour: number
}

export interface LocalTime {
  readonly localHour: number
  readonly weekday: number
}

/** `localHour` 0 to 23, `weekday` 1 (Monday) to 7. Throws `RangeError` for a zone that does not exist. */
export function localTime(timeMs: number, timeZone: string): LocalTime {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23', weekday: 'short' }).formatToParts(timeMs)
  const value = (type: string): string => parts.find((part) => part.type === type)?.value ?? ''
  return { localHour: Number(value('hour')), weekday: WEEKDAYS.indexOf(value('weekday')) + 1 }
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

export function inBusinessHours({ localHour, weekday }: LocalTime, hours: BusinessHours): boolean {
  return hours.weekdays.includes(weekday) && localHour >= hours.fromHour && localHour < hours.toHour
}
