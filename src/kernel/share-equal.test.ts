import { array, assert, jsonValue, nat, pre, property } from 'fast-check'
import { expect, test } from 'vitest'
import { alongside, shareEqual } from './share-equal.ts'

/** A copy that shares nothing. */
function fresh<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

test('nothing is said otherwise, and nothing of the earlier value is changed', () => {
  assert(property(jsonValue(), jsonValue(), (left, right) => {
    const [next, previous] = [fresh(left), fresh(right)]
    expect(JSON.stringify(shareEqual(next, previous))).toBe(JSON.stringify(left))
    expect(JSON.stringify(previous)).toBe(JSON.stringify(right))
  }))
})

test('what is equal is the earlier value itself', () => {
  assert(property(jsonValue(), (value) => {
    pre(!JSON.stringify(value).includes('__proto__'))
    const previous = fresh(value)
    expect(shareEqual(fresh(value), previous)).toBe(previous)
  }))
})

const POD = { spec: { nodeName: 'a', containers: [{ name: 'app', env: [{ name: 'A', value: '1' }], volumeMounts: [{ name: 'token-x' }] }] }, status: { phase: 'Running' } }

test('parts are shared beside parts that differ', () => {
  const previous = fresh(POD)
  const next = fresh({ ...POD, spec: { nodeName: 'b', containers: [{ ...POD.spec.containers[0], volumeMounts: [{ name: 'token-y' }] }] } })
  const kept = shareEqual(next, previous)
  expect(kept).toEqual({ ...POD, spec: { nodeName: 'b', containers: [{ name: 'app', env: [{ name: 'A', value: '1' }], volumeMounts: [{ name: 'token-y' }] }] } })
  expect(kept.status).toBe(previous.status)
  expect(kept.spec.containers[0]?.env).toBe(previous.spec.containers[0]?.env)
  expect(kept.spec).not.toBe(previous.spec)
})

test('the order of keys is kept', () => {
  const previous = { a: 1, b: 2 }
  const kept = shareEqual(JSON.parse('{"b":2,"a":1}') as object, previous)
  expect(JSON.stringify(kept)).toBe('{"b":2,"a":1}')
})

test('a key that names the prototype stays a key', () => {
  const text = '{"a":{"__proto__":{"b":1}},"c":2}'
  const kept = shareEqual(JSON.parse(text) as object, JSON.parse('{"a":{"__proto__":{"b":2}},"c":2}'))
  expect(JSON.stringify(kept)).toBe(text)
})

test('only what stands in the earlier list is said to', () => {
  assert(property(array(nat(5)), array(nat(5)), (earlier, items) => {
    const isThere = alongside(earlier)
    expect(earlier).toEqual(expect.arrayContaining(items.filter(isThere)))
  }))
})

test.each([
  ['the same', ['a', 'b', 'c'], ['a', 'b', 'c'], []],
  ['one more at the end', ['a', 'b'], ['a', 'b', 'x'], ['x']],
  ['one less', ['a', 'b', 'c'], ['b', 'c'], []],
  ['one replaced', ['a', 'b', 'c'], ['a', 'x', 'c'], ['x']],
  ['one in front', ['a', 'b'], ['x', 'a', 'b'], ['x']],
  ['no list', undefined, ['a'], ['a']],
])('of two lists in one order the new items are told: %s', (_, earlier, items, fresh) => {
  const isThere = alongside(earlier)
  expect(items.filter((item) => !isThere(item))).toEqual(fresh)
})
