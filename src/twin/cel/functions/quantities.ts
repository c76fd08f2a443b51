/**
 * Quantities (`apiserver/pkg/cel/library/quantity.go`). Exact: a number and a power of ten, as `resource.Quantity` keeps it. Upstream keeps small ones in 64 bits and
 * others as decimals, and only the former can be asked for as an integer; so that is kept too.
 */

import type { FunctionLibrary } from './functions.ts'

/** `unscaled` · 10^`exponent`. */
export class Quantity {
  readonly unscaled: bigint
  readonly exponent: number
  readonly isSmall: boolean

  constructor({ unscaled, exponent, isSmall }: { readonly unscaled: bigint; readonly exponent: number; readonly isSmall: boolean }) {
    this.unscaled = unscaled
    this.exponent = exponent
    this.isSmall = isSmall
  }
}

const TYPE = 'kubernetes.Quantity'

export const QUANTITIES: FunctionLibrary = {
  types: { [TYPE]: Quantity },
  functions: {
    [`quantity(string): ${TYPE}`]: quantityOf,
    'isQuantity(string): bool': isQuantity,
    [`sign(${TYPE}): int`]: sign,
    [`${TYPE}.isGreaterThan(${TYPE}): bool`]: (left: Quantity, right: Quantity) => compared(left, right) > 0n,
    [`${TYPE}.isLessThan(${TYPE}): bool`]: (left: Quantity, right: Quantity) => compared(left, right) < 0n,
    [`${TYPE}.compareTo(${TYPE}): int`]: compared,
    [`${TYPE}.asApproximateFloat(): double`]: ({ unscaled, exponent }: Quantity) => Number(unscaled) * Number(`1e${exponent}`),
    [`${TYPE}.asInteger(): int`]: integerOf,
    [`${TYPE}.isInteger(): bool`]: (quantity: Quantity) => integerIn(quantity) !== undefined,
    [`${TYPE}.add(${TYPE}): ${TYPE}`]: sum,
    [`${TYPE}.add(int): ${TYPE}`]: (quantity: Quantity, more: bigint) => sum(quantity, small(more)),
    [`${TYPE}.sub(${TYPE}): ${TYPE}`]: (quantity: Quantity, less: Quantity) => sum(quantity, negated(less)),
    [`${TYPE}.sub(int): ${TYPE}`]: (quantity: Quantity, less: bigint) => sum(quantity, small(-less)),
  },
  operators: { [`${TYPE} == ${TYPE}: bool`]: (left: Quantity, right: Quantity) => compared(left, right) === 0n },
}

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }
const INT64_MAX = 9_223_372_036_854_775_807n
/** Nothing is finer. */
const NANO = -9
const DIGITS_MAX = 18

export function quantityOf(text: string): Quantity {
  const parts = FORM.exec(text)
  if (parts === null || text === '') throw new Error("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
  const [, minus = '', whole = '', part = '', suffix = ''] = parts
  const exponent = /^[eE][+-]?\d+$/.test(suffix) ? Number(suffix.slice(1)) : DECIMAL[suffix]
  const bits = BINARY[suffix]
  if (exponent === undefined && bits === undefined) throw new Error("unable to parse quantity's suffix")
  const digits = (whole.replace(/^0+/, '') || '0') + part
  const value = { magnitude: BigInt(digits), isNegative: minus === '-', partLength: part.length }
  return exponent === undefined ? binary({ ...value, bits: bits ?? 0, digits }) : decimal({ ...value, exponent, digits })
}

interface Parts {
  readonly magnitude: bigint
  readonly isNegative: boolean
  readonly partLength: number
  readonly digits: string
}

function decimal({ magnitude, isNegative, partLength, exponent, digits }: Parts & { readonly exponent: number }): Quantity {
  const scale = exponent - partLength
  const unscaled = isNegative ? -magnitude : magnitude
  if (digits.length <= DIGITS_MAX && scale >= NANO) return new Quantity({ unscaled, exponent: scale, isSmall: true })
  return large(unscaled, scale)
}

function binary({ magnitude, isNegative, partLength, bits, digits }: Parts & { readonly bits: number }): Quantity {
  const factor = 2n ** BigInt(bits)
  const shifted = isNegative ? -magnitude * factor : magnitude * factor
  const precision = 15 - digits.length - Math.trunc((bits * 3) / 10) - 1
  if (partLength === 0 && precision >= 0 && magnitude * factor <= INT64_MAX) return new Quantity({ unscaled: shifted, exponent: 0, isSmall: true })
  const made = large(shifted, -partLength)
  const cap = new Quantity({ unscaled: INT64_MAX, exponent: 0, isSmall: false })
  if (compared(made, cap) > 0n) return cap
  return compared(made, negated(cap)) < 0n ? negated(cap) : made
}

/** What is finer than a billionth is rounded away from zero. */
function large(unscaled: bigint, exponent: number): Quantity {
  if (unscaled === 0n) return new Quantity({ unscaled, exponent, isSmall: false })
  if (exponent >= NANO) return new Quantity({ unscaled: unscaled * 10n ** BigInt(exponent - NANO), exponent: NANO, isSmall: false })
  const divisor = 10n ** BigInt(NANO - exponent)
  const whole = unscaled / divisor
  const rest = unscaled % divisor
  const away = rest === 0n ? 0n : rest > 0n ? 1n : -1n
  return new Quantity({ unscaled: whole + away, exponent: NANO, isSmall: false })
}

function small(unscaled: bigint): Quantity {
  return new Quantity({ unscaled, exponent: 0, isSmall: true })
}

function negated({ unscaled, exponent, isSmall }: Quantity): Quantity {
  return new Quantity({ unscaled: -unscaled, exponent, isSmall })
}

function at({ unscaled, exponent }: Quantity, scale: number): bigint {
  return unscaled * 10n ** BigInt(exponent - scale)
}

function sum(left: Quantity, right: Quantity): Quantity {
  const isSmall = left.isSmall && right.isSmall
  if (isSmall && right.unscaled === 0n) return left
  if (isSmall && left.unscaled === 0n) return right
  const exponent = Math.min(left.exponent, right.exponent)
  const unscaled = at(left, exponent) + at(right, exponent)
  return new Quantity({ unscaled, exponent, isSmall: isSmall && [unscaled, at(left, exponent), at(right, exponent)].every(fits) })
}

function fits(value: bigint): boolean {
  return value <= INT64_MAX && value >= -INT64_MAX - 1n
}

function compared(left: Quantity, right: Quantity): bigint {
  const scale = Math.min(left.exponent, right.exponent)
  const difference = at(left, scale) - at(right, scale)
  if (difference === 0n) return 0n
  return difference > 0n ? 1n : -1n
}

function sign({ unscaled }: Quantity): bigint {
  if (unscaled === 0n) return 0n
  return unscaled > 0n ? 1n : -1n
}

function integerIn(quantity: Quantity): bigint | undefined {
  if (!quantity.isSmall || quantity.exponent < 0) return undefined
  const value = at(quantity, 0)
  return fits(value) ? value : undefined
}

function integerOf(quantity: Quantity): bigint {
  const value = integerIn(quantity)
  if (value === undefined) throw new Error('cannot convert value to integer')
  return value
}

function isQuantity(text: string): boolean {
  try {
    quantityOf(text)
    return true
  } catch {
    return false
  }
}
