/** Fills in what the schema says for fields that are absent, or null where null is no value (`apiserver/schema/defaulting`). */

import { isRecord } from '../../kernel/json.ts'
import { fieldSchema, type Schema } from './structural.ts'

export function withDefaults(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) return schema.items === undefined ? value : value.map((item) => (item === null ? item : withDefaults(item, schema.items as Schema)))
  if (!isRecord(value)) return value
  const filled: Record<string, unknown> = { ...value }
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (field.default !== undefined && (filled[name] === undefined || (filled[name] === null && field.nullable !== true))) filled[name] = structuredClone(field.default)
  }
  for (const [name, entry] of Object.entries(filled)) {
    const field = fieldSchema(schema, name)
    if (field === undefined) continue
    // A null that means nothing is as if it were not there.
    if (entry === null && field.nullable !== true) delete filled[name]
    else filled[name] = withDefaults(entry, field)
  }
  return filled
}
