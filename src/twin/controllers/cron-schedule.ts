/**
 * When a CronJob is due: five fields, names, ranges, steps, `@hourly` and its siblings, `@every`, in UTC or in the
 * time zone that it names. As `robfig/cron`: with both days restricted, either may match.
 */

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
/** Clocks change by two hours at most; a jump over months stops that much before, so that it never jumps too far. */
const DST_SLACK_MS = 2 * 60 * MINUTE_MS
/** A schedule like 29 February is at most eight years away; looking further finds nothing. */
const HORIZON_MS = 9 * 366 * 86_400_000

interface Fields {
  readonly minutes: ReadonlySet<number>
  readonly hours: ReadonlySet<number>
  readonly days: ReadonlySet<number>
  readonly months: ReadonlySet<number>
  readonly weekdays: ReadonlySet<number>
  readonly isEitherDay: boolean
}

/** The next due time strictly after `afterMs`; undefined when there is none or the schedule cannot be read. */
export function nextDueMs(schedule: string, afterMs: number, timeZone?: string): number | undefined {
  const every = /^@every\s+(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(schedule)
  if (every !== null) return afterMs + ((Number(every[1] ?? 0) * 60 + Number(every[2] ?? 0)) * 60 + Number(every[3] ?? 0)) * 1000
  const zone = /^(?:CRON_TZ|TZ)=(\S+)\s+/.exec(schedule)
  const fields = parseFields(schedule.replace(/^(?:CRON_TZ|TZ)=\S+\s+/, ''))
  if (fields === undefined) return undefined
  const offset = zoneOffset(zone?.[1] ?? timeZone)
  for (let atMs = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS; atMs < afterMs + HORIZON_MS; ) {
    const local = new Date(atMs + offset(atMs))
    if (!fields.months.has(local.getUTCMonth() + 1)) atMs = Math.max(atMs + 60 * MINUTE_MS - local.getUTCMinutes() * MINUTE_MS, startOfNextMonth(local) - offset(atMs))
    else if (!isDay(fields, local)) atMs += (24 * 60 - local.getUTCHours() * 60 - local.getUTCMinutes()) * MINUTE_MS
    else if (!fields.hours.has(local.getUTCHours())) atMs += (60 - local.getUTCMinutes()) * MINUTE_MS
    else if (!fields.minutes.has(local.getUTCMinutes())) atMs += MINUTE_MS
    else return atMs
  }
  return undefined
}

/** In local time, told with the offset of now: a change of clocks in between is an hour that the next look mends. */
function startOfNextMonth(local: Date): number {
  return Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 1) - DST_SLACK_MS
}

function isDay(fields: Fields, local: Date): boolean {
  const [byDay, byWeekday] = [fields.days.has(local.getUTCDate()), fields.weekdays.has(local.getUTCDay())]
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

/** Local time minus UTC at an instant. */
function zoneOffset(timeZone: string | undefined): (atMs: number) => number {
  if (timeZone === undefined || timeZone === 'UTC' || timeZone === 'Etc/UTC') return () => 0
  const format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' })
  return (atMs) => {
    const part = Object.fromEntries(format.formatToParts(new Date(atMs)).map(({ type, value }) => [type, Number(value)]))
    return Date.UTC(part['year'] ?? 0, (part['month'] ?? 1) - 1, part['day'] ?? 1, part['hour'] ?? 0, part['minute'] ?? 0) - Math.floor(atMs / MINUTE_MS) * MINUTE_MS
  }
}
