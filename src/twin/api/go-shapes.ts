/**
 * What upstream's types make of a field: which zeros they leave out, and which structs they hold by value. Two tables, both read
 * from upstream's sources, made one: `unstored-fields.json` (`scripts/generate/unstored-fields.ts`) names the fields that
 * are left out at zero, `messages.json` the rest.
 */

import { readFileSync } from 'node:fs'
import type { KubeObject } from '../../model/kube-object.ts'
import { fieldsByName, OPAQUE } from '../http/field-validation.ts'
import { messageNamed, messageOfKind, type Field, type Message } from '../http/protobuf/schema.ts'

export interface Shape {
  readonly fields: ReadonlyMap<string, FieldShape>
  /** Structs held by value: they are there also where nobody wrote them. */
  readonly structs: readonly { readonly name: string; readonly inner: Shape }[]
}

export interface FieldShape {
  /** A zero is not stored. */
  readonly isOmitted: boolean
  /** `null` is nothing. */
  readonly isNullNothing: boolean
  /** Undefined where upstream's field is not known. */
  readonly isList: boolean | undefined
  /** A hole in the list is an empty item. */
  readonly isOfStructs: boolean
  /** Of the value, or of each item; asked for when it is met, because types hold themselves. */
  inner(): Shape | undefined
}

/** Kept as sent: an empty list of managers means that everybody gives up what is theirs. */
export const KEPT: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'status', 'managedFields'])

interface Table {
  readonly kinds: Readonly<Record<string, string>>
  /** Field to `?` where a zero is left out, and the type inside. */
  readonly types: Readonly<Record<string, Readonly<Record<string, string>>>>
}

let table: Table | undefined
const shapes = new Map<string, Shape>()

/** Undefined for kinds that are not upstream's. */
export function shapeOfKind({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): Shape | undefined {
  table ??= JSON.parse(readFileSync(new URL('unstored-fields.json', import.meta.url), 'utf8')) as Table
  return shapeNamed(messageOfKind(apiVersion, kind), table.kinds[`${apiVersion.includes('/') ? '' : '/'}${apiVersion}/${kind}`] ?? '')
}

function shapeNamed(message: string, type: string): Shape | undefined {
  const id = `${message} ${type}`
  const known = shapes.get(id)
  if (known !== undefined) return known
  const [found, rules] = [message === '' ? undefined : messageNamed(message), table?.types[type]]
  if (found === undefined && rules === undefined) return undefined
  const shape = shapeFrom(found, rules ?? {})
  shapes.set(id, shape)
  return shape
}

function shapeFrom(message: Message | undefined, rules: Readonly<Record<string, string>>): Shape {
  const byName: ReadonlyMap<string, Field> = message === undefined ? new Map() : fieldsByName(message)
  const names = new Set([...byName.keys(), ...Object.keys(rules)])
  const fields = new Map(Array.from(names, (name) => [name, fieldShape(KEPT.has(name) ? undefined : byName.get(name), rules[name])]))
  const structs = message === undefined ? [] : structsOf(message)
  return { fields, structs: structs.map(({ name }) => ({ name, inner: fields.get(name)?.inner() as Shape })) }
}

function fieldShape(field: Field | undefined, rule = ''): FieldShape {
  const isOmitted = rule.startsWith('?')
  const message = field === undefined || field.rule === 'map' || messageIn(field) === undefined ? '' : field.type
  const type = isOmitted ? rule.slice(1) : rule
  const isList = field === undefined ? undefined : field.rule === 'repeated'
  return { isOmitted, isNullNothing: field !== undefined, isList, isOfStructs: message !== '', inner: () => (message === '' && type === '' ? undefined : shapeNamed(message, type)) }
}

/** The fields of a message that are structs held by value. */
export function structsOf(message: Message): readonly Field[] {
  return [...fieldsByName(message).values()].filter((field) => !KEPT.has(field.name) && (field.rule === 'omit-zero' || (field.isAlways && field.rule === undefined)) && messageIn(field) !== undefined)
}

/** What is inside of a field; undefined for scalars and for what has a form of its own. */
export function messageIn({ type }: Field): Message | undefined {
  return OPAQUE.has(type) ? undefined : messageNamed(type)
}
