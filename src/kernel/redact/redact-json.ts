/**
 * Secrets in JSON: the name of a field tells what its value is, also where name and value are two fields of one object
 * (`{"name": "DB_PASSWORD", "value": "…"}`: environments, headers) or two items of a list (`["--token", "…"]`).
 */

import { isRecord } from '../json.ts'
import { partOf } from '../share-equal.ts'
import { looksRandom } from './looks-random.ts'
import type { Redactor } from './redactor.ts'
import { gradeOf, isGivenToSecrets } from './secret-name.ts'

type Texts = Pick<Redactor, 'text' | 'value'>

interface Place {
  /** Of the field that holds it. */
  readonly name?: string
  /** A value in which nothing was found: what is the same there, between the same neighbours, is not looked at again. */
  readonly sibling?: unknown
}

/** The same value, the very object, where nothing was found. */
export function redactJson<T>(value: T, texts: Texts, place: Place = {}): T {
  if (typeof value === 'string') return redactField(value, texts, place.name) as T
  if (Array.isArray(value)) return redactList(value, texts, place) as T
  if (isRecord(value)) return redactRecord(value, texts, place.sibling) as T
  return value
}

/** The value of an environment variable, a header, a key of a ConfigMap: names decide more than shapes. */
export function redactNamedValue(texts: Texts, name: string, value: string): string {
  if (isGivenToSecrets(name) && isBareValue(value)) return texts.value(typeOf(name), value)
  return redactField(value, texts, name)
}

/** An address is looked into and not hidden: where something lies explains incidents. A file has lines. */
function isBareValue(value: string): boolean {
  return !/^\w[\w+.-]*:\/\//.test(value) && !value.includes('\n') && !/^(?:\d{1,3}|true|false)$/i.test(value)
}

function redactField(value: string, texts: Texts, name: string | undefined): string {
  const grade = name === undefined || value.length < 4 ? undefined : fieldGrade(name)
  if (grade === 'password' && !/\s/.test(value) && isBareValue(value)) return texts.value('password', value)
  if (grade === 'token' && looksRandom(value)) return texts.value('token', value)
  return texts.text(value)
}

/** A signature is for everybody to check; only in an address it opens something. */
function fieldGrade(name: string): ReturnType<typeof gradeOf> {
  const grade = gradeOf(name)
  return grade !== undefined && /^sig(?:nature)?s?$/i.test(name) ? undefined : grade
}

function redactList(items: readonly unknown[], texts: Texts, { name, sibling }: Place): readonly unknown[] {
  const known: readonly unknown[] = Array.isArray(sibling) ? sibling : []
  let after: unknown[] | undefined
  for (let at = 0; at < items.length; at += 1) {
    const item = items[at]
    const isClean = at < known.length && item === known[at] && items[at - 1] === known[at - 1]
    const next = isClean ? item : isValueOfFlag(items[at - 1], item) ? texts.value('flag', item) : redactJson(item, texts, { ...(name === undefined ? {} : { name }), sibling: known[at] })
    if (after === undefined && next !== item) after = items.slice(0, at)
    after?.push(next)
  }
  return after ?? items
}

function isValueOfFlag(flag: unknown, item: unknown): item is string {
  return typeof item === 'string' && !item.startsWith('-') && typeof flag === 'string' && /^--?[A-Za-z][\w-]*$/.test(flag) && gradeOf(flag) !== undefined
}

function redactRecord(record: Record<string, unknown>, texts: Texts, sibling: unknown): Record<string, unknown> {
  const keys = Object.keys(record)
  let entries: (readonly [string, unknown])[] | undefined
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] as string
    const child = record[key]
    const known = partOf(sibling, key)
    const next = key === 'value' ? redactValue(record, texts, sibling) : child === known ? child : redactJson(child, texts, { name: key, sibling: known })
    const nextKey = known === undefined ? texts.text(key) : key
    // Nearly every record of a cluster stays as it is: nothing is made before something is found.
    if (entries === undefined && (next !== child || nextKey !== key)) entries = keys.slice(0, at).map((before) => [before, record[before]])
    entries?.push([nextKey, next])
  }
  return entries === undefined ? record : Object.fromEntries(entries)
}

/** The field `value`: what it is may be told by the field `name` beside it. */
function redactValue({ name, value }: Record<string, unknown>, texts: Texts, sibling: unknown): unknown {
  const known = partOf(sibling, 'value')
  if (value === known && name === partOf(sibling, 'name')) return value
  return typeof name === 'string' && typeof value === 'string' ? redactNamedValue(texts, name, value) : redactJson(value, texts, { name: 'value', sibling: known })
}

function typeOf(name: string): string {
  if (gradeOf(name) === 'password') return 'password'
  return /key/i.test(name) ? 'key' : /secret/i.test(name) ? 'secret' : 'token'
}
