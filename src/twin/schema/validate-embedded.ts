/** A resource within a resource says what it is (`apiserver/schema/objectmeta/validation.go`). */

import { isRecord } from '../../kernel/json.ts'
import { requiredField, type FieldError } from '../api/field-error.ts'
import { fieldPath, fieldSchema, type Schema } from './structural.ts'

export function embeddedErrors(value: unknown, schema: Schema, path = ''): FieldError[] {
  if (Array.isArray(value)) return schema.items === undefined ? [] : value.flatMap((item, index) => embeddedErrors(item, schema.items as Schema, `${path}[${index}]`))
  if (!isRecord(value)) return []
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true
  const own = isEmbedded ? ['apiVersion', 'kind'].filter((name) => (value[name] ?? '') === '').map((name) => requiredField(fieldPath(path, name))) : []
  const within = Object.entries(value).flatMap(([name, entry]) => {
    const field = fieldSchema(schema, name)
    return field === undefined ? [] : embeddedErrors(entry, field, fieldPath(path, name))
  })
  return [...own, ...within]
}
