/** JSON as CEL sees it: whole numbers are integers, and names that the language keeps for itself are escaped (`apiserver/pkg/cel/escaping.go`). */

import { Optional } from '@marcbachmann/cel-js'
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator'
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

/** Equal as CEL has it: numbers by value, whatever their type; values of other types never. */
export function celEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (isNumeric(left) && isNumeric(right)) return numeric(left) == numeric(right) // eslint-disable-line eqeqeq
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) || Array.isArray(right)) return Array.isArray(left) && Array.isArray(right) && left.length === right.length && left.every((item, index) => celEqual(item, right[index]))
  if (left instanceof Date || right instanceof Date) return left instanceof Date && right instanceof Date && left.getTime() === right.getTime()
  if (left instanceof Duration || right instanceof Duration) return left instanceof Duration && right instanceof Duration && left.seconds === right.seconds && left.nanos === right.nanos
  if (left.constructor !== right.constructor) return false
  const [first, second] = [entriesOf(left), new Map(entriesOf(right))]
  return first.length === second.size && first.every(([key, value]) => second.has(key) && celEqual(value, second.get(key)))
}

function isNumeric(value: unknown): value is number | bigint | UnsignedInt {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof UnsignedInt
}

function numeric(value: number | bigint | UnsignedInt): number | bigint {
  return value instanceof UnsignedInt ? BigInt(value.valueOf()) : value
}

export function entriesOf(map: object): readonly (readonly [unknown, unknown])[] {
  return map instanceof Map ? [...(map as Map<unknown, unknown>)] : Object.entries(map)
}

/** From a million on with an exponent. */
const PLAIN_EXPONENT_MAX = 6

/** As Go writes a double: an exponent has two digits at least. */
export function shownNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  if (Number(exponent) >= -4 && Number(exponent) < PLAIN_EXPONENT_MAX) return Number(exponent) < 0 ? plainFraction(digits, Number(exponent)) : String(value)
  return `${digits}e${exponent.startsWith('-') ? '-' : '+'}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`
}

/** `1.5e-3` is `0.0015`. */
function plainFraction(digits: string, exponent: number): string {
  const minus = digits.startsWith('-') ? '-' : ''
  return `${minus}0.${'0'.repeat(-exponent - 1)}${digits.replace(/[-.]/g, '')}`
}

/** Seconds. */
export function durationText({ seconds, nanos }: Duration): string {
  const total = seconds * 1_000_000_000n + BigInt(nanos)
  const size = total < 0n ? -total : total
  const fraction = String(size % 1_000_000_000n).padStart(9, '0').replace(/0+$/, '')
  return `${total < 0n ? '-' : ''}${size / 1_000_000_000n}${fraction === '' ? '' : `.${fraction}`}s`
}

const UNITS: Readonly<Record<string, bigint>> = { ns: 1n, us: 1_000n, 'µs': 1_000n, 'μs': 1_000n, ms: 1_000_000n, s: 1_000_000_000n, m: 60_000_000_000n, h: 3_600_000_000_000n }

/** Go's `time.ParseDuration`. */
export function durationOf(text: string): Duration {
  const [, sign = '', rest = ''] = /^([+-]?)([\s\S]*)$/.exec(text) ?? []
  if (rest === '0') return new Duration(0n, 0)
  const parts = [...rest.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)]
  if (rest === '' || parts.map(([part]) => part).join('') !== rest) throw new Error("type conversion error from 'string' to 'google.protobuf.Duration'")
  const size = parts.reduce((sum, [, amount = '', unit = '']) => sum + nanosecondsIn(amount, UNITS[unit] ?? 0n), 0n)
  const total = sign === '-' ? -size : size
  return new Duration(total / 1_000_000_000n, Number(total % 1_000_000_000n))
}

function nanosecondsIn(amount: string, unit: bigint): bigint {
  const [whole = '', part = ''] = amount.split('.')
  return BigInt(whole === '' ? 0 : whole) * unit + (part === '' ? 0n : (BigInt(part) * unit) / 10n ** BigInt(part.length))
}

/** A time that was written in another zone than UTC. */
export interface ZonedTime extends Date {
  readonly zone?: string
}

/** RFC 3339, with as many parts of a second as there are, in the zone in which it was written. */
export function timestampText(time: ZonedTime): string {
  if (time.zone !== undefined) return `${timestampText(new Date(time.getTime() + offsetMs(time.zone))).replace(/Z$/, '')}${time.zone}`
  return time.toISOString().replace(/\.?0*Z$/, (end) => (end.startsWith('.') ? 'Z' : end)).replace(/(\.\d*?)0+Z$/, '$1Z')
}

/** Of `+02:00`. */
function offsetMs(zone: string): number {
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d{2}):(\d{2})$/.exec(zone) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

const TYPE_NAMES: readonly (readonly [new (...args: never[]) => object, string])[] = [[UnsignedInt, 'uint'], [Duration, 'google.protobuf.Duration'], [Date, 'google.protobuf.Timestamp'], [Uint8Array, 'bytes'], [Optional, 'optional_type'], [Map, 'map']]

export function typeNameOf(value: unknown): string {
  if (value === null) return 'null_type'
  if (Array.isArray(value)) return 'list'
  if (typeof value !== 'object') return { string: 'string', number: 'double', bigint: 'int', boolean: 'bool' }[typeof value as 'string'] ?? 'dyn'
  const [, name] = TYPE_NAMES.find(([type]) => value instanceof type) ?? []
  if (name !== undefined) return name
  return Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null ? 'map' : 'type'
}

/** The name of an object's type, which no expression sees. */
const TYPE_NAME = Symbol('type name')

export function objectOfType(name: string, fields: Readonly<Record<string, unknown>>): object {
  return Object.defineProperty({ ...fields }, TYPE_NAME, { value: name, enumerable: false })
}

/** `Object.spec`; undefined for what is no object of an expression. */
export function typeNameOfObject(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? ((value as { readonly [TYPE_NAME]?: string })[TYPE_NAME] ?? undefined) : undefined
}

/** What an expression came to, as JSON. */
export function jsonOf(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof UnsignedInt) return Number(value.valueOf())
  if (value instanceof Date) return timestampText(value)
  if (value instanceof Duration) return durationText(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(jsonOf)
  return typeof value === 'object' && value !== null ? Object.fromEntries(entriesOf(value).map(([key, entry]) => [String(key), jsonOf(entry)])) : value
}
