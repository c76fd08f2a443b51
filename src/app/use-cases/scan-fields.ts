/**
 * Fields of built-in kinds that the API server would lose or refuse: `contianers:`, `resource:`, a field one level too high, a number
 * where it wants text. Found with the schema of the protobuf messages, whose names are the JSON names.
 */

import { isRecord } from '../../kernel/json.ts'
import type { FieldPath } from '../../model/audit.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { invalidField } from '../../scan/own-cards.ts'
import type { RawFinding } from '../../scan/scan-report.ts'
import { fieldsByName, OPAQUE } from '../../twin/http/field-validation.ts'
import { messageNamed, messageOfKind, type Field, type Message } from '../../twin/http/protobuf/schema.ts'

interface Fault {
  readonly path: FieldPath
  /** What it should be; absent for a field that is not known. */
  readonly wanted?: string
}

const FREE = new Set(['apiVersion', 'kind', 'metadata', 'status'])
const WANTED: Readonly<Record<string, 'text' | 'a whole number' | 'true or false'>> = { string: 'text', int32: 'a whole number', int64: 'a whole number', bool: 'true or false' }

export function invalidFields(objects: readonly KubeObject[]): RawFinding[] {
  return objects.flatMap((object) => {
    const message = messageNamed(messageOfKind(object.apiVersion, object.kind))
    return message === undefined ? [] : faultsIn(object, message).map((fault) => toRaw(object, fault))
  })
}

function faultsIn(object: KubeObject, message: Message): Fault[] {
  const faults: Fault[] = []
  const fields = fieldsByName(message)
  for (const key of Object.keys(object)) {
    if (FREE.has(key)) continue
    const field = fields.get(key)
    if (field === undefined) faults.push({ path: [key] })
    else walkField(object[key], field, [key], faults)
  }
  return faults
}

// oxlint-disable-next-line max-params -- a value, its schema, its place, and the list
function walkField(value: unknown, field: Field, path: FieldPath, faults: Fault[]): void {
  if (value === null || value === undefined) return
  if (field.rule === 'repeated' || field.rule === 'map') {
    const fits = field.rule === 'map' ? isRecord(value) : Array.isArray(value)
    if (!fits) return void (OPAQUE.has(field.type) || field.type === 'bytes' ? undefined : faults.push({ path, wanted: field.rule === 'map' ? 'a map' : 'a list' }))
    for (const [key, item] of Object.entries(value as object)) walkValue(item, field.type, [...path, field.rule === 'map' ? key : Number(key)], faults)
  } else walkValue(value, field.type, path, faults)
}

// oxlint-disable-next-line max-params -- as above
function walkValue(value: unknown, type: string, path: FieldPath, faults: Fault[]): void {
  const message = OPAQUE.has(type) ? undefined : messageNamed(type)
  if (message === undefined) {
    const wanted = WANTED[type]
    if (wanted !== undefined && value !== null && !isWanted(value, wanted)) faults.push({ path, wanted })
  } else if (isRecord(value)) walkMessage(value, message, path, faults)
  else if (value !== null) faults.push({ path, wanted: 'a map' })
}

// oxlint-disable-next-line max-params -- as above
function walkMessage(value: Readonly<Record<string, unknown>>, message: Message, path: FieldPath, faults: Fault[]): void {
  const fields = fieldsByName(message)
  for (const key of Object.keys(value)) {
    const field = fields.get(key)
    if (field === undefined && (key === 'apiVersion' || key === 'kind') && fields.has('metadata')) continue
    if (field === undefined) faults.push({ path: [...path, key] })
    else if (typeof value[key] === 'object' || WANTED[field.type] !== undefined || field.rule !== undefined) walkField(value[key], field, [...path, key], faults)
  }
}

/** What a template leaves to be filled in is not judged. */
function isWanted(value: unknown, wanted: string): boolean {
  if (typeof value === 'string' && /\{\{|\$\{|\$\(/.test(value)) return true
  return wanted === 'text' ? typeof value === 'string' : wanted === 'true or false' ? typeof value === 'boolean' : Number.isInteger(value)
}

function toRaw(object: KubeObject, { path, wanted }: Fault): RawFinding {
  const { id, title } = invalidField
  const subject = subjectOf(object)
  const of = `${subjectText(subject)}: ${path.join('.')}`
  const common = { rule: id, of: object, subject, path }
  if (wanted !== undefined) return { ...common, severity: 2, summary: `${of} is not ${wanted}`, advice: wanted === 'text' ? 'Put it in quotes: the API server refuses anything else.' : `Write ${wanted}: the API server refuses anything else.`, cause: 'a value of another type' }
  return { ...common, severity: 3, summary: `${of} is no field of ${object.apiVersion} ${object.kind}`, advice: 'Correct its name or its place: kubectl refuses it, and other clients lose it without a word.', cause: title }
}
