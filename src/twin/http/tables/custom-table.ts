/** Custom resources: the columns that their CRD asks for, by JSON path. */

import { isRecord } from '../../../kernel/json.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import type { PrinterColumn, Resource } from '../../api/resource.ts'
import { ageOf } from '../human-duration.ts'
import { columns, nameOf, type Cell, type Column, type TableKind } from './table.ts'

/** Name and age where the CRD names no columns. */
export function customTable(resource: Resource): TableKind {
  const printed = resource.columns ?? []
  if (printed.length === 0) return { columns: columns('Name, Age'), cells: (object, nowMs) => [nameOf(object), ageOf(object.metadata.creationTimestamp, nowMs)] }
  return {
    columns: [...columns('Name'), ...printed.map(toColumn)],
    cells: (object, nowMs) => [nameOf(object), ...printed.map((column) => cellOf(object, column, nowMs))],
  }
}

function toColumn({ name, type, format, description, priority }: PrinterColumn): Column {
  return { name, type: type as Column['type'], format: format ?? '', description: description ?? '', priority: priority ?? 0 }
}

function cellOf(object: KubeObject, column: PrinterColumn, nowMs: number): Cell {
  const [value] = readPath(object, column.jsonPath)
  if (value === undefined || value === null) return column.type === 'date' ? '<unknown>' : ''
  if (column.type === 'date') return ageOf(String(value as string), nowMs)
  return typeof value === 'object' ? JSON.stringify(value) : (value as Cell)
}

const STEP = /\.([A-Za-z0-9_-]+|\*)|\[(\d+|\*)\]|\['([^']+)'\]|\[\?\(@\.([A-Za-z0-9_.-]+)\s*==\s*['"]([^'"]*)['"]\)\]/g

/** The subset of JSONPath that printer columns use: fields, indexes, wildcards, `[?(@.type=="Ready")]`. */
export function readPath(value: unknown, path: string): unknown[] {
  let found: unknown[] = [value]
  for (const [, field, index, quoted, filterField, filterValue] of path.replaceAll('\\.', '\u0002').matchAll(STEP)) {
    found = found.flatMap((current) => {
      if (filterField !== undefined) return Array.isArray(current) ? current.filter((item) => readPath(item, `.${filterField}`)[0] === filterValue) : []
      const key = field ?? index ?? quoted ?? ''
      if (key === '*') return Array.isArray(current) ? current : isRecord(current) ? Object.values(current) : []
      const next = Array.isArray(current) ? current[Number(key)] : isRecord(current) ? current[key.replaceAll('\u0002', '.')] : undefined
      return next === undefined ? [] : [next]
    })
  }
  return found
}
