/** As `%v` of Go writes a value that was read from JSON. */

import { isRecord } from '../../kernel/json.ts'

export function goMap(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goMap).join(' ')}]`
  if (!isRecord(value)) return value === null ? '<nil>' : String(value)
  return `map[${Object.keys(value).sort().map((key) => `${key}:${goMap(value[key])}`).join(' ')}]`
}
