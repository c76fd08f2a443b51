/**
 * Does a value fit its schema? In the words of the real server: those of its OpenAPI library, turned into field errors
 * (`apiextensions-apiserver/pkg/apiserver/validation/validation.go`).
 */

import { isRecord, jsonEqual } from '../../kernel/json.ts'
import { invalidField, requiredField, unsupportedField, type FieldError } from '../api/field-error.ts'
import { matchesFormat } from './formats.ts'
import { fieldPath, TYPE_FIELDS, type Schema } from './structural.ts'

export interface Place {
  readonly path: string
  /** A resource of its own: its type and metadata are checked elsewhere. */
  readonly isResource?: boolean
}

export function valueErrors(value: unknown, schema: Schema, place: Place): FieldError[] {
  if (value === null && schema.nullable === true) return []
  const wrongType = typeError(value, schema, place)
  // A fraction where a whole number belongs is still a number to be checked.
  if (wrongType !== undefined) return [wrongType, ...(typeof value === 'number' && schema.type === 'integer' ? numberErrors(value, schema, place) : [])]
  return [junctorErrors, textErrors, numberErrors, listErrors, enumErrors, objectErrors].flatMap((check) => check(value, schema, place))
}

function typeError(value: unknown, schema: Schema, { path }: Place): FieldError | undefined {
  const wanted = schema['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : schema.type === undefined || schema.type === '' ? [] : [schema.type]
  const found = typeOf(value)
  if (wanted.length === 0 || wanted.includes(found) || (found === 'integer' && wanted.includes('number'))) return undefined
  return { ...says(path, found, `must be of type ${wanted.join(',')}: "${found}"`), reason: 'FieldValueTypeInvalid' }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

function says(path: string, value: unknown, sentence: string): FieldError {
  return invalidField(path, value, `${path} in body ${sentence}`)
}

function enumErrors(value: unknown, schema: Schema, { path }: Place): FieldError[] {
  if (schema.enum === undefined || schema.enum.some((allowed) => jsonEqual(allowed, value))) return []
  return [unsupportedField(path, value, schema.enum.map((allowed) => (typeof allowed === 'string' ? allowed : JSON.stringify(allowed))))]
}

function numberErrors(value: unknown, schema: Schema, { path }: Place): FieldError[] {
  if (typeof value !== 'number') return []
  const { minimum, maximum, exclusiveMinimum: isOver = false, exclusiveMaximum: isUnder = false, format } = schema
  const errors: FieldError[] = []
  const isSmall = format !== 'int32' || (value >= -(2 ** 31) && value < 2 ** 31)
  if (schema.type === 'integer' && (!Number.isInteger(value) || !isSmall)) return [invalidField('<nil>', '', `Checked value must be of type integer ${format === undefined ? '(default format)' : `with format ${format}`} in ${path}`), ...(isSmall ? multipleError(value, schema, path) : [])]
  errors.push(...multipleError(value, schema, path))
  if (maximum !== undefined && (isUnder ? value >= maximum : value > maximum)) errors.push(says(path, value, `should be less than ${isUnder ? '' : 'or equal to '}${maximum}`))
  if (minimum !== undefined && (isOver ? value <= minimum : value < minimum)) errors.push(says(path, value, `should be greater than ${isOver ? '' : 'or equal to '}${minimum}`))
  return errors
}

function multipleError(value: number, { multipleOf }: Schema, path: string): FieldError[] {
  return multipleOf === undefined || Number.isInteger(value / multipleOf) ? [] : [says(path, value, `should be a multiple of ${multipleOf}`)]
}

/** The first thing that is wrong with a text, and its format. */
function textErrors(value: unknown, schema: Schema, { path }: Place): FieldError[] {
  if (typeof value !== 'string') return []
  const { minLength, maxLength, pattern, format } = schema
  const length = [...value].length
  const errors: FieldError[] = []
  if (maxLength !== undefined && length > maxLength) errors.push({ reason: 'FieldValueTooLong', field: path, message: `Too long: may not be more than ${maxLength} bytes` })
  if (minLength !== undefined && length < minLength) errors.push(says(path, value, `should be at least ${minLength} chars long`))
  if (pattern !== undefined && !matchesPattern(value, pattern)) errors.push(says(path, value, `should match '${pattern}'`))
  return [...errors.slice(0, 1), ...(format === undefined || matchesFormat(value, format) ? [] : [{ ...says(path, value, `must be of type ${format}: ${JSON.stringify(value)}`), reason: 'FieldValueTypeInvalid' as const }])]
}

/** Patterns are Go's; what JavaScript cannot read is not checked. */
function matchesPattern(text: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return true
  }
}

function listErrors(value: unknown, schema: Schema, { path }: Place): FieldError[] {
  if (!Array.isArray(value)) return []
  const { minItems, maxItems, uniqueItems, items } = schema
  const errors = items === undefined ? [] : value.flatMap((item, index) => valueErrors(item, items, { path: `${path}[${index}]` }))
  if (minItems !== undefined && value.length < minItems) errors.push(says(path, value.length, `should have at least ${minItems} items`))
  if (maxItems !== undefined && value.length > maxItems) errors.push(tooMany(path, value.length, maxItems))
  if (uniqueItems === true && value.some((item, index) => value.findIndex((other) => jsonEqual(other, item)) < index)) errors.push(says(path, '', "shouldn't contain duplicates"))
  return errors
}

function tooMany(path: string, actual: number, max: number): FieldError {
  return { reason: 'FieldValueTooMany', field: path, message: `Too many: ${actual}: must have at most ${max} items` }
}

function objectErrors(value: unknown, schema: Schema, { path, isResource = false }: Place): FieldError[] {
  if (!isRecord(value)) return []
  const { required = [], minProperties, maxProperties, properties = {}, additionalProperties } = schema
  const names = Object.keys(value)
  const errors: FieldError[] = []
  if (minProperties !== undefined && names.length < minProperties) errors.push(says(path, names.length, `should have at least ${minProperties} properties`))
  if (maxProperties !== undefined && names.length > maxProperties) errors.push(tooMany(path, names.length, maxProperties))
  for (const name of names.sort()) {
    if ((isResource || schema['x-kubernetes-embedded-resource'] === true) && TYPE_FIELDS.has(name)) continue
    const field = properties[name] ?? (isRecord(additionalProperties) ? (additionalProperties as Schema) : undefined)
    if (field !== undefined) errors.push(...valueErrors(value[name], field, { path: fieldPath(path, name) }))
  }
  errors.push(...required.filter((name) => value[name] === undefined).map((name) => requiredField(fieldPath(path, name))))
  return errors
}

/** Schemas inside `anyOf` and the like only narrow: their types stand outside. What they say of the whole names no field. */
function junctorErrors(value: unknown, schema: Schema, place: Place): FieldError[] {
  const inside = (inner: Schema): FieldError[] => valueErrors(value, inner, place)
  const said = (sentence: string): FieldError => invalidField('<nil>', '', `"${place.path}" ${sentence}`)
  const { anyOf = [], oneOf = [], allOf = [], not } = schema
  const errors: FieldError[] = []
  const any = schema['x-kubernetes-int-or-string'] === true ? [] : anyOf.map(inside)
  if (any.length > 0 && any.every((found) => found.length > 0)) errors.push(said('must validate at least one schema (anyOf)'), ...(any[0] ?? []))
  const one = oneOf.map(inside)
  const valid = one.filter((found) => found.length === 0).length
  if (one.length > 0 && valid === 0) errors.push(said('must validate one and only one schema (oneOf). Found none valid'), ...(one[0] ?? []))
  if (valid > 1) errors.push(said(`must validate one and only one schema (oneOf). Found ${valid} valid alternatives`))
  const all = allOf.map(inside)
  const failed = all.filter((found) => found.length > 0).length
  if (failed > 0) errors.push(...all.flat(), said(`must validate all the schemas (allOf)${failed === all.length ? '. None validated' : ''}`))
  if (not !== undefined && inside(not).length === 0) errors.push(said('must not validate the schema (not)'))
  return errors
}
