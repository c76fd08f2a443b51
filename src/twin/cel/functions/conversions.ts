/** Conversions (`cel-go/common/types`): what they refuse they refuse in cel-go's words. */

import { type Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import { durationOf, durationText, shownNumber, timestampText } from '../values.ts'
import type { FunctionLibrary } from './functions.ts'

const INT_MAX = 9_223_372_036_854_775_807n
const UINT_MAX = 18_446_744_073_709_551_615n
/** Whole numbers beyond have no number of their own. */
const DOUBLE_INT_MAX = 2 ** 63
const TIMESTAMP = 'google.protobuf.Timestamp'
const DURATION = 'google.protobuf.Duration'
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

export const CONVERSIONS: FunctionLibrary = {
  functions: {
    'go_string(string): string': same,
    'go_string(bool): string': String,
    'go_string(int): string': String,
    'go_string(uint): string': String,
    'go_string(double): string': shownNumber,
    'go_string(bytes): string': textOfBytes,
    [`go_string(${TIMESTAMP}): string`]: timestampText,
    [`go_string(${DURATION}): string`]: durationText,
    'go_int(int): int': same,
    'go_int(uint): int': (value: UnsignedInt) => whole(BigInt(value.valueOf())),
    'go_int(double): int': (value: number) => {
      if (Number.isNaN(value) || Math.abs(value) >= DOUBLE_INT_MAX) throw new Error('integer overflow')
      return BigInt(Math.trunc(value))
    },
    'go_int(string): int': (text: string) => numberIn(text, { pattern: /^[+-]?\d+$/, type: 'int', min: -INT_MAX - 1n, max: INT_MAX }),
    [`go_int(${TIMESTAMP}): int`]: (time: Date) => BigInt(Math.floor(time.getTime() / 1000)),
    [`go_int(${DURATION}): int`]: ({ seconds, nanos }: Duration) => seconds * 1_000_000_000n + BigInt(nanos),
    'go_uint(uint): uint': same,
    'go_uint(int): uint': (value: bigint) => unsigned(value),
    'go_uint(double): uint': (value: number) => unsigned(Number.isFinite(value) ? BigInt(Math.trunc(value)) : -1n),
    'go_uint(string): uint': (text: string) => new UnsignedInt(numberIn(text, { pattern: /^\d+$/, type: 'uint', min: 0n, max: UINT_MAX })),
    'go_double(double): double': same,
    'go_double(int): double': Number,
    'go_double(uint): double': (value: UnsignedInt) => Number(value.valueOf()),
    'go_double(string): double': doubleIn,
    'go_bool(bool): bool': same,
    'go_bool(string): bool': boolIn,
    'go_bytes(bytes): bytes': same,
    'go_bytes(string): bytes': (text: string) => new TextEncoder().encode(text),
    [`go_duration(${DURATION}): ${DURATION}`]: same,
    [`go_duration(string): ${DURATION}`]: durationOf,
    [`go_duration(int): ${DURATION}`]: () => {
      throw new Error(`type conversion error from 'int' to '${DURATION}'`)
    },
    [`go_timestamp(${TIMESTAMP}): ${TIMESTAMP}`]: same,
    [`go_timestamp(int): ${TIMESTAMP}`]: (seconds: bigint) => new Date(Number(seconds) * 1000),
    [`go_timestamp(string): ${TIMESTAMP}`]: timeIn,
  },
}

function same(value: unknown): unknown {
  return value
}

function whole(value: bigint): bigint {
  if (value > INT_MAX) throw new Error('integer overflow')
  return value
}

function unsigned(value: bigint): UnsignedInt {
  if (value < 0n || value > UINT_MAX) throw new Error('unsigned integer overflow')
  return new UnsignedInt(value)
}

function numberIn(text: string, { pattern, type, min, max }: { readonly pattern: RegExp; readonly type: string; readonly min: bigint; readonly max: bigint }): bigint {
  const value = pattern.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined
  if (value === undefined || value < min || value > max) throw new Error(`type conversion error from 'string' to '${type}'`)
  return value
}

const NO_DOUBLE = "type conversion error from 'string' to 'double'"

function doubleIn(text: string): number {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text)
  if (special !== null) return special[2]?.toLowerCase() === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) throw new Error(NO_DOUBLE)
  const value = Number(text)
  if (!Number.isFinite(value)) throw new Error(NO_DOUBLE)
  return value
}

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False'])

function boolIn(text: string): boolean {
  if (TRUE.has(text)) return true
  if (FALSE.has(text)) return false
  throw new Error("type conversion error from 'string' to 'bool'")
}

function textOfBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new Error('invalid UTF-8 in bytes, cannot convert to string', { cause: error })
  }
}

function timeIn(text: string): Date {
  const time = Date.parse(text)
  if (!DATE_TIME.test(text) || Number.isNaN(time)) throw new Error(`type conversion error from 'string' to '${TIMESTAMP}'`)
  const zone = /[+-]\d{2}:\d{2}$/.exec(text)?.[0]
  return zone === undefined ? new Date(time) : Object.assign(new Date(time), { zone })
}
