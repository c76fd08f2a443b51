/**
 * Writes `src/twin/api/merge/shapes.json`: which parts of the built-in kinds merge by key, as sets, field by field or whole under
 * server-side apply, from the OpenAPI documents of the newest release (`x-kubernetes-list-type`, `x-kubernetes-map-type`).
 *
 * A type is a record of those fields that are not plain values; a field is a text: what it is, the type inside, and its keys with their
 * defaults. `struct!` is a struct that Go always writes: the documents give it the default `{}`.
 * `list!` is a required list, which Go writes even as null: it is never new.
 *
 * Needs Go, to fetch the module. Usage: node scripts/generate/merge-shapes.ts
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord } from '../../src/kernel/json.ts'
import { kubernetesModule } from './kubernetes-module.ts'

const OUTPUT = 'src/twin/api/merge/shapes.json'
const UNSTABLE = /v\d+(alpha|beta)\d+/

type Schema = Readonly<Record<string, unknown>>

const folder = join(kubernetesModule(36), 'api', 'openapi-spec', 'v3')
const schemas = new Map<string, Schema>()
for (const file of readdirSync(folder).filter((name) => name.endsWith('_openapi.json') && !UNSTABLE.test(name))) {
  const { components } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { components: { schemas?: Record<string, Schema> } }
  for (const [name, schema] of Object.entries(components.schemas ?? {})) schemas.set(name, schema)
}

const types: Record<string, Record<string, string>> = {}
const kinds: Record<string, string> = {}
for (const [name, schema] of schemas) {
  for (const { group, version, kind } of gvks(schema)) {
    if (schema['properties'] !== undefined && !kind.endsWith('List') && !name.includes('.meta.v1.')) {
      kinds[`${group}/${version}/${kind}`] = short(name)
      collect(name)
    }
  }
}
writeFileSync(OUTPUT, `${JSON.stringify({ kinds, types }, undefined, 1)}\n`)
console.log(`${Object.keys(kinds).length} kinds, ${Object.keys(types).length} types`)

function gvks(schema: Schema): readonly { group: string; version: string; kind: string }[] {
  return (schema['x-kubernetes-group-version-kind'] ?? []) as never
}

function collect(name: string): void {
  if (types[short(name)] !== undefined) return
  const fields: Record<string, string> = {}
  types[short(name)] = fields
  const required = (schemas.get(name)?.['required'] ?? []) as readonly string[]
  for (const [field, schema] of Object.entries((schemas.get(name)?.['properties'] ?? {}) as Record<string, Schema>)) {
    const text = describe(schema)
    if (text !== undefined) fields[field] = required.includes(field) ? text.replace(/^list /, 'list! ') : text
  }
}

function describe(schema: Schema): string | undefined {
  const target = targetOf(schema)
  if (schema['type'] === 'array') return describeList(schema)
  if (target === undefined) return schema['type'] === 'object' ? describeMap(schema) : undefined
  const referred = schemas.get(target) ?? {}
  if (target.endsWith('.RawExtension')) return 'atomic'
  if (referred['properties'] === undefined) return undefined
  // What the field says goes before what its type says: a volume's claim is granular, references otherwise are not.
  if ((schema['x-kubernetes-map-type'] ?? referred['x-kubernetes-map-type']) === 'atomic') return 'atomic'
  collect(target)
  return `${isRecord(schema['default']) ? 'struct!' : 'struct'} ${short(target)}`
}

function describeMap(schema: Schema): string {
  if (schema['x-kubernetes-map-type'] === 'atomic') return 'atomic'
  const values = schema['additionalProperties']
  const inside = isRecord(values) ? describe(values) : undefined
  return inside === undefined || inside === 'atomic' ? 'map' : `map ${inside.split(' ').at(-1)}`
}

function describeList(schema: Schema): string | undefined {
  const type = schema['x-kubernetes-list-type']
  const items = (schema['items'] ?? {}) as Schema
  if (type === 'set') return 'set'
  if (type !== 'map') return undefined
  const target = targetOf(items) ?? ''
  collect(target)
  const properties = (schemas.get(target)?.['properties'] ?? {}) as Record<string, Schema>
  const keys = (schema['x-kubernetes-list-map-keys'] as string[]).map((key) => {
    const fallback = properties[key]?.['default']
    return fallback === undefined || fallback === '' || fallback === 0 ? key : `${key}=${JSON.stringify(fallback)}`
  })
  // An item that is one value: its keys only tell it from the others.
  const isAtomic = schemas.get(target)?.['x-kubernetes-map-type'] === 'atomic'
  return `list ${isAtomic ? 'atomic' : short(target)} ${keys.join(',')}`
}

function targetOf(schema: Schema): string | undefined {
  const reference = schema['$ref'] ?? (schema['allOf'] as Schema[] | undefined)?.[0]?.['$ref']
  return typeof reference === 'string' ? reference.replace('#/components/schemas/', '') : undefined
}

/** `core.v1.PodSpec`. */
function short(name: string): string {
  return name.replace(/^io\.k8s\.(api\.|apimachinery\.pkg\.apis\.|apiextensions-apiserver\.pkg\.apis\.|kube-aggregator\.pkg\.apis\.)?/, '')
}
