/**
 * Takes out of an object what a manager applied before and applies no more: what server-side apply does with fields that have lost
 * their last owner (`structured-merge-diff`, `merge/update.go`, prune).
 */

import { isRecord } from '../../kernel/json.ts'
import { STEP_SEPARATOR } from './field-paths.ts'
import type { Shape } from './merge/shape.ts'

/** Stands where a map or list has lost all that was in it: it is there while owners are compared, and not there any more when the object is kept. */
const EMPTIED = Object.freeze({})

/** The object without what was owned once and is owned no more, structs that held nothing else with their defaults included. */
export function withoutDropped(object: unknown, options: { readonly before: ReadonlySet<string>; readonly owned: ReadonlySet<string>; readonly shape: Shape }): unknown {
  const owned = withStructs(options.owned, options.shape)
  const dropped = [...withStructs(options.before, options.shape)].filter((path) => !owned.has(path))
  return dropped.reduce((rest, path) => removeAt(rest, path.split(STEP_SEPARATOR)), object)
}

export function withoutEmptied(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== EMPTIED).map(withoutEmptied)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, part]) => (part === EMPTIED ? [] : [[key, withoutEmptied(part)] as const])))
}

/** Who owns a field owns the structs around it. */
function withStructs(paths: ReadonlySet<string>, shape: Shape): ReadonlySet<string> {
  const all = new Set(paths)
  for (const path of paths) {
    const steps = path.split(STEP_SEPARATOR)
    let around = shape
    for (const [index, step] of steps.slice(0, -1).entries()) {
      const name = step.slice(2)
      const isField = step.startsWith('f:')
      if (isField && around.isNamed(name)) all.add(steps.slice(0, index + 1).join(STEP_SEPARATOR))
      around = isField ? around.field(name) : around.item()
    }
  }
  return all
}

function removeAt(value: unknown, steps: readonly string[]): unknown {
  const [step, ...rest] = steps
  if (step === undefined) return undefined
  if (step.startsWith('f:')) return removeKey(value, step.slice(2), rest)
  if (!Array.isArray(value)) return value
  const matches = step.startsWith('k:') ? itemMatcher(JSON.parse(step.slice(2)) as Record<string, unknown>) : (item: unknown) => JSON.stringify(item) === step.slice(2)
  const kept = value.flatMap((item: unknown) => {
    if (!matches(item)) return [item]
    const left = removeAt(item, rest)
    return left === undefined ? [] : [left]
  })
  return kept.length === 0 ? EMPTIED : kept
}

function removeKey(value: unknown, key: string, rest: readonly string[]): unknown {
  if (!isRecord(value) || value[key] === undefined) return value
  const left = removeAt(value[key], rest)
  const { [key]: _, ...others } = value
  if (left !== undefined) return { ...others, [key]: left }
  return Object.keys(others).length === 0 ? EMPTIED : others
}

function itemMatcher(keys: Readonly<Record<string, unknown>>): (item: unknown) => boolean {
  return (item) => isRecord(item) && Object.entries(keys).every(([key, wanted]) => (item[key] ?? (key === 'protocol' ? 'TCP' : null)) === wanted)
}
