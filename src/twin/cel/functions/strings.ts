/** Texts (`cel-go/ext/strings.go`, version 2): counted in code points. */

import { lackedOverload } from '../lacked-overload.ts'
import { type FunctionLibrary, namespaceType } from './functions.ts'
import { formatted } from './format-text.ts'

export const STRINGS: FunctionLibrary = {
  namespaces: ['strings'],
  functions: {
    'string.go_charAt(int): string': charAt,
    'string.go_indexOf(string): int': (text: string, part: string) => indexOf(text, part, 0n),
    'string.go_indexOf(string, int): int': indexOf,
    'string.go_lastIndexOf(string): int': (text: string, part: string) => lastPlace(text, part),
    'string.go_lastIndexOf(string, int): int': lastIndexOf,
    'string.go_substring(int): string': (text: string, start: bigint) => [...text].slice(within(text, start)).join(''),
    'string.go_substring(int, int): string': substring,
    'string.go_lowerAscii(): string': (text: string) => text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()),
    'string.go_upperAscii(): string': (text: string) => text.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase()),
    'string.go_trim(): string': (text: string) => text.replaceAll(/^[\s\u0085]+|[\s\u0085]+$/g, ''),
    'string.replace(string, string): string': (text: string, from: string, to: string) => replace(text, from, to, -1n),
    'string.replace(string, string, int): string': replace,
    'string.go_split(string): list<string>': (text: string, separator: string) => pieces(text, separator),
    'string.go_split(string, int): list<string>': split,
    'list.go_join(): string': (list: readonly unknown[]) => join(list),
    'list.go_join(string): string': join,
    'string.format(list): string': formatted,
    [`${namespaceType('strings')}.quote(string): string`]: (_: unknown, text: string) => quoted(text),
  },
}

function within(text: string, index: bigint): number {
  if (index < 0n || index > BigInt([...text].length)) throw new Error(`index out of range: ${index}`)
  return Number(index)
}

function charAt(text: string, index: bigint): string {
  return [...text][within(text, index)] ?? ''
}

function substring(text: string, start: bigint, end: bigint): string {
  if (start > end) throw new Error(`invalid substring range. start: ${start}, end: ${end}`)
  return [...text].slice(within(text, start), within(text, end)).join('')
}

function indexOf(text: string, part: string, from: bigint): bigint {
  return place(text, part, from, (letters, wanted) => letters.findIndex((_, at) => at >= Number(from) && isAt(letters, wanted, at)))
}

function lastIndexOf(text: string, part: string, from: bigint): bigint {
  return place(text, part, from, (letters, wanted) => letters.findLastIndex((_, at) => at <= Number(from) && isAt(letters, wanted, at)))
}

/** A part that has more bytes than all of the text is not there, also where the text has nothing to look through. */
function lastPlace(text: string, part: string): bigint {
  if (part === '') return BigInt([...text].length)
  return Buffer.byteLength(text) < Buffer.byteLength(part) ? -1n : lastIndexOf(text, part, BigInt([...text].length - 1))
}

function place(text: string, part: string, from: bigint, find: (letters: readonly string[], wanted: readonly string[]) => number): bigint {
  if (part === '') return from
  if (from < 0n) throw new Error(`index out of range: ${from}`)
  const letters = [...text]
  return from >= BigInt(letters.length) ? -1n : BigInt(find(letters, [...part]))
}

function isAt(letters: readonly string[], wanted: readonly string[], at: number): boolean {
  return wanted.every((letter, index) => letters[at + index] === letter)
}

function replace(text: string, from: string, to: string, count: bigint): string {
  if (count < 0n) return text.split(from).length === 1 && from !== '' ? text : replaceFirst(text, { from, to, count: Infinity })
  return replaceFirst(text, { from, to, count: Number(count) })
}

/** An empty text is found before every letter and at the end. */
function replaceFirst(text: string, { from, to, count }: { readonly from: string; readonly to: string; readonly count: number }): string {
  const parts = from === '' ? ['', ...text] : text.split(from)
  if (from === '' && count > [...text].length) parts.push('')
  return parts.reduce((joined, part, index) => joined + (index <= count ? to : from) + part)
}

function pieces(text: string, separator: string): string[] {
  return separator === '' ? [...text] : text.split(separator)
}

function split(text: string, separator: string, count: bigint): string[] {
  const parts = pieces(text, separator)
  if (count < 0n || BigInt(parts.length) <= count) return parts
  const kept = Number(count)
  return kept === 0 ? [] : [...parts.slice(0, kept - 1), parts.slice(kept - 1).join(separator)]
}

/** A list whose first item is no text is none that can be joined, whatever follows. */
function join(list: readonly unknown[], separator?: string): string {
  if (list.length > 0 && typeof list[0] !== 'string') throw new Error(lackedOverload('join', separator === undefined ? [list] : [list, separator]))
  const wrong = list.find((item) => typeof item !== 'string')
  if (wrong !== undefined) throw new Error(`join: invalid input: ${String(wrong)}`)
  return list.join(separator ?? '')
}

const ESCAPES: Readonly<Record<string, string>> = { '\u0007': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\', '"': '\\"' }

function quoted(text: string): string {
  return `"${[...text].map((letter) => ESCAPES[letter] ?? letter).join('')}"`
}
