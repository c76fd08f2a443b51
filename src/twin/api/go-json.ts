/** What Go's `encoding/json` says of a text that is no JSON object (`scanner.go`, `decode.go`). */

import { isRecord } from '../../kernel/json.ts'

/** What V8 says first, and what Go says of the character at the same place. */
const PLACES: readonly (readonly [v8: RegExp, go: string])[] = [
  [/^Expected ',' or '}' after property value/, 'after object key:value pair'],
  [/^Expected ',' or ']' after array element/, 'after array element'],
  [/^Expected (property name|double-quoted property name)/, 'looking for beginning of object key string'],
  [/^Expected ':' after property name/, 'after object key'],
  [/^Unexpected non-whitespace character after JSON/, 'after top-level value'],
  [/^Bad control character in string literal/, 'in string literal'],
  [/^Bad escaped character/, 'in string escape code'],
]

/** Undefined for an object, and for `null`, which Go reads as an empty one. */
export function goObjectProblem(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return value === null || isRecord(value) ? undefined : `json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value} into Go value of type map[string]interface {}`
  } catch (error) {
    return syntaxProblem(text, (error as Error).message)
  }
}

function syntaxProblem(text: string, said: string): string {
  const at = Number(/ at position (\d+)/.exec(said)?.[1] ?? -1)
  const token = /^Unexpected token '(.+?)', /su.exec(said)?.[1]
  if (token === undefined && (at < 0 || at >= text.length || said.startsWith('Unterminated'))) return 'unexpected end of JSON input'
  const place = PLACES.find(([v8]) => v8.test(said))?.[1] ?? 'looking for beginning of value'
  return `invalid character ${goCharacter(token ?? text.charAt(at))} ${place}`
}

/** `quoteChar`. */
function goCharacter(character: string): string {
  if (character === "'") return String.raw`'\''`
  return character === '"' ? `'"'` : `'${JSON.stringify(character).slice(1, -1)}'`
}
