import { expect, test } from 'vitest'
import { oncePerObject } from './once-per-object.ts'

test('an object is asked once, its equal anew', () => {
  const asked: object[] = []
  const sizeOf = oncePerObject((object: object) => {
    asked.push(object)
    return Object.keys(object).length
  })
  const first = { a: 1 }
  expect([sizeOf(first), sizeOf(first), sizeOf({ a: 1 })]).toEqual([1, 1, 1])
  expect(asked).toHaveLength(2)
})
