import { expect, test } from 'vitest'
import { joinFlowLines } from './join-flow-lines.ts'
import { parseYaml, yamlOffsets } from './parse-yaml.ts'

const text = 'kind: Pod\nspec:\n  containers:\n  - name: m\n    args: [\n      "a]", # first\n      \'b\',\n    ]\n    command: ["x"]\n    env: [\n    {name: A, value: "1"}\n    ]\n  - name: n\n'

test('brackets that close at the indentation of their key are read, as kubectl reads them', () => {
  expect(parseYaml(text)).toEqual({ type: 'value', value: { kind: 'Pod', spec: { containers: [{ name: 'm', args: ['a]', 'b'], command: ['x'], env: [{ name: 'A', value: '1' }] }, { name: 'n' }] } } })
})

test('every character keeps its offset, so that places are found in the text as it was', () => {
  expect(joinFlowLines(text)).toHaveLength(text.length)
  const at = yamlOffsets(text)(['spec', 'containers', 0, 'env', 0, 'value']).at(-1) ?? 0
  expect(text.slice(at).startsWith('value: "1"')).toBe(true)
})

test.each([
  { name: 'a mapping in braces', text: 'a:\n  b: {\n    c: 1,\n  }\n  d: 2\n', want: { a: { b: { c: 1 }, d: 2 } } },
  { name: 'a list that is right already', text: 'a: [\n  1,\n  2]\nb: 3\n', want: { a: [1, 2], b: 3 } },
])('$name', ({ text: written, want }) => expect(parseYaml(written)).toEqual({ type: 'value', value: want }))

test('what is broken otherwise stays broken, with the line it had', () => {
  expect(parseYaml('a:\n  b: [\n    1,\n  ]\n c: 2\n')).toMatchObject({ type: 'malformed' })
  expect(parseYaml('a: [\n')).toMatchObject({ type: 'malformed' })
})
