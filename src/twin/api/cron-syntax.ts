/** Is this a schedule that a CronJob may have? The standard five fields, `@hourly` and its siblings, `@every`. */

const RANGES = [
  { name: 'minute', low: 0, high: 59 },
  { name: 'hour', low: 0, high: 23 },
  { name: 'day of month', low: 1, high: 31 },
  { name: 'month', low: 1, high: 12 },
  { name: 'day of week', low: 0, high: 7 },
] as const

const NAMES = /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat)$/i

/** What is wrong with the schedule, or undefined. */
export function cronProblem(schedule: string): string | undefined {
  if (/^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/.test(schedule) || /^@every \S+$/.test(schedule)) return undefined
  const fields = schedule.replace(/^(CRON_TZ|TZ)=\S+\s+/, '').trim().split(/\s+/)
  if (fields.length !== RANGES.length) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`
  const index = fields.findIndex((field, position) => !isField(field, RANGES[position]?.low ?? 0, RANGES[position]?.high ?? 0))
  return index < 0 ? undefined : `failed to parse ${RANGES[index]?.name}: ${fields[index]}`
}

function isField(field: string, low: number, high: number): boolean {
  return field.split(',').every((part) => {
    const [range = '', step] = part.split('/')
    if (step !== undefined && !/^[1-9]\d*$/.test(step)) return false
    if (range === '*' || range === '?') return true
    return range.split('-').length <= 2 && range.split('-').every((edge) => NAMES.test(edge) || (/^\d+$/.test(edge) && Number(edge) >= low && Number(edge) <= high))
  })
}
