/** `"%s is %d".format([...])` (`cel-go/ext/formatting.go`). */

import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator'

import { durationText, shownNumber, timestampText, typeNameOf } from '../values.ts'

const PRECISION = 6

export function formatted(text: string, values: readonly unknown[]): string {
  let used = 0
  return text.replaceAll(/%(?:%|(\.\d+)?([\s\S]?))/g, (verb, precision: string | undefined, letter: string | undefined) => {
    if (verb === '%%') return '%'
    const clause = CLAUSES[letter ?? '']
    if (clause === undefined) throw new Error(letter === '' || letter === undefined ? 'unexpected end of string' : `could not parse formatting clause: unrecognized formatting clause "${letter}"`)
    if (used >= values.length) throw new Error(`index ${used} out of range`)
    used += 1
    return clause(values[used - 1], precision === undefined ? PRECISION : Number(precision.slice(1)))
  })
}

type Clause = (value: unknown, precision: number) => string

const CLAUSES: Readonly<Record<string, Clause>> = {
  s: (value) => plainText(value),
  d: (value) => {
    if (isWhole(value)) return String(value)
    throw wrong('decimal clause can only be used on integers', value)
  },
  f: (value, precision) => {
    if (typeof value === 'number') return Number.isFinite(value) ? value.toFixed(precision).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',') : infinite(value)
    throw wrong('fixed-point clause can only be used on doubles', value)
  },
  e: (value, precision) => {
    if (typeof value === 'number') return scientific(value, precision)
    throw wrong('scientific clause can only be used on doubles', value)
  },
  b: (value) => {
    if (typeof value === 'boolean') return value ? '1' : '0'
    if (isWhole(value)) return BigInt(value.valueOf()).toString(2)
    throw wrong('only integers and bools can be formatted as binary', value)
  },
  o: (value) => {
    if (isWhole(value)) return BigInt(value.valueOf()).toString(8)
    throw wrong('octal clause can only be used on integers', value)
  },
  x: (value) => hexadecimal(value),
  X: (value) => hexadecimal(value).toUpperCase(),
}

function isWhole(value: unknown): value is bigint | UnsignedInt {
  return typeof value === 'bigint' || value instanceof UnsignedInt
}

function wrong(rule: string, value: unknown): Error {
  return new Error(`error during formatting: ${rule}, was given ${typeNameOf(value)}`)
}

function infinite(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞'
}

function scientific(value: number, precision: number): string {
  if (!Number.isFinite(value)) return infinite(value)
  const [digits = '', exponent = '+0'] = value.toExponential(precision).split('e')
  return `${digits}\u202f×\u202f10${superscript(exponent)}`
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

function superscript(exponent: string): string {
  const digits = exponent.replace(/^[+-]/, '').padStart(2, '0')
  return `${exponent.startsWith('-') ? '⁻' : ''}${[...digits].map((digit) => SUPERSCRIPTS[Number(digit)] ?? '').join('')}`
}

function hexadecimal(value: unknown): string {
  if (typeof value === 'string') return Buffer.from(value, 'utf8').toString('hex')
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (isWhole(value)) return BigInt(value.valueOf()).toString(16)
  throw wrong('only integers, byte buffers, and strings can be formatted as hex', value)
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return shownNumber(value)
  if (value instanceof Duration) return durationText(value)
  if (value instanceof Date) return timestampText(value)
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  return literal(value, () => {
    throw wrong('string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps', value)
  })
}

/** Inside a list or a map: as an expression would write it. */
function element(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value.toFixed(PRECISION) : JSON.stringify(shownNumber(value))
  if (value instanceof Duration) return `duration(${JSON.stringify(durationText(value))})`
  if (value instanceof Date) return `timestamp(${JSON.stringify(timestampText(value))})`
  if (value instanceof Uint8Array) return `b${JSON.stringify(new TextDecoder().decode(value))}`
  return literal(value, () => {
    throw new Error(`no formatting function for ${typeNameOf(value)}`)
  })
}

function literal(value: unknown, otherwise: () => string): string {
  if (value === null || typeof value === 'boolean' || isWhole(value)) return String(value)
  if (Array.isArray(value)) return `[${value.map(element).join(', ')}]`
  if (typeNameOf(value) === 'type') return (value as { readonly name: string }).name
  if (typeNameOf(value) !== 'map') return otherwise()
  const entries = value instanceof Map ? [...(value as Map<unknown, unknown>)] : Object.entries(value as object)
  return `{${entries.map(([key, entry]): [string, unknown] => [element(key), entry]).sort(([left], [right]) => (left < right ? -1 : 1)).map(([key, entry]) => `${key}:${element(entry)}`).join(', ')}}`
}
