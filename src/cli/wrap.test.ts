import { array, assert, integer, property, stringMatching } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wrap } from './wrap.ts'

describe('wrap', () => {
  test.each([
    { name: 'a short line stays', text: 'all is well', hang: 2, width: 20, lines: ['all is well'] },
    { name: 'what follows hangs under the text', text: '+00:01  the cluster was read: 88 objects', hang: 8, width: 24, lines: ['+00:01  the cluster was', '        read: 88 objects'] },
    { name: 'an indented line keeps its indent', text: '  assumed: a pool replaces it', hang: 2, width: 18, lines: ['  assumed: a pool', '    replaces it'] },
    { name: 'a word that fits nowhere is left whole', text: 'plan sha256:0123456789abcdef now', hang: 2, width: 12, lines: ['plan', '  sha256:0123456789abcdef', '  now'] },
    { name: 'colours take no columns', text: '\u001B[32mpassed\u001B[39m: 5 of 5', hang: 0, width: 14, lines: ['\u001B[32mpassed\u001B[39m: 5 of 5'] },
    { name: 'lines are broken each for itself', text: 'one two\nthree four', hang: 1, width: 7, lines: ['one two', 'three', ' four'] },
  ])('$name', ({ text, hang, width, lines }) => {
    expect(wrap(text, { hang, width }).split('\n')).toEqual(lines)
  })

  test('no word is lost, and only words that fit nowhere are too wide', () => {
    const words = array(stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 40 })
    assert(
      property(words, integer({ min: 14, max: 60 }), (given, width) => {
        const wrapped = wrap(given.join(' '), { hang: 2, width })
        expect(wrapped.split(/\s+/)).toEqual(given)
        expect(wrapped.split('\n').every((line) => line.length <= width)).toBe(true)
      }),
    )
  })
})
