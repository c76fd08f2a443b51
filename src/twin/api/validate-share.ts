/** A number or a share of one: `ValidatePositiveIntOrPercent`, `IsNotMoreThan100Percent`, `ValidateNonnegativeField`. */

import { invalidField, type FieldError } from './field-error.ts'

const PERCENT_WORDS = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"

export function shareErrors(share: unknown, field: string): FieldError[] {
  if (typeof share === 'string') return /^[0-9]+%$/.test(share) ? [] : [invalidField(field, share, PERCENT_WORDS)]
  return typeof share === 'number' && share < 0 ? [invalidField(field, share, 'must be greater than or equal to 0')] : []
}

export function wholeErrors(share: unknown, field: string): FieldError[] {
  const isOver = typeof share === 'string' && /^[0-9]+%$/.test(share) && Number(share.slice(0, -1)) > 100
  return isOver ? [invalidField(field, share, 'must not be greater than 100%')] : []
}

/** What is not a share at all counts as none. */
export function isZero(share: unknown): boolean {
  return typeof share === 'string' ? !/^[0-9]+%$/.test(share) || Number(share.slice(0, -1)) === 0 : (share ?? 0) === 0
}

export function countErrors(value: unknown, field: string): FieldError[] {
  const isCount = value === undefined || (typeof value === 'number' && Number.isInteger(value) && value >= 0)
  return isCount ? [] : [invalidField(field, value, 'must be greater than or equal to 0')]
}
