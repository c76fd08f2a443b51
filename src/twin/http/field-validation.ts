/**
 * Fields that no schema knows, in objects of the built-in kinds: `replica: 3`, `contianers:`.
 *
 * The real server drops them, and says so as the client asks by `fieldValidation`: an error (`Strict`, which kubectl sends), a
 * warning (`Warn`, the default) or nothing. The schema is the one of the protobuf messages: its names are the JSON names.
 * Custom resources are checked by their own schema.
 */

import { isRecord } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { goKind } from './decode-body.ts'
import { messageNamed, messageOfKind, type Field, type Message } from './protobuf/schema.ts'

/** Messages whose JSON is not an object of their fields. */
export const OPAQUE = new Set(['resource.Quantity', 'intstr.IntOrString', 'meta.v1.Time', 'meta.v1.MicroTime', 'meta.v1.FieldsV1', 'runtime.RawExtension', 'meta.v1.Verbs', 'authentication.v1.ExtraValue', 'authorization.v1.ExtraValue'])

export interface Checked {
  /** Without the fields that are not known. */
  readonly object: KubeObject
  /** Their paths: `spec.template.spec.containers[0].imagee`. */
  readonly unknown: readonly string[]
  /** Values that are not of their field's type, in Go's words. */
  readonly mismatched?: readonly Mismatch[]
}

export function checkFields(object: KubeObject): Checked {
  const message = messageNamed(messageOfKind(object.apiVersion, object.kind))
  if (message === undefined) return { object, unknown: [] }
  const unknown: string[] = []
  const mismatched: Mismatch[] = []
  const { apiVersion, kind, ...rest } = object
  const known = prune(rest, { message, struct: kind, path: '', unknown, mismatched }) as Omit<KubeObject, 'apiVersion' | 'kind'>
  return { object: { apiVersion, kind, ...known } as KubeObject, unknown, mismatched: [...mismatched.filter(({ stops }) => stops === true), ...mismatched.filter(({ stops }) => stops !== true)] }
}

/**
 * `text`: as it is read from JSON; `restored`: as it is put together from parts, after a strategic patch. `stops`: reading
 * ends with it, where others are only remembered and told at the end.
 */
export interface Mismatch {
  readonly text: string
  readonly restored: string
  readonly stops?: true
}

interface Place {
  readonly message: Message
  /** Its name in Go. */
  readonly struct: string
  readonly path: string
  readonly unknown: string[]
  readonly mismatched: Mismatch[]
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
      return field === undefined || (entry === null && field.rule !== 'repeated') ? [] : [[key, pruneField(entry, field, { ...place, path })]]
    }),
  )
}

const SCALARS: Readonly<Record<string, string>> = { int32: 'number', int64: 'number', double: 'number', bool: 'boolean', string: 'string', bytes: 'string' }
const GO_NAMES: Readonly<Record<string, string>> = { double: 'float64', bytes: '[]uint8' }
const LAYOUTS: Readonly<Record<string, string>> = { 'meta.v1.Time': '2006-01-02T15:04:05Z07:00', 'meta.v1.MicroTime': '2006-01-02T15:04:05.000000Z07:00' }
/** What Go has where a map says `null`. */
const ZEROS: Readonly<Record<string, unknown>> = { string: '', int32: 0, int64: 0, double: 0, bool: false }

/** A value that its field does not take, as `encoding/json` says it; structs that read themselves say it in words of their own. */
function noteMismatch(value: unknown, { type, rule }: Field, { path, struct, mismatched }: Place): void {
  if (value === null || value === undefined) return
  const note = (found: unknown, wanted: string): void => {
    const text = `json: cannot unmarshal ${goKind(found)} into Go struct field ${struct}.${path.replaceAll(/\[\d+\]/g, '')} of type ${wanted}`
    mismatched.push({ text, restored: restoredText(found, wanted) })
  }
  const name = goType(type)
  if (rule === 'repeated') {
    if (!Array.isArray(value)) note(value, `[]${name}`)
    else for (const item of value) if (item !== null && !isOfType(item, type)) note(item, name)
  } else if (rule === 'map') {
    if (!isRecord(value)) note(value, `map[string]${name}`)
    else for (const item of Object.values(value)) if (item !== null && !isOfType(item, type)) note(item, name)
  } else if (!isOfType(value, type)) note(value, name)
  if (type === 'bytes') noteEncoding(value, mismatched)
  const layout = LAYOUTS[type]
  if (layout !== undefined && typeof value === 'string' && !/^\d{4}/.test(value)) mismatched.push({ ...alike(`parsing time ${JSON.stringify(value)} as "${layout}": cannot parse ${JSON.stringify(value)} as "2006"`), stops: true })
}

function alike(text: string): Mismatch {
  return { text, restored: text }
}

/** `apimachinery/pkg/runtime/converter.go`. */
function restoredText(found: unknown, wanted: string): string {
  const kind = Array.isArray(found) ? 'slice' : isRecord(found) ? 'map' : typeof found === 'boolean' ? 'bool' : typeof found === 'number' ? (Number.isInteger(found) ? 'int64' : 'float64') : 'string'
  // Go could make a text of a number, and then does not.
  if (kind === 'int64' && wanted === 'string') return 'cannot convert int64 to string'
  if (wanted.startsWith('[]')) return `cannot restore slice from ${kind}`
  if (wanted.startsWith('map[')) return `cannot restore map from ${kind}`
  return wanted.includes('.') ? `cannot restore struct from: ${kind}` : `unrecognized type: ${wanted}`
}

/** `core.v1.PodSpec` is `v1.PodSpec` to Go. */
function goType(type: string): string {
  return SCALARS[type] === undefined ? type.split('.').slice(-2).join('.') : (GO_NAMES[type] ?? type)
}

function isOfType(value: unknown, type: string): boolean {
  const scalar = SCALARS[type]
  if (scalar !== undefined) return typeof value === scalar
  return OPAQUE.has(type) || messageNamed(type) === undefined || isRecord(value)
}

/** Bytes travel as base64: the first character that is none of its alphabet, or the end of what is too short. */
function noteEncoding(value: unknown, mismatched: Mismatch[]): void {
  for (const text of isRecord(value) ? Object.values(value) : [value]) {
    if (typeof text !== 'string') continue
    const clean = text.replaceAll(/[\r\n]/g, '')
    if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(clean)) continue
    const wrong = clean.search(/[^A-Za-z0-9+/]/)
    mismatched.push(alike(`illegal base64 data at input byte ${wrong < 0 ? clean.length - (clean.length % 4) : wrong}`))
  }
}

function pruneField(value: unknown, field: Field, { path, unknown, mismatched }: Place): unknown {
  const struct = field.type.split('.').at(-1) ?? ''
  const message = OPAQUE.has(field.type) ? undefined : messageNamed(field.type)
  if (message === undefined) return field.rule === 'map' && isRecord(value) ? withZeros(value, ZEROS[field.type]) : value
  if (field.rule === 'repeated' && Array.isArray(value)) return value.map((item, index) => prune(item, { message, struct, path: `${path}[${index}]`, unknown, mismatched }))
  if (field.rule === 'map' && isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, prune(entry, { message, struct, path: `${path}.${key}`, unknown, mismatched })]))
  return prune(value, { message, struct, path, unknown, mismatched })
}

function withZeros(map: Record<string, unknown>, zero: unknown): Record<string, unknown> {
  if (!Object.values(map).includes(null)) return map
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, value ?? zero] as const).filter(([, value]) => value !== undefined))
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
