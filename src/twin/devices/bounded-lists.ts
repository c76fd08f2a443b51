/** Lists and maps of so many entries, each of them sound (`validateSlice`, `validateSet`, `validateMap` in `pkg/apis/resource/validation`). */

import { duplicateField, type FieldError } from '../api/field-error.ts'

interface Bounded<T> {
  readonly at: string
  readonly max?: number
  check(item: T, at: string): readonly FieldError[]
}

export interface Unique<T> extends Bounded<T> {
  key(item: T): string
  /** What is shown of a duplicate; its key where this is absent. */
  shown?(item: T): unknown
  /** Where the key stands in its item, where a duplicate is told of there. */
  readonly keyField?: string
}

/** Beyond the limit nothing else is looked at. */
export function listErrors<T>(items: readonly T[], { at, max, check }: Bounded<T>): readonly FieldError[] {
  if (max !== undefined && items.length > max) return [tooMany(at, items.length, max)]
  return items.flatMap((item, index) => check(item, `${at}[${index}]`))
}

export function setErrors<T>(items: readonly T[], unique: Unique<T>): readonly FieldError[] {
  const { at, max, key, keyField } = unique
  const errors = listErrors(items, unique)
  if (max !== undefined && items.length > max) return errors
  const keys = items.map((item) => key(item))
  const place = (index: number): string => `${at}[${index}]${keyField === undefined ? '' : `.${keyField}`}`
  return [...errors, ...keys.flatMap((name, index) => (keys.indexOf(name) < index ? [duplicateField(place(index), unique.shown === undefined ? name : unique.shown(items[index] as T))] : []))]
}

interface BoundedMap<T> extends Bounded<T> {
  keyErrors(key: string, at: string): readonly FieldError[]
  /** Longer keys are shown without their middle. */
  readonly shownKeyMax: number
}

/** In the order of the keys; upstream takes them as its map has them. */
export function mapErrors<T>(map: Readonly<Record<string, T>>, { at, max, check, keyErrors, shownKeyMax }: BoundedMap<T>): readonly FieldError[] {
  const entries = Object.entries(map).sort(([left], [right]) => (left < right ? -1 : 1))
  if (max !== undefined && entries.length > max) return [tooMany(at, entries.length, max)]
  return entries.flatMap(([key, item]) => [...keyErrors(key, at), ...check(item, `${at}[${shortened(key, shownKeyMax)}]`)])
}

export function tooMany(field: string, count: number, max: number): FieldError {
  return { reason: 'FieldValueTooMany', field, message: `Too many: ${count}: must have at most ${max} ${max === 1 ? 'item' : 'items'}` }
}

export function tooLong(field: string, max: number): FieldError {
  return { reason: 'FieldValueTooLong', field, message: `Too long: may not be more than ${max} bytes` }
}

function shortened(key: string, max: number): string {
  if (key.length <= max) return key
  const left = max - 3
  return `${key.slice(0, Math.trunc((left + 1) / 2))}...${key.slice(key.length - Math.trunc(left / 2))}`
}
