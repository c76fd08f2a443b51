import { expect, test } from 'vitest'
import { duplicateFields } from './duplicate-fields.ts'

test.each<[string, readonly string[]]>([
  ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}', []],
  ['{"a":1,"a":2}', ['a']],
  ['{"spec":{"list":[{"n":1},{"n":1,"n":2}]}}', ['spec.list[1].n']],
  ['{"a":"b","b":"a","c":["a","a"],"d":{}}', []],
  ['{"a":"}{\\"a\\":","b":{"x":1,"y":[],"x":{}}}', ['b.x']],
  ['{"a":1,"a":2,"a":3}', ['a']],
])('%s', (text, expected) => {
  expect(duplicateFields(text)).toEqual(expected)
})
