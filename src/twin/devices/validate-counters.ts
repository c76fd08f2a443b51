/** Counters that devices share: what a set holds, and what a device takes of it. */

import { requiredField, type FieldError } from '../api/field-error.ts'
import { mapErrors } from './bounded-lists.ts'
import { labelErrors } from './device-names.ts'

const COUNTERS_MAX = 32
const NAME_MAX = 63

/** Any amount will do. */
export function countersErrors(counters: Readonly<Record<string, object>>, at: string): readonly FieldError[] {
  if (Object.keys(counters).length === 0) return [requiredField(at)]
  return mapErrors(counters, { at, max: COUNTERS_MAX, keyErrors: labelErrors, check: () => [], shownKeyMax: NAME_MAX })
}
