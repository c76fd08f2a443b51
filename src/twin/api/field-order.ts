/** The order in which upstream walks a set of fields: at each level what ends there first, then what goes deeper (`structured-merge-diff`, `fieldpath/set.go`). */

import { STEP_SEPARATOR } from './field-paths.ts'

const KINDS = ['f', 'k', 'v', 'i']

export function comparePaths(left: string, right: string): number {
  const [a, b] = [left, right].map((path) => path.split(STEP_SEPARATOR)) as [string[], string[]]
  const differs = a.findIndex((step, index) => step !== b[index])
  if (differs < 0) return a.length - b.length
  const [isLeftLast, isRightLast] = [a.length - 1 === differs, b.length - 1 <= differs]
  if (b.length <= differs) return 1
  return isLeftLast === isRightLast ? compareSteps(a[differs] ?? '', b[differs] ?? '') : isLeftLast ? -1 : 1
}

function compareSteps(left: string, right: string): number {
  const byKind = KINDS.indexOf(left.slice(0, 1)) - KINDS.indexOf(right.slice(0, 1))
  if (byKind !== 0) return byKind
  if (left.startsWith('f:')) return compareValues(left.slice(2), right.slice(2))
  const [a, b] = [left, right].map((step) => JSON.parse(step.slice(2)) as unknown)
  return left.startsWith('k:') ? compareKeys(a as object, b as object) : compareValues(a, b)
}

function compareKeys(left: object, right: object): number {
  const [a, b] = [left, right].map((keys) => Object.entries(keys).sort(([one], [other]) => compareValues(one, other))) as [[string, unknown][], [string, unknown][]]
  for (const [index, [name, value]] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    const order = compareValues(name, other[0]) || compareValues(value, other[1])
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareValues(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const [a, b] = [String(left), String(right)]
  return a < b ? -1 : a > b ? 1 : 0
}
