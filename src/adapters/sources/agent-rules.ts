/** The lists of patterns in which all agents keep their permissions, wherever they lie. */

import { isRecord } from '../../kernel/json.ts'
import type { AgentRule, FieldPath } from '../../model/audit.ts'

type Raw = Readonly<Record<string, unknown>>

export function rulesAt(root: Raw, path: FieldPath, effect: AgentRule['effect']): AgentRule[] {
  const list = at(root, path)
  return Array.isArray(list) ? list.flatMap((pattern: unknown, index) => (typeof pattern === 'string' ? [{ effect, pattern, path: [...path, index] }] : [])) : []
}

export function at(root: Raw, path: FieldPath): unknown {
  return path.reduce<unknown>((value, key) => (isRecord(value) ? value[key as string] : undefined), root)
}
