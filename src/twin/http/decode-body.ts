/**
 * Bodies to values: JSON, YAML or protobuf, with what a strict reader has against them, in the words of Go's readers
 * (`apimachinery/pkg/runtime/serializer`, `sigs.k8s.io/yaml`).
 */

import { parseDocument } from 'yaml'
import { isRecord, type JsonValue } from '../../kernel/json.ts'
import { badRequest, statusError } from '../api/status-error.ts'
import type { Incoming } from './exchange.ts'
import { duplicateFields } from './duplicate-fields.ts'
import { goJsonProblem } from './go-json-problem.ts'
import { decodeProtobuf } from './protobuf/decode.ts'

export interface Decoded {
  readonly value: JsonValue
  /** Fields that were given twice: refused where the client asks for it, else warned of. */
  readonly problems: readonly Problem[]
}

export interface Problem {
  /** As a warning says it. */
  readonly text: string
  /** As a refusal does. */
  readonly sentence: string
}

export type Format = 'json' | 'yaml' | 'protobuf'

const FORMATS: Readonly<Record<string, Format>> = { '': 'json', 'application/json': 'json', 'application/yaml': 'yaml', 'application/vnd.kubernetes.protobuf': 'protobuf' }

/** Throws 415 for a content type that is none of ours. */
export function demandFormat({ contentType }: Pick<Incoming, 'contentType'>): Format {
  const [type = ''] = contentType.split(';')
  const format = FORMATS[type.trim().toLowerCase()]
  if (format === undefined) throw statusError('UnsupportedMediaType', 'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf')
  return format
}

/** Throws 400 for what does not parse; `wrap` puts the reader's sentence into the one that the client gets. */
export function decodeBody(body: Buffer, format: Format, wrap: (sentence: string) => string): Decoded {
  if (format === 'protobuf') return { value: decodeProtobuf(body) as JsonValue, problems: [] }
  const text = body.toString('utf8')
  return format === 'yaml' ? decodeYaml(text, wrap) : { value: parsedJson(text, (sentence) => wrap(`couldn't get version/kind; json parse error: ${sentence}`)), problems: duplicateFields(text).map((path) => plainProblem(`duplicate field "${path}"`)) }
}

/** The value of a JSON text. Throws 400 with what Go's reader says of it. */
export function parsedJson(text: string, wrap: (sentence: string) => string): JsonValue {
  const problem = goJsonProblem(text)
  if (problem !== undefined) throw badRequest(wrap(problem))
  return JSON.parse(text) as JsonValue
}

export function plainProblem(text: string): Problem {
  return { text, sentence: text }
}

/** What a YAML reader says of text that is no YAML is its own; ours says it in other words. */
function decodeYaml(text: string, wrap: (sentence: string) => string): Decoded {
  const document = parseDocument(text, { uniqueKeys: true })
  const broken = document.errors.find(({ code }) => code !== 'DUPLICATE_KEY')
  if (broken !== undefined) throw badRequest(wrap(`error converting YAML to JSON: yaml: ${broken.message}`))
  const lines = document.errors.map(({ pos: [at] }) => `line ${text.slice(0, at).split('\n').length}: key "${keyAt(text, at)}" already set in map`)
  const value = (parseDocument(text, { uniqueKeys: false }).toJS() ?? null) as JsonValue
  return { value, problems: lines.length === 0 ? [] : [{ text: lines.join(', '), sentence: `yaml: unmarshal errors:\n  ${lines.join('\n  ')}` }] }
}

function keyAt(text: string, at: number): string {
  return /^["']?([^"':\n]*)/.exec(text.slice(at))?.[1] ?? ''
}

const INTERPRETED = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'

/** Which kind a value says it is. Throws 400 where it cannot say it. */
export function interpreted(value: JsonValue, wrap: (sentence: string) => string): { readonly apiVersion: string; readonly kind: string } {
  const fail = (sentence: string): never => {
    throw badRequest(wrap(`couldn't get version/kind; json parse error: ${sentence}`))
  }
  if (value === null) return { apiVersion: '', kind: '' }
  if (!isRecord(value)) return fail(`json: cannot unmarshal ${goKind(value)} into Go value of type ${INTERPRETED}`)
  const text = (name: string): string => {
    const found = value[name] ?? ''
    return typeof found === 'string' ? found : fail(`json: cannot unmarshal ${goKind(found)} into Go struct field .${name} of type string`)
  }
  return { apiVersion: text('apiVersion'), kind: text('kind') }
}

/** What `encoding/json` calls the value. */
export function goKind(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
}
