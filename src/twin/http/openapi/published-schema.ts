/**
 * The schema of a custom resource as it is published: with type and metadata, without what the documents do not carry (defaults stay,
 * rules stay) and, in version 2, without what `kubectl` cannot read there (`controller/openapi/v2/conversion.go`).
 */

import { isRecord } from '../../../kernel/json.ts'

type Schema = Readonly<Record<string, unknown>>

export interface Publishing {
  readonly isV2: boolean
  readonly typeMeta: Readonly<Record<string, unknown>>
  readonly metadata: object
}

export function publishedSchema(schema: Schema | undefined, publishing: Publishing): Schema {
  const isOpen = schema?.['x-kubernetes-preserve-unknown-fields'] === true
  // kubectl would take a list of properties for all that there may be.
  if (schema === undefined || (publishing.isV2 && isOpen)) return { type: 'object' }
  const converted = publishing.isV2 ? forV2(schema) : schema
  const properties = isRecord(converted['properties']) ? converted['properties'] : {}
  return embedded({ ...converted, properties: { ...properties, ...publishing.typeMeta, metadata: publishing.metadata } }, publishing)
}

function forV2(schema: Schema): Schema {
  const { allOf: _, oneOf: __, anyOf: ___, not: ____, nullable, ...rest } = schema
  const isOpen = rest['x-kubernetes-preserve-unknown-fields'] === true
  const kept = nullable === true || isOpen ? without(rest, ['items', 'properties']) : rest
  const isUntyped = nullable === true || (kept['type'] === 'array' && kept['items'] === undefined) || (isOpen && kept['type'] === 'object')
  const typed = isUntyped ? without(kept, ['type']) : kept
  const properties = isRecord(typed['properties']) ? typed['properties'] : undefined
  const optional = Object.entries(properties ?? {}).flatMap(([name, property]) => (isRecord(property) && property['nullable'] === true ? [name] : []))
  const required = Array.isArray(typed['required']) ? typed['required'].filter((name) => !optional.includes(name as string)) : []
  return mapChildren({ ...without(typed, ['required']), ...(required.length === 0 ? {} : { required }) }, forV2)
}

/** A resource within a resource has type and metadata too. */
function embedded(schema: Schema, publishing: Publishing): Schema {
  const inner = mapChildren(schema, (child) => embedded(child, publishing))
  if (inner['x-kubernetes-embedded-resource'] !== true || (publishing.isV2 && inner['x-kubernetes-preserve-unknown-fields'] === true)) return inner
  const properties = isRecord(inner['properties']) ? inner['properties'] : {}
  const required = new Set([...(Array.isArray(inner['required']) ? (inner['required'] as string[]) : []), 'kind', 'apiVersion'])
  return { ...inner, properties: { ...properties, ...publishing.typeMeta, metadata: publishing.metadata }, required: [...required] }
}

function mapChildren(schema: Schema, change: (child: Schema) => Schema): Schema {
  const { properties, items, additionalProperties } = schema
  return {
    ...schema,
    ...(isRecord(properties) ? { properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, isRecord(property) ? change(property) : property])) } : {}),
    ...(isRecord(items) ? { items: change(items) } : {}),
    ...(isRecord(additionalProperties) ? { additionalProperties: change(additionalProperties) } : {}),
  }
}

function without(schema: Schema, names: readonly string[]): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !names.includes(name)))
}
