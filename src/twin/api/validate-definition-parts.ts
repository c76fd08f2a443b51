/** Parts of a definition beside its schema: subresources, columns of tables, fields that can be selected by (`apiextensions/validation`). */

import type { Schema } from '../schema/structural.ts'
import { duplicateField, invalidField, requiredField, type FieldError } from './field-error.ts'
import { fieldAt } from './validate-field-path.ts'

export interface Subresources {
  readonly status?: object
  readonly scale?: { readonly specReplicasPath?: string; readonly statusReplicasPath?: string; readonly labelSelectorPath?: string }
}

export interface Column {
  readonly name?: string
  readonly type?: string
  readonly format?: string
  readonly jsonPath?: string
}

export interface Selectable {
  readonly jsonPath?: string
}

export function subresourceErrors({ scale }: Subresources, at: string): FieldError[] {
  if (scale === undefined) return []
  const { specReplicasPath = '', statusReplicasPath = '', labelSelectorPath = '' } = scale
  const replicas = (path: string, field: string, part: string): FieldError[] => (path === '' ? [requiredField(field)] : pathErrors(path, field, { parts: [`.${part}.`], where: `under .${part}` }))
  return [
    ...replicas(specReplicasPath, `${at}.scale.specReplicasPath`, 'spec'),
    ...replicas(statusReplicasPath, `${at}.scale.statusReplicasPath`, 'status'),
    ...(labelSelectorPath === '' ? [] : pathErrors(labelSelectorPath, `${at}.scale.labelSelectorPath`, { parts: ['.spec.', '.status.'], where: 'under either .spec or .status' })),
  ]
}

function pathErrors(path: string, field: string, { parts, where }: { readonly parts: readonly string[]; readonly where: string }): FieldError[] {
  const errors = simplePathErrors(path, field)
  if (errors.length > 0) return errors
  return parts.some((part) => path.startsWith(part)) ? [] : [invalidField(field, path, `should be a json path ${where}`)]
}

function simplePathErrors(path: string, field: string): FieldError[] {
  return path.startsWith('.') ? [] : [invalidField(field, path, 'must be a simple json path starting with .')]
}

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string']
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']

export function columnErrors({ name = '', type = '', format = '', jsonPath = '' }: Column, at: string): FieldError[] {
  const types = `must be one of ${COLUMN_TYPES.join(',')}`
  return [
    ...(name === '' ? [requiredField(`${at}.name`)] : []),
    ...(type === '' ? [requiredField(`${at}.type`, types)] : COLUMN_TYPES.includes(type) ? [] : [invalidField(`${at}.type`, type, types)]),
    ...(format === '' || COLUMN_FORMATS.includes(format) ? [] : [invalidField(`${at}.format`, format, `must be one of ${COLUMN_FORMATS.join(',')}`)]),
    ...(jsonPath === '' ? [requiredField(`${at}.JSONPath`)] : simplePathErrors(jsonPath, `${at}.JSONPath`)),
  ]
}

const SELECTABLE_MAX = 8
const SELECTABLE_TYPES = ['string', 'boolean', 'integer']

export function selectableErrors(fields: readonly Selectable[], schema: Schema | undefined, { at, isWhole }: { readonly at: string; readonly isWhole: boolean }): FieldError[] {
  if (fields.length === 0) return []
  if (schema === undefined) return [invalidField(at, '', isWhole ? 'may only be set when validations.schema is included' : 'may only be set when `version.schema.openAPIV3Schema` is not included')]
  const seen = new Set<string>()
  const errors = fields.flatMap(({ jsonPath = '' }, index) => {
    const field = `${at}[${index}].jsonPath`
    if (jsonPath === '') return [requiredField(field)]
    const target = fieldAt(jsonPath, schema, { allowsBrackets: false })
    if (typeof target === 'string') return [invalidField(field, jsonPath, `is an invalid path: ${target}`)]
    const key = target.names.join('.')
    const isTwice = seen.has(key)
    seen.add(key)
    return [
      ...(target.names[0] === 'metadata' ? [invalidField(field, jsonPath, 'must not point to fields in metadata')] : []),
      ...(SELECTABLE_TYPES.includes(target.schema.type ?? '') ? [] : [invalidField(field, jsonPath, 'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.')]),
      ...(isTwice ? [duplicateField(field, jsonPath)] : []),
    ]
  })
  const tooMany: FieldError[] = seen.size > SELECTABLE_MAX ? [{ reason: 'FieldValueTooMany', field: at, message: `Too many: ${seen.size}: must have at most ${SELECTABLE_MAX} items` }] : []
  return [...errors, ...tooMany]
}
