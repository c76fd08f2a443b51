/**
 * How deep policies may nest. The engine recurses over what it parses; a text of a thousand brackets is an attack on it,
 * and a rule that nests that deep is one that nobody reads.
 */

import { NESTING_DEPTH_MAX } from '../kernel/limits.ts'

/** Text first, before anything parses it: brackets outside of strings and comments. */
export function nestsTooDeep(text: string): boolean {
  let depth = 0
  for (const [token] of text.matchAll(/"(?:\\.|[^"\\])*"|\/\/[^\n]*|[([{]|[)\]}]/gs)) {
    if (token.length > 1) continue
    depth += '([{'.includes(token) ? 1 : -1
    if (depth > NESTING_DEPTH_MAX) return true
  }
  return false
}

/** Expressions inside expressions, in a policy's JSON form; a chain of operators nests too. */
export function depthOf(value: unknown): number {
  let deepest = 0
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    deepest = Math.max(deepest, next.depth)
    if (typeof next.value !== 'object' || next.value === null) continue
    // An operator is a record with one member that holds its operands: one level of expression in two of JSON.
    const step = Array.isArray(next.value) ? 0 : 0.5
    for (const inner of Object.values(next.value)) open.push({ value: inner, depth: next.depth + step })
  }
  return Math.ceil(deepest)
}
