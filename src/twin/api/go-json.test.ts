import { expect, test } from 'vitest'
import { goObjectProblem } from './go-json.ts'

/** As `json.Unmarshal` into a `map[string]any` says it (Go 1.25). */
test.each([
  ['{}', undefined],
  ['{"auths":{"r":{"auth":"x"}}}', undefined],
  [' null ', undefined],
  ['', 'unexpected end of JSON input'],
  ['{"a":1', 'unexpected end of JSON input'],
  ['{"a', 'unexpected end of JSON input'],
  ['hello', "invalid character 'h' looking for beginning of value"],
  ['"', 'unexpected end of JSON input'],
  ['[]', 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
  ['7', 'json: cannot unmarshal number into Go value of type map[string]interface {}'],
  ['"x"', 'json: cannot unmarshal string into Go value of type map[string]interface {}'],
  ['true', 'json: cannot unmarshal bool into Go value of type map[string]interface {}'],
  ['{"a":1 "b"}', `invalid character '"' after object key:value pair`],
  ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":[1 2]}', "invalid character '2' after array element"],
  ['{} x', "invalid character 'x' after top-level value"],
  ['{"a":\'b\'}', String.raw`invalid character '\'' looking for beginning of value`],
  ['{"a":"\n"}', String.raw`invalid character '\n' in string literal`],
])('%j', (text, problem) => expect(goObjectProblem(text)).toBe(problem))
