/**
 * When a CronJob is due: five fields, names, ranges, steps, `@hourly` and its siblings, `@every`, in UTC or in the
 * time zone that it names. As `robfig/cron` v3: with both days restricted, either may match, and a due time is sought field by field
 * (months, days, hours, minutes), each begun at its start, so that days on which clocks change come out as there.
 */

import { isTimeZone } from '../../kernel/time-zone.ts'
import { zoneClock, type LocalTime, type ZoneClock } from './zone-clock.ts'

const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}
const NAMES = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const MINUTE_MS = 60_000
/** robfig/cron gives up after five years. */
const HORIZON_YEARS = 5

interface Fields {
  readonly minutes: ReadonlySet<number>
  readonly hours: ReadonlySet<number>
  readonly days: ReadonlySet<number>
  readonly months: ReadonlySet<number>
  readonly weekdays: ReadonlySet<number>
  readonly isEitherDay: boolean
}

/** One field: what suits, where it starts, what comes next, and whether larger fields have to be asked again. */
interface Step {
  readonly suits: (time: LocalTime) => boolean
  readonly start: (time: LocalTime) => LocalTime
  readonly next: (time: LocalTime) => LocalTime
  readonly hasWrapped: (time: LocalTime) => boolean
}

/** The next due time strictly after `afterMs`; undefined when there is none within five years, or the schedule cannot be read or its zone is not known. */
export function nextDueMs(schedule: string, afterMs: number, timeZone?: string): number | undefined {
  const every = /^@every\s+(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(schedule)
  if (every !== null) return afterMs + ((Number(every[1] ?? 0) * 60 + Number(every[2] ?? 0)) * 60 + Number(every[3] ?? 0)) * 1000
  const zone = /^(?:CRON_TZ|TZ)=(\S+)\s+/.exec(schedule)
  const fields = parseFields(schedule.replace(/^(?:CRON_TZ|TZ)=\S+\s+/, ''))
  if (fields === undefined) return undefined
  if ([zone?.[1], timeZone].some((name) => name !== undefined && !isTimeZone(name))) return undefined
  const clock = zoneClock(zone?.[1] ?? timeZone)
  return firstThatSuits(stepsOf(fields, clock), clock.at((Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS))
}

function firstThatSuits(steps: readonly Step[], from: LocalTime): number | undefined {
  const lastYear = from.year + HORIZON_YEARS
  let time = from
  let hasMoved = false
  const settles = (step: Step): boolean => {
    while (!step.suits(time)) {
      time = step.next(hasMoved ? time : step.start(time))
      hasMoved = true
      if (step.hasWrapped(time)) return false
    }
    return true
  }
  while (time.year <= lastYear) if (steps.every(settles)) return time.atMs
  return undefined
}

function stepsOf(fields: Fields, clock: ZoneClock): readonly Step[] {
  const later = (time: LocalTime, minutes: number): LocalTime => clock.at(time.atMs + minutes * MINUTE_MS)
  return [
    {
      suits: ({ month }) => fields.months.has(month),
      start: (time) => clock.local({ year: time.year, month: time.month, day: 1, hour: 0, minute: 0 }),
      next: (time) => clock.local({ ...time, month: time.month + 1 }),
      hasWrapped: ({ month }) => month === 1,
    },
    {
      suits: (time) => isDay(fields, time),
      start: (time) => clock.local({ ...time, hour: 0, minute: 0 }),
      next: (time) => atMidnight(clock.local({ ...time, day: time.day + 1 }), later),
      hasWrapped: ({ day }) => day === 1,
    },
    {
      suits: ({ hour }) => fields.hours.has(hour),
      start: (time) => clock.local({ ...time, minute: 0 }),
      next: (time) => later(time, 60),
      hasWrapped: ({ hour }) => hour === 0,
    },
    { suits: ({ minute }) => fields.minutes.has(minute), start: (time) => time, next: (time) => later(time, 1), hasWrapped: ({ minute }) => minute === 0 },
  ]
}

/** Where midnight does not exist on the day that clocks change, as robfig/cron mends it: an hour on from 23, back from 1. */
function atMidnight(time: LocalTime, later: (time: LocalTime, minutes: number) => LocalTime): LocalTime {
  return time.hour === 0 ? time : later(time, 60 * (time.hour > 12 ? 24 - time.hour : -time.hour))
}

function isDay(fields: Fields, { day, weekday }: LocalTime): boolean {
  const [byDay, byWeekday] = [fields.days.has(day), fields.weekdays.has(weekday)]
  return fields.isEitherDay ? byDay || byWeekday : byDay && byWeekday
}

function parseFields(schedule: string): Fields | undefined {
  const parts = (MACROS[schedule] ?? schedule).trim().split(/\s+/)
  const [minute, hour, day, month, weekday] = parts
  if (parts.length !== 5 || minute === undefined || hour === undefined || day === undefined || month === undefined || weekday === undefined) return undefined
  const [minutes, hours, days, months, weekdays] = [valuesOf(minute, 0, 59), valuesOf(hour, 0, 23), valuesOf(day, 1, 31), valuesOf(month, 1, 12), valuesOf(weekday, 0, 6)]
  if (minutes === undefined || hours === undefined || days === undefined || months === undefined || weekdays === undefined) return undefined
  return {
    minutes,
    hours,
    days,
    months,
    weekdays,
    isEitherDay: !/^[*?]/.test(day) && !/^[*?]/.test(weekday),
  }
}

/** Undefined for a field that robfig/cron refuses: out of range, backwards, a step of nothing. */
function valuesOf(field: string, low: number, high: number): ReadonlySet<number> | undefined {
  const values = new Set<number>()
  for (const part of field.split(',')) {
    const [range = '', step, ...rest] = part.split('/')
    const [from, to, ...more] = /^[*?]$/.test(range) ? [low, high] : range.split('-').map(numberOf)
    const end = to ?? (step === undefined ? from : high)
    const stride = step === undefined ? 1 : wholeNumber(step)
    if (rest.length > 0 || more.length > 0 || from === undefined || end === undefined || stride === undefined || stride === 0) return undefined
    if (!(from >= low && end <= high && from <= end)) return undefined
    for (let value = from; value <= end; value += stride) values.add(value)
  }
  return values
}

function numberOf(text: string): number | undefined {
  const lower = text.toLowerCase()
  if (NAMES.includes(lower)) return NAMES.indexOf(lower) + 1
  return DAYS.includes(lower) ? DAYS.indexOf(lower) : wholeNumber(text)
}

function wholeNumber(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined
}
