/**
 * Validation errors by field, and the 422 they add up to: k8s.io/apimachinery/pkg/util/validation/field in words
 * and causes, because people search the web for these sentences.
 */

import { isRecord } from '../../kernel/json.ts'
import { groupOf } from '../../model/kube-object.ts'
import { goQuoted } from './go-quoted.ts'
import { statusError, type ApiFault } from './status-error.ts'

export interface FieldError {
  readonly reason: 'FieldValueRequired' | 'FieldValueInvalid' | 'FieldValueDuplicate' | 'FieldValueForbidden' | 'FieldValueNotSupported' | 'FieldValueTooLong' | 'FieldValueNotFound' | 'FieldValueTooMany' | 'FieldValueTypeInvalid'
  readonly field: string
  readonly message: string
}

export function requiredField(field: string, detail = ''): FieldError {
  return { reason: 'FieldValueRequired', field, message: detail === '' ? 'Required value' : `Required value: ${detail}` }
}

export function invalidField(field: string, value: unknown, detail: string): FieldError {
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${shown(value)}${detail === '' ? '' : `: ${detail}`}` }
}

/** One for each thing that is wrong with the value. */
export function invalidFields(field: string, value: unknown, details: readonly string[]): FieldError[] {
  return details.map((detail) => invalidField(field, value, detail))
}

/** A name that must be there, and be one: `problems` says what is wrong with it. */
export function namedErrors(field: string, name: string, problems: (name: string) => readonly string[] = () => []): FieldError[] {
  return name === '' ? [requiredField(field)] : invalidFields(field, name, problems(name))
}

export function notFoundField(field: string, value: unknown): FieldError {
  return { reason: 'FieldValueNotFound', field, message: `Not found: ${shown(value)}` }
}

/** Where the value is too much to show. */
export function invalidValue(field: string, detail: string): FieldError {
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${detail}` }
}

export function duplicateField(field: string, value: unknown): FieldError {
  return { reason: 'FieldValueDuplicate', field, message: `Duplicate value: ${shown(value)}` }
}

/** Where there are more than `max` of them. */
export function tooManyErrors(field: string, count: number, max: number): FieldError[] {
  return count <= max ? [] : [{ reason: 'FieldValueTooMany', field, message: `Too many: ${count}: must have at most ${max} items` }]
}

/** Where the text takes more than `maxBytes`. */
export function tooLongErrors(field: string, text: string, maxBytes: number): FieldError[] {
  return Buffer.byteLength(text) <= maxBytes ? [] : [{ reason: 'FieldValueTooLong', field, message: `Too long: may not be more than ${maxBytes} bytes` }]
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { reason: 'FieldValueForbidden', field, message: `Forbidden: ${detail}` }
}

export function unsupportedField(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((item) => `"${item}"`).join(', ')
  return { reason: 'FieldValueNotSupported', field, message: `Unsupported value: ${shown(value)}: supported values: ${list}` }
}

/** The sentence says each thing once, the causes as often as it was found. 422: `Deployment.apps "web" is invalid: [spec.selector: Required value, …]`. */
export function invalidObject(object: { readonly apiVersion: string; readonly kind: string }, name: string, errors: readonly FieldError[]): ApiFault {
  const group = groupOf(object.apiVersion)
  const lines = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))]
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`
  const kind = group === '' ? object.kind : `${object.kind}.${group}`
  return statusError('Invalid', `${kind} "${name}" is invalid: ${text}`, {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    ...(object.kind === '' ? {} : { kind: object.kind }),
    causes: errors.map(({ reason, field, message }) => ({ reason, message, field })),
  })
}

/** Go writes the keys of a map in order; of what people send, those are labels. */
function shown(value: unknown): string {
  if (typeof value === 'string') return goQuoted(value)
  return typeof value === 'object' && value !== null ? JSON.stringify(value, (key, inner: unknown) => (key === 'matchLabels' && isRecord(inner) ? sortedKeys(inner) : inner)) : JSON.stringify(value ?? null)
}

function sortedKeys(map: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(map).sort(([left], [right]) => (left < right ? -1 : 1)))
}
