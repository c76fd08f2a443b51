/**
 * How the parts of an object merge under server-side apply: field by field, by key, as a set, or whole. For built-in kinds from
 * `shapes.json` (`scripts/generate/merge-shapes.ts`), for custom ones from their schema; what nothing is known about merges field by
 * field, and its lists are one value (`structured-merge-diff`, the deduced type).
 */

import { readFileSync } from 'node:fs'
import { isRecord } from '../../../kernel/json.ts'
import { fieldSchema, type Schema } from '../../schema/structural.ts'
import { schemaOf } from '../custom-objects.ts'
import type { Resource } from '../resource.ts'

export interface ListKey {
  readonly name: string
  /** An item without the key has this one. */
  readonly fallback?: unknown
}

export interface Shape {
  readonly map: 'granular' | 'atomic'
  readonly list: 'atomic' | 'set' | readonly ListKey[]
  /** Go writes the struct or list always, if only as `{}` or null: it is never new. */
  readonly isAlways: boolean
  field(name: string): Shape
  /** Is this a field that the type names, and no key of a free map? */
  isNamed(name: string): boolean
  item(): Shape
  /** Fields that are always there. */
  always(): readonly string[]
}

const DEDUCED: Shape = { map: 'granular', list: 'atomic', isAlways: false, field: () => DEDUCED, isNamed: () => false, item: () => DEDUCED, always: () => [] }
const ATOMIC: Shape = { ...DEDUCED, map: 'atomic' }

interface Table {
  readonly kinds: Readonly<Record<string, string>>
  readonly types: Readonly<Record<string, Readonly<Record<string, string>>>>
}

let table: Table | undefined
const typeShapes = new Map<string, Shape>()
const schemaShapes = new WeakMap<Schema, Shape>()

export function shapeOf(resource: Pick<Resource, 'group' | 'version' | 'kind' | 'schema'>): Shape {
  const schema = schemaOf(resource)
  if (schema !== undefined) return withObjectMeta(schemaShape(schema))
  const type = shapes().kinds[`${resource.group}/${resource.version}/${resource.kind}`]
  return type === undefined ? withObjectMeta(DEDUCED) : typeShape(type)
}

function shapes(): Table {
  table ??= JSON.parse(readFileSync(new URL('shapes.json', import.meta.url), 'utf8')) as Table
  return table
}

/** Metadata is the server's, whatever a schema says of it. */
function withObjectMeta(shape: Shape): Shape {
  return { ...shape, field: (name) => (name === 'metadata' ? { ...typeShape('meta.v1.ObjectMeta'), isAlways: true } : shape.field(name)), isNamed: (name) => name === 'metadata' || shape.isNamed(name), always: () => ['metadata'] }
}

function typeShape(type: string): Shape {
  const known = typeShapes.get(type)
  if (known !== undefined) return known
  const fields = shapes().types[type] ?? {}
  const made = new Map<string, Shape>()
  const always = Object.keys(fields).filter((name) => fields[name]?.startsWith('struct!'))
  const shape: Shape = {
    ...DEDUCED,
    always: () => always,
    isNamed: (name) => fields[name] !== undefined,
    field(name) {
      const found = made.get(name) ?? parseShape(fields[name])
      made.set(name, found)
      return found
    },
  }
  typeShapes.set(type, shape)
  return shape
}

function parseShape(text: string | undefined): Shape {
  const [what, type = '', keys = ''] = text?.split(' ') ?? []
  switch (what) {
    case 'struct':
      return typeShape(type)
    case 'struct!':
      return { ...typeShape(type), isAlways: true }
    case 'atomic':
      return ATOMIC
    case 'set':
      return { ...DEDUCED, list: 'set' }
    case 'list':
    case 'list!':
      return { ...DEDUCED, isAlways: what === 'list!', list: keys.split(',').map(parseKey), item: () => (type === 'atomic' ? ATOMIC : typeShape(type)) }
    case 'map':
      return type === '' ? DEDUCED : { ...DEDUCED, field: () => typeShape(type) }
    default:
      return DEDUCED
  }
}

function parseKey(text: string): ListKey {
  const [name = '', fallback] = text.split('=')
  return fallback === undefined ? { name } : { name, fallback: JSON.parse(fallback) as unknown }
}

function schemaShape(schema: Schema): Shape {
  const known = schemaShapes.get(schema)
  if (known !== undefined) return known
  const shape: Shape = {
    map: schema['x-kubernetes-map-type'] === 'atomic' ? 'atomic' : 'granular',
    list: listOf(schema),
    isAlways: false,
    field(name) {
      const inner = fieldSchema(schema, name)
      return inner === undefined ? DEDUCED : schemaShape(inner)
    },
    isNamed: (name) => schema.properties?.[name] !== undefined,
    item: () => (schema.items === undefined ? DEDUCED : schemaShape(schema.items)),
    always: () => [],
  }
  schemaShapes.set(schema, shape)
  return shape
}

function listOf(schema: Schema): Shape['list'] {
  const type = schema['x-kubernetes-list-type'] ?? 'atomic'
  if (type !== 'map') return type
  const properties = isRecord(schema.items?.properties) ? schema.items.properties : {}
  return (schema['x-kubernetes-list-map-keys'] ?? []).map((name) => {
    const fallback = properties[name]?.default
    return fallback === undefined ? { name } : { name, fallback }
  })
}
