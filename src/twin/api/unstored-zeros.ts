/**
 * Fields that upstream's types do not store at their zero value (`omitempty` on what is no pointer): to send `paused: false`,
 * `tolerations: []` or a variable with the value `''` is to send nothing, and changes nothing. Which fields those are is read
 * from upstream's sources (`unstored-fields.json`, `scripts/generate/unstored-fields.ts`).
 */

import { readFileSync } from 'node:fs'
import { hasParts, isRecord } from '../../kernel/json.ts'
import { alongside, partOf } from '../../kernel/share-equal.ts'
import type { KubeObject } from '../../model/kube-object.ts'

type Fields = Readonly<Record<string, unknown>>

interface Table {
  readonly kinds: Readonly<Record<string, string>>
  /** Field to `?` where a zero is left out, and the type inside. */
  readonly types: Readonly<Record<string, Readonly<Record<string, string>>>>
}

let table: Table | undefined
/** What was looked at, and what came of it: pods of one workload share their parts. Nothing is of two types. */
const known = new WeakMap<object, unknown>()

/** The same object when it holds none. Parts of the one that is `stored` hold none. */
export function withoutZeros(object: KubeObject, stored?: KubeObject): KubeObject {
  table ??= JSON.parse(readFileSync(new URL('unstored-fields.json', import.meta.url), 'utf8')) as Table
  const { apiVersion, kind } = object
  const type = table.kinds[`${apiVersion.includes('/') ? '' : '/'}${apiVersion}/${kind}`]
  return type === undefined ? object : (stripped(object, { rules: table.types[type] ?? {}, all: table, stored }) as KubeObject)
}

interface Inside {
  readonly type: string
  readonly all: Table
  readonly stored: unknown
}

function inside(value: unknown, { type, all, stored }: Inside): unknown {
  if (typeof value !== 'object' || value === null) return value
  const seen = known.get(value)
  if (seen !== undefined) return seen
  const made = Array.isArray(value) ? eachStripped(value, { type, all, stored }) : stripped(value as Fields, { rules: all.types[type] ?? {}, all, stored })
  if (hasParts(value)) known.set(value, made)
  return made
}

function eachStripped(items: readonly unknown[], { type, all, stored }: Inside): readonly unknown[] {
  const isStored = alongside(stored)
  const made = items.map((item, index) => (isStored(item) ? item : inside(item, { type, all, stored: partOf(stored, index) })))
  return made.every((item, index) => item === items[index]) ? items : made
}

interface Stripping {
  readonly rules: Readonly<Record<string, string>>
  readonly all: Table
  readonly stored: unknown
}

function stripped(value: Fields, { rules, all, stored }: Stripping): Fields {
  let changed: Record<string, unknown> | undefined
  for (const key of Object.keys(value)) {
    const [rule, part, sibling] = [rules[key], value[key], partOf(stored, key)]
    if (rule === undefined || part === sibling) continue
    const isOmitted = rule.startsWith('?')
    const type = isOmitted ? rule.slice(1) : rule
    if (isOmitted && isZero(part)) delete (changed ??= { ...value })[key]
    else if (type !== '') {
      const made = inside(part, { type, all, stored: sibling })
      if (made !== part) (changed ??= { ...value })[key] = made
    }
  }
  return changed ?? value
}

function isZero(value: unknown): boolean {
  return value === false || value === 0 || value === '' || (Array.isArray(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0)
}
