/**
 * Fields that no schema knows, in objects of the built-in kinds: `replica: 3`, `contianers:`.
 *
 * The real server drops them, and says so as the client asks by `fieldValidation`: an error (`Strict`, which kubectl sends), a
 * warning (`Warn`, the default) or nothing. The schema is the one of the protobuf messages: its names are the JSON names.
 * Custom resources are not checked.
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
}

export function checkFields(object: KubeObject): Checked {
  const message = messageNamed(messageOfKind(object.apiVersion, object.kind))
  if (message === undefined) return { object, unknown: [] }
  const unknown: string[] = []
  const { apiVersion, kind, ...rest } = object
  const known = prune(rest, { message, path: '', unknown }) as Omit<KubeObject, 'apiVersion' | 'kind'>
  return unknown.length === 0 ? { object, unknown } : { object: { apiVersion, kind, ...known } as KubeObject, unknown }
}

interface Place {
  readonly message: Message
  readonly path: string
  readonly unknown: string[]
}

function prune(value: unknown, place: Place): unknown {
  if (!isRecord(value)) return value
  const fields = fieldsByName(place.message)
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) => {
      const path = place.path === '' ? key : `${place.path}.${key}`
      const field = fields.get(key)
      if (field === undefined) place.unknown.push(path)
      return field === undefined ? [] : [[key, pruneField(entry, field, { ...place, path })]]
    }),
  )
}

function pruneField(value: unknown, field: Field, { path, unknown }: Place): unknown {
  const message = OPAQUE.has(field.type) ? undefined : messageNamed(field.type)
  if (message === undefined) return value
  if (field.rule === 'repeated' && Array.isArray(value)) return value.map((item, index) => prune(item, { message, path: `${path}[${index}]`, unknown }))
  if (field.rule === 'map' && isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, prune(entry, { message, path: `${path}.${key}`, unknown })]))
  return prune(value, { message, path, unknown })
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
