/**
 * Values that are not of their field's type, deep in objects of Kubernetes' own kinds: text for a number, a map for a list, 2.5
 * replicas. A server cannot read such an object, and code that plays it would stumble. The types are those of upstream's messages.
 */

import { isRecord } from '../../kernel/json.ts'
import { partOf } from '../../kernel/share-equal.ts'
import { groupOf, type KubeObject } from '../../model/kube-object.ts'
import { parseQuantity } from '../../model/kube/quantity.ts'
import { fieldsByName, OPAQUE } from '../http/field-validation.ts'
import { messageNamed, messageOfKind, type Field, type Message } from '../http/protobuf/schema.ts'

/** Groups of Kubernetes' own; a custom one may have the same first word and other types. */
const OWN_GROUP = /^[^.]*$|\.k8s\.io$/

/** `field spec.replicas is not a whole number`; undefined where nothing is wrong. What is the same part in a sound `sibling` is not looked at. */
export function mistypedField(object: KubeObject, sibling?: KubeObject): string | undefined {
  if (!OWN_GROUP.test(groupOf(object.apiVersion))) return undefined
  const message = messageNamed(messageOfKind(object.apiVersion, object.kind))
  const flaw = message === undefined ? undefined : flawIn(object, message, sibling)
  return flaw === undefined ? undefined : `field ${flaw.slice(1)}`
}

/** The path from here on and what is wrong there, made only where something is: this is asked of every value of every object. */
function flawIn(value: object, message: Message, sibling: unknown): string | undefined {
  const fields = checksOf(message)
  const record = value as Readonly<Record<string, unknown>>
  for (const key in record) {
    const child = record[key]
    if (child === undefined || child === null) continue
    const known = partOf(sibling, key)
    const field = child === known ? undefined : fields.get(key)
    const flaw = field === undefined ? undefined : flawOf(child, field, known)
    if (flaw !== undefined) return `.${key}${flaw}`
  }
  return undefined
}

/** A field's type, looked up once. */
interface Check {
  readonly rule: Field['rule']
  readonly scalar: Scalar | undefined
  readonly message: Message | undefined
}

const checks = new WeakMap<Message, ReadonlyMap<string, Check>>()

function checksOf(message: Message): ReadonlyMap<string, Check> {
  const known = checks.get(message)
  if (known !== undefined) return known
  const made = new Map(Array.from(fieldsByName(message), ([name, { rule, type }]) => [name, { rule, scalar: SCALARS[type], message: OPAQUE.has(type) ? undefined : messageNamed(type) }] as const))
  checks.set(message, made)
  return made
}

function flawOf(value: unknown, field: Check, known: unknown): string | undefined {
  if (field.rule === 'repeated') return Array.isArray(value) ? flawOfItems(value, field, known) : ' is not a list'
  if (field.rule !== 'map') return flawOfOne(value, field, known)
  if (!isRecord(value)) return ' is not a map'
  for (const key in value) {
    const flaw = value[key] === null ? undefined : flawOfOne(value[key], field, partOf(known, key))
    if (flaw !== undefined) return `.${key}${flaw}`
  }
  return undefined
}

function flawOfItems(items: readonly unknown[], field: Check, known: unknown): string | undefined {
  for (let index = 0; index < items.length; index += 1) {
    const part = partOf(known, index)
    const flaw = items[index] === null || items[index] === part ? undefined : flawOfOne(items[index], field, part)
    if (flaw !== undefined) return `[${index}]${flaw}`
  }
  return undefined
}

function flawOfOne(value: unknown, { scalar, message }: Check, known: unknown): string | undefined {
  if (scalar !== undefined) return scalar.suits(value) ? undefined : ` is not ${scalar.name}`
  if (message === undefined) return undefined
  return isRecord(value) ? flawIn(value, message, known) : ' is not a map'
}

interface Scalar {
  readonly name: string
  suits(value: unknown): boolean
}

const INT32_MAX = 2 ** 31 - 1
const isText = (value: unknown): boolean => typeof value === 'string'
const isTime: Scalar = { name: 'a time', suits: isText }

const SCALARS: Readonly<Record<string, Scalar>> = {
  int32: { name: 'a whole number', suits: (value) => Number.isInteger(value) && (value as number) <= INT32_MAX && (value as number) >= -INT32_MAX - 1 },
  int64: { name: 'a whole number', suits: (value) => Number.isInteger(value) },
  double: { name: 'a number', suits: (value) => typeof value === 'number' },
  bool: { name: 'true or false', suits: (value) => typeof value === 'boolean' },
  string: { name: 'text', suits: isText },
  bytes: { name: 'text', suits: isText },
  'meta.v1.Time': isTime,
  'meta.v1.MicroTime': isTime,
  'intstr.IntOrString': { name: 'a whole number or text', suits: (value) => isText(value) || Number.isInteger(value) },
  'resource.Quantity': { name: 'a quantity', suits: isQuantity },
}

/** Out of all proportion is still one: upstream takes it for the most that it can hold. */
function isQuantity(value: unknown): boolean {
  return (isText(value) || typeof value === 'number') && (parseQuantity(value as string | number) !== undefined || /\d[eE][+-]?\d+$/.test(String(value)))
}
