/** JSON as CEL sees it: whole numbers are integers, and names that the language keeps for itself are escaped (`apiserver/pkg/cel/escaping.go`). */

import { isRecord } from '../../kernel/json.ts'
import { fieldSchema, type Schema } from '../schema/structural.ts'

/** Of a value without a schema: a whole number is an integer. */
export function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) return value.map(celValue)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, celValue(entry)]))
}

/** Of a value with a schema: a number that happens to be whole stays one, times are times, and properties are escaped. */
export function typedCelValue(value: unknown, schema: Schema | undefined): unknown {
  if (schema === undefined) return celValue(value)
  if (typeof value === 'number') return schema.type === 'number' ? value : celValue(value)
  if (typeof value === 'string') return schema.format === 'date-time' && !Number.isNaN(Date.parse(value)) ? new Date(value) : value
  if (Array.isArray(value)) return value.map((item) => typedCelValue(item, schema.items))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [schema.properties?.[name] === undefined ? name : escaped(name), typedCelValue(entry, fieldSchema(schema, name))]))
}

const RESERVED = new Set(['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'])

function escaped(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`
  return name.replaceAll('__', '__underscores__').replaceAll('.', '__dot__').replaceAll('-', '__dash__').replaceAll('/', '__slash__')
}
