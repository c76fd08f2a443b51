/**
 * What upstream's own types add to what was sent: a struct that Go holds by value is there also where nobody wrote it, `null` is
 * nothing, and a list that Go always writes is shown as `null`. It is told by the fields' tags in Go (`omitempty` and pointers),
 * which `messages.json` carries. Status is left alone: its writers are the control plane's own. Zeros that are not stored are
 * the business of `unstored-zeros.ts`.
 */

import { hasParts, isRecord } from '../../kernel/json.ts'
import { alongside, partOf } from '../../kernel/share-equal.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { fieldsByName, OPAQUE } from '../http/field-validation.ts'
import { messageNamed, messageOfKind, type Field, type Message } from '../http/protobuf/schema.ts'

type Fields = Readonly<Record<string, unknown>>

/** Kept as sent: an empty list of managers means that everybody gives up what is theirs. */
const KEPT = new Set(['apiVersion', 'kind', 'status', 'managedFields'])

/** The same object when it is in that form already, down to its parts: what is shared stays shared. Parts of the one that is `stored` are in it. */
export function inGoForm(object: KubeObject, stored?: KubeObject): KubeObject {
  const message = messageNamed(messageOfKind(object.apiVersion, object.kind))
  return message === undefined ? object : (formedAnew(object, message, stored) as KubeObject)
}

/** What Go holds for a kind before anybody said anything: structs by value, and the fields that it always writes. */
export function blankObject({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): Fields {
  const message = messageNamed(messageOfKind(apiVersion, kind))
  return message === undefined ? {} : blank(message)
}

const ZEROS: Readonly<Record<string, unknown>> = { string: '', bool: false, int32: 0, int64: 0, double: 0 }

function blank(message: Message): Fields {
  const structFields = structsOf(message).map((field) => [field.name, blank(messageOf(field) as Message)] as const)
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
  const message = messageOf(field)
  if (field.rule === 'repeated' && field.isAlways && isNull(value)) return null
  if (message === undefined || field.rule === 'map') return value
  if (field.rule !== 'repeated') return isRecord(value) ? nulled(value, message, isNull) : value
  if (!Array.isArray(value)) return value
  const items = value.map((item: unknown) => (isRecord(item) ? nulled(item, message, isNull) : item))
  return items.every((item, index) => item === value[index]) ? value : items
}

/** What was looked at, and what came of it: pods of one workload share their parts. Nothing is of two types. */
const known = new WeakMap<object, Fields>()

function formed(value: Fields, message: Message, stored?: unknown): Fields {
  const seen = known.get(value)
  if (seen !== undefined) return seen
  const made = formedAnew(value, message, stored)
  if (hasParts(value)) known.set(value, made)
  return made
}

function formedAnew(value: Fields, message: Message, stored: unknown): Fields {
  const fields = fieldsByName(message)
  let changed: Record<string, unknown> | undefined
  for (const key of Object.keys(value)) {
    const field = fields.get(key)
    const sibling = partOf(stored, key)
    if (field === undefined || KEPT.has(key) || value[key] === sibling) continue
    const next = value[key] === null ? undefined : formedField(value[key], field, sibling)
    if (next === value[key]) continue
    changed ??= { ...value }
    if (next === undefined) delete changed[key]
    else changed[key] = next
  }
  for (const field of structsOf(message)) {
    if (value[field.name] !== undefined && value[field.name] !== null) continue
    changed ??= { ...value }
    changed[field.name] = structOf(field)
  }
  return changed ?? value
}

function formedField(value: unknown, field: Field, stored: unknown): unknown {
  const message = messageOf(field)
  if (message === undefined) return value
  if (field.rule === 'repeated') return Array.isArray(value) ? eachFormed(value, message, stored) : value
  if (field.rule === 'map') return value
  return isRecord(value) ? formed(value, message, stored) : value
}

function eachFormed(items: readonly unknown[], message: Message, stored: unknown): readonly unknown[] {
  const isStored = alongside(stored)
  let isChanged = false
  const next = items.map((item, index) => {
    if (isStored(item)) return item
    // A hole in a list is an empty item.
    const inner = item === null ? formed({}, message) : isRecord(item) ? formed(item, message, partOf(stored, index)) : item
    if (inner !== item) isChanged = true
    return inner
  })
  return isChanged ? next : items
}

function messageOf({ type }: Field): Message | undefined {
  return OPAQUE.has(type) ? undefined : messageNamed(type)
}

const structs = new WeakMap<Message, readonly Field[]>()

/** The fields of a message that are structs held by value. */
function structsOf(message: Message): readonly Field[] {
  const known = structs.get(message)
  if (known !== undefined) return known
  const found = [...fieldsByName(message).values()].filter((field) => !KEPT.has(field.name) && (field.rule === 'omit-zero' || (field.isAlways && field.rule === undefined)) && messageOf(field) !== undefined)
  structs.set(message, found)
  return found
}

function structOf(field: Field): Fields {
  const message = messageOf(field)
  return message === undefined ? {} : formed({}, message)
}
