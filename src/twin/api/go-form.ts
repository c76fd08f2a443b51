/**
 * What upstream's own types make of what was sent. A field that they do not store at its zero value (`omitempty` on what is no
 * pointer) is nothing when it is sent so: `paused: false`, `tolerations: []`, a variable with the value `''`. A struct that Go
 * holds by value is there also where nobody wrote it, and `null` is nothing. Status is left alone: its writers are the
 * control plane's own.
 */

import { hasParts, isRecord } from '../../kernel/json.ts'
import { alongside, partOf } from '../../kernel/share-equal.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { shapeOfKind, type FieldShape, type Shape } from './go-shapes.ts'

type Fields = Readonly<Record<string, unknown>>

interface Inside {
  readonly shape: Shape
  /** What stands at the same place of the stored object. */
  readonly stored: unknown
  /** Pods of one workload share the parts of their specs: what came of those is remembered. */
  readonly isShared: boolean
}

/** The same object when it is in that form already, down to its parts: what is shared stays shared. Parts of the one that is `stored` are in it. */
export function inGoForm(object: KubeObject, stored?: KubeObject): KubeObject {
  const shape = shapeOfKind(object)
  return shape === undefined ? object : (formedAnew(object, { shape, stored, isShared: false }) as KubeObject)
}

/** What was looked at, and what came of it. Nothing is of two types. */
const known = new WeakMap<object, Fields>()

function formed(value: Fields, inside: Inside): Fields {
  if (!inside.isShared) return formedAnew(value, inside)
  const seen = known.get(value)
  if (seen !== undefined) return seen
  const made = formedAnew(value, inside)
  if (hasParts(value)) known.set(value, made)
  return made
}

function formedAnew(value: Fields, { shape, stored, isShared }: Inside): Fields {
  let changed: Record<string, unknown> | undefined
  for (const key of Object.keys(value)) {
    const [field, part, sibling] = [shape.fields.get(key), value[key], partOf(stored, key)]
    if (field === undefined || part === sibling) continue
    const next = formedField(part, field, { stored: sibling, isShared: isShared || key === 'spec' })
    if (next === part) continue
    changed ??= { ...value }
    if (next === undefined) delete changed[key]
    else changed[key] = next
  }
  for (const { name, inner } of shape.structs) {
    if ((changed ?? value)[name] !== undefined) continue
    changed ??= { ...value }
    changed[name] = formedAnew({}, { shape: inner, stored: undefined, isShared: false })
  }
  return changed ?? value
}

function formedField(value: unknown, field: FieldShape, place: Omit<Inside, 'shape'>): unknown {
  if (value === null) return field.isNullNothing ? undefined : null
  if (field.isOmitted && isZero(value)) return undefined
  const isList = Array.isArray(value)
  if (typeof value !== 'object' || isList !== (field.isList ?? isList)) return value
  const shape = field.inner()
  if (shape === undefined) return value
  return isList ? eachFormed(value, { ...place, shape }, field) : formed(value as Fields, { ...place, shape })
}

function eachFormed(items: readonly unknown[], { shape, stored, isShared }: Inside, { isOfStructs }: FieldShape): readonly unknown[] {
  const isStored = alongside(stored)
  let isChanged = false
  const next = items.map((item, index) => {
    if (isStored(item)) return item
    const inner = item === null && isOfStructs ? formedAnew({}, { shape, stored: undefined, isShared: false }) : isRecord(item) ? formed(item, { shape, stored: partOf(stored, index), isShared }) : item
    if (inner !== item) isChanged = true
    return inner
  })
  return isChanged ? next : items
}

function isZero(value: unknown): boolean {
  return value === false || value === 0 || value === '' || (Array.isArray(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0)
}
