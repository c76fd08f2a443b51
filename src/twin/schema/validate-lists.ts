/** Sets hold each value once, maps each key once (`apiserver/schema/listtype/validation.go`). */

import { canonicalJson } from '../../kernel/canonical-json.ts'
import { isRecord } from '../../kernel/json.ts'
import { duplicateField, type FieldError } from '../api/field-error.ts'
import { fieldPath, fieldSchema, type Schema } from './structural.ts'

export function listTypeErrors(value: unknown, schema: Schema, path = ''): FieldError[] {
  if (Array.isArray(value)) {
    const within = schema.items === undefined ? [] : value.flatMap((item, index) => listTypeErrors(item, schema.items as Schema, `${path}[${index}]`))
    return [...repeated(value, schema, path), ...within]
  }
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([name, entry]) => {
    const field = fieldSchema(schema, name)
    return field === undefined ? [] : listTypeErrors(entry, field, fieldPath(path, name))
  })
}

function repeated(items: readonly unknown[], schema: Schema, path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type']
  if (type !== 'set' && type !== 'map') return []
  const keyOf = (item: unknown): unknown => (type === 'set' ? item : keysOf(item, schema))
  const seen = new Set<string>()
  return items.flatMap((item, index) => {
    const key = keyOf(item)
    const text = canonicalJson((key ?? null) as never)
    const isNew = !seen.has(text)
    seen.add(text)
    return isNew ? [] : [duplicateField(`${path}[${index}]`, key)]
  })
}

/** An item without a key has the key's default. */
function keysOf(item: unknown, { 'x-kubernetes-list-map-keys': names = [], items }: Schema): Record<string, unknown> {
  const value = isRecord(item) ? item : {}
  return Object.fromEntries(names.flatMap((name) => {
    const key = value[name] ?? items?.properties?.[name]?.default
    return key === undefined ? [] : [[name, key]]
  }))
}
