/** Takes one managed field out of an object: what server-side apply does with a field that its last owner dropped. */

import { isRecord } from '../../kernel/json.ts'
import { STEP_SEPARATOR } from './field-paths.ts'
import type { Ownership } from './field-managers.ts'

/** The object without the field. A list item goes as a whole unless another manager owns something in it. */
export function removePath(object: unknown, path: string, others: readonly Ownership[]): unknown {
  const steps = path.split(STEP_SEPARATOR)
  if (steps.at(-1) !== '.') return removeAt(object, steps)
  const item = steps.slice(0, -1)
  const prefix = item.join(STEP_SEPARATOR) + STEP_SEPARATOR
  const isShared = others.some(({ paths }) => [...paths].some((other) => other.startsWith(prefix)))
  return isShared ? object : removeAt(object, item)
}

function removeAt(value: unknown, steps: readonly string[]): unknown {
  const [step, ...rest] = steps
  if (step === undefined) return undefined
  if (step.startsWith('f:')) return removeKey(value, step.slice(2), rest)
  if (!Array.isArray(value)) return value
  const matches = step.startsWith('k:') ? itemMatcher(JSON.parse(step.slice(2)) as Record<string, unknown>) : (item: unknown) => JSON.stringify(item) === step.slice(2)
  return value.flatMap((item: unknown) => {
    if (!matches(item)) return [item]
    const left = removeAt(item, rest)
    return left === undefined ? [] : [left]
  })
}

function removeKey(value: unknown, key: string, rest: readonly string[]): unknown {
  if (!isRecord(value) || value[key] === undefined) return value
  const left = removeAt(value[key], rest)
  const { [key]: _, ...others } = value
  return left === undefined ? others : { ...others, [key]: left }
}

function itemMatcher(keys: Readonly<Record<string, unknown>>): (item: unknown) => boolean {
  return (item) => isRecord(item) && Object.entries(keys).every(([key, wanted]) => (item[key] ?? (key === 'protocol' ? 'TCP' : null)) === wanted)
}
