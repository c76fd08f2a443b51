/**
 * Fields that no schema knows, in objects of the built-in kinds: `replica: 3`, `contianers:`.
 *
 * The real server drops them, and says so as the client asks by `fieldValidation`: an error (`Strict`, which kubectl sends), a
 * warning (`Warn`, the default) or nothing. The schema is the one of the protobuf messages: its names are the JSON names.
 * Custom resources are checked by their own schema.
 */

import { isRecord } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { messageNamed, messageOfKind, type Field, type Message } from './protobuf/schema.ts'

/** Messages whose JSON is not an object of their fields. */
export const OPAQUE = new Set(['resource.Quantity', 'intstr.IntOrString', 'meta.v1.Time', 'meta.v1.MicroTime', 'meta.v1.FieldsV1', 'runtime.RawExtension', 'meta.v1.Verbs', 'authentication.v1.ExtraValue', 'authorization.v1.ExtraValue'])

export interface Checked {
  /** Without the fields that are not known. */
  readonly object: KubeObject
  /** Their paths: `spec.template.spec.containers[0].imagee`. */
  readonly unknown: readonly string[]
  /** Values that are not of their field's type, in Go's words. */
  readonly mismatched?: readonly string[]
}

export function checkFields(object: KubeObject): Checked {
  const message = messageNamed(messageOfKind(object.apiVersion, object.kind))
  if (message === undefined) return { object, unknown: [] }
  const unknown: string[] = []
  const mismatched: string[] = []
  const { apiVersion, kind, ...rest } = object
  const known = prune(rest, { message, struct: kind, path: '', unknown, mismatched }) as Omit<KubeObject, 'apiVersion' | 'kind'>
  return unknown.length === 0 ? { object, unknown, mismatched } : { object: { apiVersion, kind, ...known } as KubeObject, unknown, mismatched }
}

interface Place {
  readonly message: Message
  /** Its name in Go. */
  readonly struct: string
  readonly path: string
  readonly unknown: string[]
  readonly mismatched: string[]
}

function prune(value: unknown, place: Place): unknown {
  if (!isRecord(value)) return value
  const fields = fieldsByName(place.message)
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) => {
      const path = place.path === '' ? key : `${place.path}.${key}`
      const field = fields.get(key)
      if (field === undefined) place.unknown.push(path)
      if (field !== undefined) noteMismatch(entry, field, { ...place, path })
      return field === undefined ? [] : [[key, pruneField(entry, field, { ...place, path })]]
    }),
  )
}

const SCALARS: Readonly<Record<string, string>> = { int32: 'number', int64: 'number', double: 'number', bool: 'boolean', string: 'string' }
const GO_NAMES: Readonly<Record<string, string>> = { double: 'float64' }

/** A text where a number belongs, as `encoding/json` says it. Its words for what is not a plain value name Go types that we do not know. */
function noteMismatch(value: unknown, { type, rule }: Field, { path, struct, mismatched }: Place): void {
  const wanted = SCALARS[type]
  if (value === null || value === undefined) return
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  if (rule === 'repeated' || rule === 'map') {
    if (wanted === undefined || found === (rule === 'repeated' ? 'array' : 'object')) return
    mismatched.push(`json: cannot unmarshal ${found} into Go struct field ${struct}.${path} of type ${rule === 'repeated' ? '[]' : 'map[string]'}${GO_NAMES[type] ?? type}`)
  } else if (wanted !== undefined && typeof value !== wanted) mismatched.push(`json: cannot unmarshal ${found} into Go struct field ${struct}.${path} of type ${GO_NAMES[type] ?? type}`)
}

function pruneField(value: unknown, field: Field, { path, unknown, mismatched }: Place): unknown {
  const struct = field.type.split('.').at(-1) ?? ''
  const message = OPAQUE.has(field.type) ? undefined : messageNamed(field.type)
  if (message === undefined) return value
  if (field.rule === 'repeated' && Array.isArray(value)) return value.map((item, index) => prune(item, { message, struct, path: `${path}[${index}]`, unknown, mismatched }))
  if (field.rule === 'map' && isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, prune(entry, { message, struct, path: `${path}.${key}`, unknown, mismatched })]))
  return prune(value, { message, struct, path, unknown, mismatched })
}

const namesOf = new WeakMap<Message, ReadonlyMap<string, Field>>()

/** Fields by JSON name; those of inlined messages belong to their parent. */
export function fieldsByName(message: Message): ReadonlyMap<string, Field> {
  const cached = namesOf.get(message)
  if (cached !== undefined) return cached
  const fields = new Map<string, Field>()
  for (const field of message.values()) {
    const inlined = field.rule === 'inline' ? messageNamed(field.type) : undefined
    if (inlined === undefined) fields.set(field.name, field)
    else for (const [name, inner] of fieldsByName(inlined)) fields.set(name, inner)
  }
  namesOf.set(message, fields)
  return fields
}
