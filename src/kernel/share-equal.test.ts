import { assert, jsonValue, pre, property } from 'fast-check'
import { expect, test } from 'vitest'
import { shareEqual } from './share-equal.ts'

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
