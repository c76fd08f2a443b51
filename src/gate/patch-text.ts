/**
 * A patch as a person reads it: one change a line, old value and new. Nothing of it is left out, because it is what is
 * approved; an operation that has no plain form is shown as the JSON it is.
 */

import { isRecord } from '../kernel/json.ts'
import type { Action } from '../model/plan.ts'

type PatchAction = Extract<Action, { verb: 'patch' }>

/** Lines without indent. */
export function patchLines({ patchType, patch }: PatchAction): string[] {
  if (patchType !== 'json' || !Array.isArray(patch)) return [`${patchType} ${JSON.stringify(patch)}`]
  const operations: readonly unknown[] = patch
  const tested = new Map(operations.flatMap((operation) => (isOperation(operation) && operation.op === 'test' ? [[operation.path, operation.value] as const] : [])))
  const changed = new Set(operations.flatMap((operation) => (isOperation(operation) && operation.op !== 'test' ? [operation.path] : [])))
  return operations.flatMap((operation) => operationLine(operation, { tested, changed }))
}

interface Operation {
  readonly op: string
  readonly path: string
  readonly value?: unknown
  readonly from?: unknown
}

function isOperation(value: unknown): value is Operation {
  return isRecord(value) && typeof value['op'] === 'string' && typeof value['path'] === 'string'
}

function operationLine(operation: unknown, context: { readonly tested: ReadonlyMap<string, unknown>; readonly changed: ReadonlySet<string> }): string[] {
  if (!isOperation(operation) || operation.from !== undefined) return [JSON.stringify(operation)]
  const { op, path, value } = operation
  const old = context.tested.has(path) ? JSON.stringify(context.tested.get(path)) : 'whatever is there'
  if (op === 'replace') return [`${path}: ${old} → ${JSON.stringify(value)}`]
  if (op === 'add') return [`${path}: ${JSON.stringify(value)} is added`]
  if (op === 'remove') return [`${path}: ${old} is removed`]
  // A test of a value that another line changes is that line's old value.
  if (op === 'test' && context.changed.has(path)) return []
  return [op === 'test' ? `${path}: must be ${JSON.stringify(value)}` : JSON.stringify(operation)]
}
