/** Server-side tables: what `kubectl get` prints. Columns and cells are per kind, in the files beside this one. */

import type { KubeObject } from '../../../model/kube-object.ts'

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

/** Columns from names; those after `|` are shown with `-o wide` only, `Name#` holds integers. */
export function columns(text: string): readonly Column[] {
  return text.split('|').flatMap((part, priority) =>
    part
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name): Column => {
        const isInteger = name.endsWith('#')
        const plain = isInteger ? name.slice(0, -1) : name
        return { name: plain, type: isInteger ? 'integer' : plain === PLAIN ? 'date' : 'string', format: plain === 'Name' ? 'name' : '', description: '', priority: Math.min(priority, 1) }
      }),
  )
}

/** A column between others that is only shown with `-o wide`. */
export function wide(list: readonly Column[], names: readonly string[]): readonly Column[] {
  return list.map((column) => (names.includes(column.name) ? { ...column, priority: 1 } : column))
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
