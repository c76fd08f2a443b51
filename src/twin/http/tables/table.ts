/** Server-side tables: what `kubectl get` prints. Columns and cells are per kind, in the files beside this one. */

import type { KubeObject } from '../../../model/kube-object.ts'
import { ageOf } from '../human-duration.ts'

export interface Column {
  readonly name: string
  readonly type: 'string' | 'integer' | 'date' | 'number' | 'boolean'
  readonly format: string
  readonly description: string
  /** 0 always, 1 with `-o wide`. */
  readonly priority: number
}

export type Cell = string | number | boolean | null

export interface TableKind {
  readonly columns: readonly Column[]
  cells(object: KubeObject, nowMs: number): readonly Cell[]
  /** Where a list is shown in another order than that of names. */
  sorted?(objects: readonly KubeObject[]): readonly KubeObject[]
}

/** What kinds without a table of their own have beside their names. */
export const PLAIN = 'Created At'

/** A kind's table from the names of its columns and what stands in them. */
export function table<T>(names: string, cells: (object: KubeObject & T, nowMs: number) => readonly Cell[]): TableKind {
  return { columns: columns(names), cells: (object, nowMs) => cells(object as KubeObject & T, nowMs) }
}

const TYPES: Readonly<Record<string, Column['type']>> = { '#': 'integer', '?': 'boolean' }

/** Those that hold names of objects. */
const NAMES = new Set(['Name', 'Attacher'])

/** Columns from names; those after `|` are shown with `-o wide` only, `Name#` holds integers, `Name?` truth. */
export function columns(text: string): readonly Column[] {
  return text.split('|').flatMap((part, priority) =>
    part
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name): Column => {
        const type = TYPES[name.at(-1) ?? '']
        const plain = type === undefined ? name : name.slice(0, -1)
        return { name: plain, type: type ?? (plain === PLAIN ? 'date' : 'string'), format: NAMES.has(plain) ? 'name' : '', description: '', priority: Math.min(priority, 1) }
      }),
  )
}

/** A column between others that is only shown with `-o wide`. */
export function wide(list: readonly Column[], names: readonly string[]): readonly Column[] {
  return list.map((column) => (names.includes(column.name) ? { ...column, priority: 1 } : column))
}

export function age(object: KubeObject, nowMs: number): string {
  return ageOf(object.metadata.creationTimestamp, nowMs)
}

export function nameOf(object: KubeObject): string {
  return object.metadata.name ?? ''
}

export function joined(values: readonly (string | undefined)[], empty = '<none>'): string {
  const present = values.filter((value): value is string => value !== undefined && value !== '')
  return present.length === 0 ? empty : present.join(',')
}

export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  return joined(Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`).sort())
}
