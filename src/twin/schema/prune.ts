/** Takes out what the schema does not know (`apiextensions-apiserver/pkg/apiserver/schema/pruning`). */

import { isRecord } from '../../kernel/json.ts'
import { fieldPath, TYPE_FIELDS, type Schema } from './structural.ts'

export interface Pruned {
  readonly value: unknown
  /** Paths of what was taken out, sorted: `spec.list[0].extra`. */
  readonly unknown: readonly string[]
}

export function prune(value: unknown, schema: Schema): Pruned {
  const unknown: string[] = []
  const kept = pruneValue(value, schema, { path: '', isResource: true, unknown })
  return { value: kept, unknown: unknown.sort() }
}

interface Place {
  readonly path: string
  readonly isResource: boolean
  readonly unknown: string[]
}

function pruneValue(value: unknown, schema: Schema | undefined, place: Place): unknown {
  const isResource = place.isResource || schema?.['x-kubernetes-embedded-resource'] === true
  if (Array.isArray(value)) return value.map((item, index) => pruneValue(item, itemsOf(schema), { ...place, isResource: false, path: `${place.path}[${index}]` }))
  if (!isRecord(value) || schema === undefined) return value
  return Object.fromEntries(Object.entries(value).flatMap(([name, entry]) => pruneField([name, entry], schema, { ...place, isResource })))
}

function itemsOf(schema: Schema | undefined): Schema | undefined {
  return schema?.items ?? (isOpen(schema) ? undefined : {})
}

function pruneField([name, value]: [string, unknown], schema: Schema, place: Place): [string, unknown][] {
  if (place.isResource && TYPE_FIELDS.has(name)) return [[name, value]]
  const path = fieldPath(place.path, name)
  const known = schema.properties?.[name]
  const { additionalProperties } = schema
  if (known !== undefined) return [[name, pruneValue(value, known, { ...place, isResource: false, path })]]
  if (isRecord(additionalProperties)) return [[name, pruneValue(value, additionalProperties as Schema, { ...place, isResource: false, path })]]
  if (additionalProperties === true || isOpen(schema)) return [[name, value]]
  place.unknown.push(path)
  return []
}

function isOpen(schema: Schema | undefined): boolean {
  return schema === undefined || schema['x-kubernetes-preserve-unknown-fields'] === true
}
