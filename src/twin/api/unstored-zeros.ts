/**
 * Fields that upstream's types do not store at their zero value (`omitempty` on what is no pointer): to send `paused: false`,
 * `tolerations: []` or a variable with the value `''` is to send nothing, and changes nothing. Which fields those are is read
 * from upstream's sources (`unstored-fields.json`, `scripts/generate/unstored-fields.ts`).
 */

import { readFileSync } from 'node:fs'
import { isRecord } from '../../kernel/json.ts'
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

/** The same object when it holds none. */
export function withoutZeros(object: KubeObject): KubeObject {
  table ??= JSON.parse(readFileSync(new URL('unstored-fields.json', import.meta.url), 'utf8')) as Table
  const { apiVersion, kind } = object
  const type = table.kinds[`${apiVersion.includes('/') ? '' : '/'}${apiVersion}/${kind}`]
  return type === undefined ? object : (stripped(object, table.types[type] ?? {}, table) as KubeObject)
}

function inside(value: unknown, type: string, all: Table): unknown {
  if (typeof value !== 'object' || value === null) return value
  const seen = known.get(value)
  if (seen !== undefined) return seen
  const made = Array.isArray(value) ? eachStripped(value, type, all) : stripped(value as Fields, all.types[type] ?? {}, all)
  known.set(value, made)
  return made
}

function eachStripped(items: readonly unknown[], type: string, all: Table): readonly unknown[] {
  const made = items.map((item) => inside(item, type, all))
  return made.every((item, index) => item === items[index]) ? items : made
}

function stripped(value: Fields, rules: Readonly<Record<string, string>>, all: Table): Fields {
  let changed: Record<string, unknown> | undefined
  for (const [key, part] of Object.entries(value)) {
    const rule = rules[key]
    if (rule === undefined) continue
    const isOmitted = rule.startsWith('?')
    const type = isOmitted ? rule.slice(1) : rule
    if (isOmitted && isZero(part)) delete (changed ??= { ...value })[key]
    else if (type !== '') {
      const made = inside(part, type, all)
      if (made !== part) (changed ??= { ...value })[key] = made
    }
  }
  return changed ?? value
}

function isZero(value: unknown): boolean {
  return value === false || value === 0 || value === '' || (Array.isArray(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0)
}
