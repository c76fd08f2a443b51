import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { sortedKeysText } from './sorted-keys.ts'
import { canonicalJson, digestOf, digestOfJson, digestOfJsonLines } from './canonical-json.ts'

/** Those of RFC 8785, chapter 3.2, and what people trip over. */
test.each([
  { name: 'keys sort by UTF-16 unit', value: { '\u20ac': 1, '\r': 2, '1': 3, '\u{1f600}': 4, '\ufb33': 5 }, text: '{"\\r":2,"1":3,"\u20ac":1,"\u{1f600}":4,"\ufb33":5}' },
  { name: 'numbers in their shortest form', value: [1e21, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0], text: '[1e+21,1e+30,4.5,0.002,1e-27,0]' },
  { name: 'arrays keep their order', value: [3, 1, [2]], text: '[3,1,[2]]' },
  { name: 'undefined is left out', value: { a: undefined, b: null }, text: '{"b":null}' },
  { name: 'control characters are escaped', value: 'a\u000f"\\\n', text: '"a\\u000f\\"\\\\\\n"' },
])('$name', ({ value, text }) => {
  expect(canonicalJson(value)).toBe(text)
})

test('what JSON cannot carry is refused, not hashed as something else', () => {
  expect(() => canonicalJson(undefined)).toThrow('a value that JSON can carry')
  expect(() => canonicalJson({ rate: Number.NaN })).toThrow(/NaN/)
})

test('the order in which properties were written never shows, and nothing is lost', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse())
      expect(digestOfJson(reversed)).toBe(digestOfJson(value))
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('digests are SHA-256, named', () => {
  expect(digestOf('abc')).toBe('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(digestOf(new TextEncoder().encode('abc'))).toBe(digestOf('abc'))
  expect(digestOfJson({ b: 1, a: 2 })).toBe(digestOf('{"a":2,"b":1}'))
})

test('the quick way to a canonical text says the same, or nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(sortedKeysText(value) ?? canonicalJson(value)).toBe(canonicalJson(value))
    }),
  )
  expect(sortedKeysText({ b: { d: 1, c: [{ f: 2, e: 'x' }] }, a: undefined })).toBe('{"b":{"c":[{"e":"x","f":2}],"d":1}}')
  for (const hard of [{ 10: 1, 9: 2 }, { a: '\ud800' }, [Number.NaN], undefined, { at: new Date(0) }, JSON.parse('{"__proto__":{"b":1}}')]) expect(sortedKeysText(hard)).toBeUndefined()
})

test('a digest over lines sees where one ends', () => {
  const expected = createHash('sha256').update('[1]\n"x"\n').digest('hex')
  expect(digestOfJsonLines([[1], 'x'])).toBe(`sha256:${expected}`)
  expect(digestOfJsonLines([1, 2])).not.toBe(digestOfJsonLines([12]))
})
