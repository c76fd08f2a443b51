/** A path to a field of a schema, as rules and selectable fields name it (`schema/cel/validation.go`, `ValidFieldPath`). */

import type { Schema } from '../schema/structural.ts'
import { fieldSchema } from '../schema/structural.ts'

const NOWHERE = 'does not refer to a valid field'

export interface FieldTarget {
  readonly names: readonly string[]
  readonly schema: Schema
}

/** `allowsBrackets`: `['a']` beside `.a`. */
export function fieldAt(path: string, root: Schema, { allowsBrackets = true }: { readonly allowsBrackets?: boolean } = {}): FieldTarget | string {
  if (path === '') return NOWHERE
  const names: string[] = []
  let schema: Schema = root
  let rest = path
  while (rest !== '') {
    if (!allowsBrackets && rest.startsWith('[')) return 'array notation is not allowed'
    const [whole = '', dotted, quoted] = /^(?:\.([^.[\]]*)|\['((?:[^'\\]|\\.)*)'\])/.exec(rest) ?? []
    if (whole === '') return rest.startsWith('[') ? bracketProblem(rest) : NOWHERE
    const name = dotted ?? quoted ?? ''
    if (name === '') return rest === '.' ? 'unexpected end of JSON path' : NOWHERE
    const next = quoted === undefined ? schema.properties?.[name] : fieldSchema(schema, name)
    if (next === undefined) return NOWHERE
    names.push(name)
    schema = next
    rest = rest.slice(whole.length)
  }
  return { names, schema }
}

function bracketProblem(rest: string): string {
  if (rest === '[') return 'unexpected end of JSON path'
  return `expected single quoted string but got ${/^\[([^\]]*)/.exec(rest)?.[1] ?? ''}`
}

export function fieldPathProblem(path: string, schema: Schema): string | undefined {
  const found = fieldAt(path, schema)
  return typeof found === 'string' ? found : undefined
}
