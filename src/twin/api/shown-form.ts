/**
 * Forms of an object that differ from the stored one: as a server shows it, as its fields are counted, and what Go holds
 * before anybody said anything. They are told by the fields' tags in Go, which `messages.json` carries.
 */

import { isRecord } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { fieldsByName } from '../http/field-validation.ts'
import { messageNamed, messageOfKind, type Field, type Message } from '../http/protobuf/schema.ts'
import { KEPT, messageIn, structsOf } from './go-shapes.ts'

type Fields = Readonly<Record<string, unknown>>

/** What Go holds for a kind before anybody said anything: structs by value, and the fields that it always writes. */
export function blankObject({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): Fields {
  const message = messageNamed(messageOfKind(apiVersion, kind))
  return message === undefined ? {} : blank(message)
}

const ZEROS: Readonly<Record<string, unknown>> = { string: '', bool: false, int32: 0, int64: 0, double: 0 }

function blank(message: Message): Fields {
  const structFields = structsOf(message).map((field) => [field.name, blank(messageIn(field) as Message)] as const)
  const always = [...fieldsByName(message).values()].filter(({ isAlways }) => isAlways)
  const plain = always.flatMap(({ name, type, rule }) => (rule === undefined && ZEROS[type] === undefined ? [] : [[name, rule === undefined ? ZEROS[type] : null] as const]))
  return Object.fromEntries([...plain, ...structFields])
}

/** As a server shows it: a list that Go always writes is `null` where it holds nothing. Nothing inside the twin has to know. */
export function inShownForm(object: KubeObject): KubeObject {
  const message = messageNamed(messageOfKind(object.apiVersion, object.kind))
  return message === undefined ? object : (nulled(object, message, isNothing) as KubeObject)
}

/** As its fields are counted: there a list that was sent empty is one. */
export function inCountedForm(object: KubeObject): KubeObject {
  const message = messageNamed(messageOfKind(object.apiVersion, object.kind))
  return message === undefined ? object : (nulled(object, message, (value) => value === undefined) as KubeObject)
}

type Test = (value: unknown) => boolean

function isNothing(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0)
}

function nulled(value: Fields, message: Message, isNull: Test): Fields {
  let changed: Record<string, unknown> | undefined
  for (const field of fieldsByName(message).values()) {
    if (KEPT.has(field.name)) continue
    const next = nulledField(value[field.name], field, isNull)
    if (next === value[field.name]) continue
    changed ??= { ...value }
    changed[field.name] = next
  }
  return changed ?? value
}

function nulledField(value: unknown, field: Field, isNull: Test): unknown {
  const message = messageIn(field)
  if (field.rule === 'repeated' && field.isAlways && isNull(value)) return null
  if (message === undefined || field.rule === 'map') return value
  if (field.rule !== 'repeated') return isRecord(value) ? nulled(value, message, isNull) : value
  if (!Array.isArray(value)) return value
  const items = value.map((item: unknown) => (isRecord(item) ? nulled(item, message, isNull) : item))
  return items.every((item, index) => item === value[index]) ? value : items
}
