/** What `encoding/json` of Go says of a text that is no JSON: the first character that does not fit, and where it stands. */

import { goQuoted } from '../api/go-quoted.ts'

const LITERALS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' }
const ENDED = 'unexpected end of JSON input'

class Problem extends Error {}

interface Reader {
  readonly text: string
  at: number
}

/** The sentence, or undefined for a text that is JSON. */
export function goJsonProblem(text: string): string | undefined {
  const reader = { text, at: 0 }
  try {
    readValue(reader, 'looking for beginning of value')
    skipSpace(reader)
    if (reader.at < text.length) refuse(reader, 'after top-level value')
    return undefined
  } catch (problem) {
    if (problem instanceof Problem) return problem.message
    throw problem
  }
}

function refuse({ text, at }: Reader, where: string): never {
  const character = text[at]
  if (character === undefined) throw new Problem(ENDED)
  const quoted = character === "'" ? "'\\''" : character === '"' ? `'"'` : `'${goQuoted(character).slice(1, -1)}'`
  throw new Problem(`invalid character ${quoted} ${where}`)
}

function skipSpace(reader: Reader): string | undefined {
  while (' \t\r\n'.includes(reader.text[reader.at] ?? 'x')) reader.at += 1
  return reader.text[reader.at]
}

function readValue(reader: Reader, where: string): void {
  const first = skipSpace(reader)
  if (first === '{') return readMembers(reader)
  if (first === '[') return readItems(reader)
  if (first === '"') return readText(reader)
  if (first !== undefined && LITERALS[first] !== undefined) return readLiteral(reader, LITERALS[first] ?? '')
  if (first === '-' || /\d/.test(first ?? '')) return readNumber(reader)
  refuse(reader, where)
}

function readMembers(reader: Reader): void {
  reader.at += 1
  if (skipSpace(reader) === '}') return void (reader.at += 1)
  for (;;) {
    if (skipSpace(reader) !== '"') refuse(reader, 'looking for beginning of object key string')
    readText(reader)
    if (skipSpace(reader) !== ':') refuse(reader, 'after object key')
    reader.at += 1
    readValue(reader, 'looking for beginning of value')
    const next = skipSpace(reader)
    if (next !== ',' && next !== '}') refuse(reader, 'after object key:value pair')
    reader.at += 1
    if (next === '}') return
  }
}

function readItems(reader: Reader): void {
  reader.at += 1
  if (skipSpace(reader) === ']') return void (reader.at += 1)
  for (;;) {
    readValue(reader, 'looking for beginning of value')
    const next = skipSpace(reader)
    if (next !== ',' && next !== ']') refuse(reader, 'after array element')
    reader.at += 1
    if (next === ']') return
  }
}

function readText(reader: Reader): void {
  for (reader.at += 1; reader.text[reader.at] !== '"'; reader.at += 1) {
    const character = reader.text[reader.at]
    if (character === undefined) throw new Problem(ENDED)
    if (character < ' ') refuse(reader, 'in string literal')
    if (character === '\\') readEscape(reader)
  }
  reader.at += 1
}

function readEscape(reader: Reader): void {
  reader.at += 1
  const escaped = reader.text[reader.at]
  if (escaped === undefined || !'bfnrt\\/"u'.includes(escaped)) refuse(reader, 'in string escape code')
  if (escaped !== 'u') return
  for (let digit = 0; digit < 4; digit += 1) {
    reader.at += 1
    if (!/[0-9a-fA-F]/.test(reader.text[reader.at] ?? ' ')) refuse(reader, String.raw`in \u hexadecimal character escape`)
  }
}

function readLiteral(reader: Reader, literal: string): void {
  for (const expected of literal) {
    if (reader.text[reader.at] !== expected) refuse(reader, `in literal ${literal} (expecting '${expected}')`)
    reader.at += 1
  }
}

function readNumber(reader: Reader): void {
  const digits = (where: string): void => {
    if (!/\d/.test(reader.text[reader.at] ?? '')) refuse(reader, where)
    while (/\d/.test(reader.text[reader.at] ?? '')) reader.at += 1
  }
  if (reader.text[reader.at] === '-') reader.at += 1
  if (reader.text[reader.at] === '0') reader.at += 1
  else digits('in numeric literal')
  if (reader.text[reader.at] === '.') {
    reader.at += 1
    digits('after decimal point in numeric literal')
  }
  if (!/[eE]/.test(reader.text[reader.at] ?? '')) return
  reader.at += 1
  if (/[+-]/.test(reader.text[reader.at] ?? '')) reader.at += 1
  digits('in exponent of numeric literal')
}
