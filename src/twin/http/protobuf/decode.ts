/**
 * Protobuf bodies to JSON objects: what kubectl 1.32 and later send for the built-in kinds they create.
 *
 * We read protobuf and never write it: every client that sends it takes JSON back. A field that the schema does not
 * know is refused, never dropped.
 */

import { toIso, toKubeTime } from '../../../kernel/clock.ts'
import { statusError } from '../../api/status-error.ts'
import { messageNamed, messageOfKind, type Field } from './schema.ts'
import { createReader, type Reader } from './wire.ts'

/** `k8s` and a zero byte before every message. */
const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00])

type Fields = Record<string, unknown>

/** The object in an envelope of `application/vnd.kubernetes.protobuf`. Throws 415 for what cannot be read. */
export function decodeProtobuf(body: Buffer): Fields {
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) throw unreadable('the envelope is missing')
  const unknown = decodeMessage(createReader(body.subarray(MAGIC.length)), 'runtime.Unknown')
  const { apiVersion = '', kind = '', raw = '' } = unknown as { apiVersion?: string; kind?: string; raw?: string }
  const object = decodeMessage(createReader(Buffer.from(raw, 'base64')), messageOfKind(apiVersion, kind))
  return { apiVersion, kind, ...object }
}

function decodeMessage(reader: Reader, type: string): Fields {
  const message = messageNamed(type)
  if (message === undefined) throw unreadable(`${type} is not known`)
  const result: Fields = {}
  while (!reader.isAtEnd()) {
    const { number, wireType } = reader.tag()
    const field = message.get(number)
    if (field === undefined) throw unreadable(`${type} has no field ${number}`)
    addField(result, field, { reader, wireType })
  }
  return result
}

interface Source {
  readonly reader: Reader
  readonly wireType: number
}

function addField(result: Fields, field: Field, source: Source): void {
  const { name, rule } = field
  if (rule === 'map') {
    result[name] = { ...(result[name] as Fields | undefined), ...decodeEntry(source.reader.bytes(), field.type) }
    return
  }
  const value = decodeValue(field.type, source)
  if (rule === 'repeated') result[name] = [...((result[name] as unknown[] | undefined) ?? []), value]
  else if (rule === 'inline') Object.assign(result, value)
  else if (value !== undefined && !(rule === 'omit-zero' && isZero(value))) result[name] = value
}

function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false
}

function decodeEntry(bytes: Buffer, type: string): Fields {
  const reader = createReader(bytes)
  let key = ''
  let value: unknown = type === 'string' ? '' : undefined
  while (!reader.isAtEnd()) {
    const { number, wireType } = reader.tag()
    if (number === 1) key = reader.bytes().toString('utf8')
    else value = decodeValue(type, { reader, wireType })
  }
  return { [key]: value }
}

function decodeValue(type: string, { reader, wireType }: Source): unknown {
  switch (type) {
    case 'string':
      return reader.bytes().toString('utf8')
    case 'bytes':
      return reader.bytes().toString('base64')
    case 'bool':
      return reader.varint() !== 0
    case 'double':
      return reader.double()
    case 'int32':
    case 'int64':
    case 'uint32':
    case 'uint64':
      if (wireType !== 0) throw unreadable(`wire type ${wireType} for a number`)
      return reader.varint()
    default:
      return decodeSpecial(type, decodeMessage(createReader(reader.bytes()), type))
  }
}

/** Types whose JSON is not an object of their fields. */
function decodeSpecial(type: string, fields: Fields): unknown {
  switch (type) {
    case 'resource.Quantity':
      return fields['string']
    case 'intstr.IntOrString':
      return fields['type'] === 1 ? (fields['strVal'] ?? '') : (fields['intVal'] ?? 0)
    case 'meta.v1.Time':
      return fields['seconds'] === undefined ? undefined : toKubeTime(Number(fields['seconds']) * 1000)
    case 'meta.v1.MicroTime':
      return fields['seconds'] === undefined ? undefined : toIso(Number(fields['seconds']) * 1000 + Math.floor(Number(fields['nanos'] ?? 0) / 1e6))
    case 'meta.v1.FieldsV1':
      return parseRaw(fields['Raw'])
    case 'runtime.RawExtension':
      return parseRaw(fields['raw'])
    case 'authentication.v1.ExtraValue':
    case 'authorization.v1.ExtraValue':
    case 'meta.v1.Verbs':
      return fields['items'] ?? []
    default:
      return fields
  }
}

function parseRaw(raw: unknown): unknown {
  return typeof raw === 'string' && raw !== '' ? JSON.parse(Buffer.from(raw, 'base64').toString('utf8')) : undefined
}

function unreadable(why: string): Error {
  return statusError('UnsupportedMediaType', `the body of the request could not be read as protobuf (${why}) - accepted media types include: application/json, application/yaml`)
}
