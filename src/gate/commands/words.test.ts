import { describe, expect, test } from 'vitest'
import { isRefusal } from './refusal.ts'
import { isBare, wordsOfArgv, wordsOfLine } from './words.ts'

function textsOf(line: string): readonly string[] | string {
  const words = wordsOfLine(line)
  return isRefusal(words) ? words.rule : words.map(({ text }) => text)
}

describe('a line becomes words', () => {
  test.each([
    ['kubectl get pods', ['kubectl', 'get', 'pods']],
    ['  kubectl \t get   pods ', ['kubectl', 'get', 'pods']],
    ["kubectl get pods -l 'a in (b,c)'", ['kubectl', 'get', 'pods', '-l', 'a in (b,c)']],
    ['git commit -m "one two; three"', ['git', 'commit', '-m', 'one two; three']],
    [`a b'c'"d"e`, ['a', 'bcde']],
    ["a ''", ['a', '']],
    [`a '"' "'"`, ['a', '"', "'"]],
    ["a '$(id) `id` \\ ! *'", ['a', '$(id) `id` \\ ! *']],
  ])('%s', (line, words) => {
    expect(textsOf(line)).toEqual(words)
  })
})

describe('a line has no words', () => {
  test.each([...'|&;<>()$`\\*?[]{}!~#^'])('where %s stands outside quotes', (character) => {
    expect(textsOf(`a b${character}c`)).toBe('shell-syntax')
    expect(textsOf(`a ${character} c`)).toBe('shell-syntax')
    expect(textsOf(`a 'b${character}c'`)).toEqual(['a', `b${character}c`])
  })

  test.each([...'$`\\!'])('where %s stands in double quotes', (character) => {
    expect(textsOf(`a "b${character}"`)).toBe('shell-syntax')
  })

  test.each([
    ['an open quote', "a 'b", 'shell-syntax'],
    ['a quoted program', '"a" b', 'shell-syntax'],
    ['a program with empty quotes in it', "a'' b", 'shell-syntax'],
    ['an assignment before the program', 'A=b c', 'caller-environment'],
    ['nothing', '   ', 'bad-input'],
    ['another line', 'a b\nc', 'shell-syntax'],
    ['what is not ASCII', 'a “b”', 'shell-syntax'],
    ['too much', `a ${'b'.repeat(5000)}`, 'bad-input'],
    ['too many', `a ${'b '.repeat(200)}`, 'bad-input'],
  ])('for %s', (_, line, rule) => {
    expect(textsOf(line)).toBe(rule)
  })
})

test('it is known which part of a word was written without quotes', () => {
  const words = wordsOfLine("a --b='c d' '--e' --f'g' --h''")
  if (isRefusal(words)) throw new Error(words.text)
  expect(words.map((word) => isBare(word))).toEqual([true, false, false, false, false])
  expect(words.slice(1).map((word) => isBare(word, 3))).toEqual([true, false, true, false])
})

test('words that are split already are taken as they are, if they are ASCII', () => {
  expect(wordsOfArgv(['a', 'b; c', '$(d)'])).toEqual([{ text: 'a', bareLength: 1 }, { text: 'b; c', bareLength: 4 }, { text: '$(d)', bareLength: 4 }])
  expect([['a\n'], ['a', '\0'], ['a', 'ü'], [''], []].map((argv) => isRefusal(wordsOfArgv(argv)))).toEqual([true, true, true, true, true])
})
