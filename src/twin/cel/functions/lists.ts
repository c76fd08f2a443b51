/** Lists (`apiserver/pkg/cel/library/lists.go`, `cel-go/ext/lists.go` version 3) and sets of their items (`cel-go/ext/sets.go`). */

import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import { lackedOverload } from '../lacked-overload.ts'
import { celEqual } from '../values.ts'
import { type FunctionLibrary, namespaceType } from './functions.ts'

type Items = readonly unknown[]

export const LISTS: FunctionLibrary = {
  namespaces: ['lists'],
  functions: {
    'list.isSorted(): bool': (list: Items) => orderedList(list, 'isSorted').every((item, index) => index === 0 || compare(list[index - 1], item) <= 0),
    'list.sum(): dyn': sum,
    'list.min(): dyn': (list: Items) => extreme(list, 'min', (difference) => difference < 0),
    'list.max(): dyn': (list: Items) => extreme(list, 'max', (difference) => difference > 0),
    'list.go_indexOf(dyn): int': (list: Items, wanted: unknown) => BigInt(list.findIndex((item) => celEqual(item, wanted))),
    'list.go_lastIndexOf(dyn): int': (list: Items, wanted: unknown) => BigInt(list.findLastIndex((item) => celEqual(item, wanted))),
    'list.distinct(): list': (list: Items) => list.filter((item, index) => list.findIndex((other) => celEqual(other, item)) === index),
    'list.reverse(): list': (list: Items) => [...list].reverse(),
    'list.sort(): list': sorted,
    'list.flatten(): list': (list: Items) => list.flat(1),
    'list.flatten(int): list': flatten,
    'list.slice(int, int): list': slice,
    [`${namespaceType('lists')}.range(int): list<int>`]: (_: unknown, count: bigint) => Array.from({ length: Math.max(Number(count), 0) }, (_item, index) => BigInt(index)),
  },
}

export const SETS: FunctionLibrary = {
  namespaces: ['sets'],
  functions: {
    [`${namespaceType('sets')}.contains(list, list): bool`]: (_: unknown, list: Items, part: Items) => isWithin(part, list),
    [`${namespaceType('sets')}.equivalent(list, list): bool`]: (_: unknown, left: Items, right: Items) => isWithin(left, right) && isWithin(right, left),
    [`${namespaceType('sets')}.intersects(list, list): bool`]: (_: unknown, left: Items, right: Items) => left.some((item) => right.some((other) => celEqual(item, other))),
  },
}

function isWithin(part: Items, list: Items): boolean {
  return part.every((item) => list.some((other) => celEqual(item, other)))
}

/** Below zero where the first is less. Only values of one kind have an order. */
export function compare(left: unknown, right: unknown): number {
  const [first, second] = [ordered(left), ordered(right)]
  const isNumeric = typeof first !== 'string' && typeof second !== 'string'
  if (first === undefined || second === undefined || (!isNumeric && typeof first !== typeof second)) throw new Error('no such overload')
  if (first === second) return 0
  return first < second ? -1 : 1
}

function ordered(value: unknown): string | bigint | number | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof UnsignedInt) return BigInt(value.valueOf())
  if (value instanceof Date) return value.getTime()
  if (value instanceof Duration) return nanoseconds(value)
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : undefined
}

function nanoseconds({ seconds, nanos }: Duration): bigint {
  return seconds * 1_000_000_000n + BigInt(nanos)
}

function sum(list: Items): unknown {
  const [first] = list
  if (first === undefined) return 0n
  if (!isNumeric(first) && !(first instanceof Duration)) throw new Error(lackedOverload('sum', [list]))
  return list.slice(1).reduce(add, first)
}

/** Which overload of a list is meant is told by its first item (`cel-go/common/decls`, matchesRuntimeSignature). */
function orderedList(list: Items, name: string): Items {
  if (list.length > 0 && ordered(list[0]) === undefined) throw new Error(lackedOverload(name, [list]))
  return list
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'bigint' || typeof value === 'number' || value instanceof UnsignedInt
}

const INT_MAX = 9_223_372_036_854_775_807n

function add(left: unknown, right: unknown): unknown {
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    if (left + right > INT_MAX || left + right < -INT_MAX - 1n) throw new Error('integer overflow')
    return left + right
  }
  if (typeof left === 'number' && typeof right === 'number') return left + right
  if (left instanceof Duration && right instanceof Duration) return left.addDuration(right)
  if (left instanceof UnsignedInt && right instanceof UnsignedInt) return new UnsignedInt(BigInt(left.valueOf()) + BigInt(right.valueOf()))
  throw new Error('no such overload')
}

function extreme(list: Items, name: string, isBetter: (difference: number) => boolean): unknown {
  const [first, ...rest] = orderedList(list, name)
  if (first === undefined) throw new Error(`${name} called on empty list`)
  return rest.reduce((best, item) => (isBetter(compare(item, best)) ? item : best), first)
}

function sorted(list: Items): Items {
  const [first] = list
  if (first !== undefined && (ordered(first) === undefined || list.some((item) => typeof item !== typeof first))) throw new Error('list elements must have the same type')
  return [...list].sort(compare)
}

function flatten(list: Items, depth: bigint): Items {
  if (depth < 0n) throw new Error('level must be non-negative')
  return list.flat(Number(depth) as 1)
}

function slice(list: Items, start: bigint, end: bigint): Items {
  if (start < 0n || end < 0n) throw new Error(`cannot slice(${start}, ${end}), negative indexes not supported`)
  if (start > end) throw new Error(`cannot slice(${start}, ${end}), start index must be less than or equal to end index`)
  if (end > BigInt(list.length)) throw new Error(`cannot slice(${start}, ${end}), list is length ${list.length}`)
  return list.slice(Number(start), Number(end))
}
