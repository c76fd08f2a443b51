/** Is this a schedule that a CronJob may have? In the words of the parser that the server uses (github.com/robfig/cron). */

const FIELDS = [
  { low: 0, high: 59, names: [] },
  { low: 0, high: 23, names: [] },
  { low: 1, high: 31, names: [] },
  { low: 1, high: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { low: 0, high: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const

interface Field {
  readonly low: number
  readonly high: number
  readonly names: readonly string[]
}

/** What is wrong with the schedule, or undefined. */
export function cronProblem(schedule: string): string | undefined {
  const text = schedule.replace(/^(CRON_TZ|TZ)=\S+\s+/, '').trim()
  if (text.startsWith('@')) return /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/.test(text) || /^@every \S+$/.test(text) ? undefined : `unrecognized descriptor: ${text}`
  const fields = text.split(/\s+/)
  if (fields.length !== FIELDS.length) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`
  for (const [position, field] of fields.entries()) {
    for (const part of field.split(',').filter((piece) => piece !== '')) {
      const problem = rangeProblem(part, FIELDS[position] as Field)
      if (problem !== undefined) return problem
    }
  }
  return undefined
}

function rangeProblem(part: string, { low, high, names }: Field): string | undefined {
  const pieces = part.split('/')
  const edges = (pieces[0] ?? '').split('-')
  const numbers: number[] = []
  if (edges[0] !== '*' && edges[0] !== '?') {
    if (edges.length > 2) return `too many hyphens: ${part}`
    for (const edge of edges) {
      const value = numberOf(edge, { low, names })
      if (typeof value === 'string') return value
      numbers.push(value)
    }
  }
  if (pieces.length > 2) return `too many slashes: ${part}`
  const step = pieces[1] === undefined ? 1 : numberOf(pieces[1], { low, names: [] })
  if (typeof step === 'string') return step
  const start = numbers[0] ?? low
  const end = numbers.length === 0 || (numbers.length === 1 && pieces.length === 2) ? high : (numbers.at(-1) ?? high)
  if (start < low) return `beginning of range (${start}) below minimum (${low}): ${part}`
  if (end > high) return `end of range (${end}) above maximum (${high}): ${part}`
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${part}`
  return step === 0 ? `step of range should be a positive number: ${part}` : undefined
}

function numberOf(text: string, { low, names }: { readonly low: number; readonly names: readonly string[] }): number | string {
  const named = names.indexOf(text.toLowerCase())
  if (named >= 0) return named + low
  if (!/^[+-]?\d+$/.test(text)) return `failed to parse int from ${text}: strconv.Atoi: parsing "${text}": invalid syntax`
  return Number(text) < 0 ? `negative number (${Number(text)}) not allowed: ${text}` : Number(text)
}
