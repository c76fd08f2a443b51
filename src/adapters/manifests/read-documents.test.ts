import { expect, test } from 'vitest'
import { chunksOf, readDocuments } from './read-documents.ts'
import { parseLongList } from './parse-long-list.ts'

test.each([
  { name: 'one', text: 'a: 1\n', want: ['1@1 a: 1'] },
  { name: 'two', text: 'a: 1\n---\nb: 2', want: ['1@1 a: 1', '2@2 b: 2'] },
  { name: 'a comment after the mark, and words after it', text: '--- # first\na: 1\n--- {b: 2}\n', want: ['1@1 a: 1', '2@3 {b: 2}'] },
  { name: 'empty ones are not counted', text: '---\n---\n\n---\na: 1\n...\n', want: ['1@4 a: 1', '2@6 '] },
  { name: 'with carriage returns', text: 'a: 1\r\n---\r\nb: 2\r\n', want: ['1@1 a: 1', '2@2 b: 2'] },
  { name: 'a rule of dashes is no mark', text: 'a: |\n  ---\n----\nb: 2\n', want: ['1@1 a: |\n  ---\n----\nb: 2'] },
])('documents and where they begin: $name', ({ text, want }) => expect(chunksOf(text).map((chunk) => `${chunk.index}@${chunk.line} ${chunk.text.trim()}`)).toEqual(want))

const item = (name: string): string => `- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: ${name}\n  data:\n    text: |\n      - not an item\n`

test.each([
  { name: 'as kubectl writes it', text: `apiVersion: v1\nitems:\n${item('a')}${item('b')}kind: List\nmetadata:\n  resourceVersion: ""\n`, want: ['a', 'b'] },
  { name: 'indented', text: `apiVersion: v1\nkind: List\nitems:\n${`${item('a')}${item('b')}`.replaceAll(/^(?=.)/gm, '  ')}`, want: ['a', 'b'] },
  { name: 'something else with items', text: `kind: Menu\nitems:\n${item('a')}`, want: undefined },
  { name: 'items on one line', text: 'apiVersion: v1\nkind: List\nitems: []\n', want: undefined },
  { name: 'an anchor of another item', text: 'apiVersion: v1\nkind: List\nitems:\n- a: &x 1\n- b: *x\n', want: undefined },
])('a long list, item by item: $name', ({ text, want }) => {
  const parsed = parseLongList(text)
  const items = parsed?.type === 'value' ? (parsed.value as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name) : undefined
  expect(items).toEqual(want)
})

test('a long list with a broken item: its line', () => {
  expect(parseLongList(`apiVersion: v1\nkind: List\nitems:\n${item('a')}- b: [\n`)).toMatchObject({ type: 'malformed', line: 12 })
})

test('a long list reads as it would at once', () => {
  const text = `apiVersion: v1\nitems:\n${Array.from({ length: 20_000 }, (_, index) => item(`c${index}`)).join('')}kind: List\n`
  const [document] = readDocuments({ source: 'a.yaml', text, json: false })
  expect(document).toMatchObject({ type: 'value', value: { kind: 'List' } })
  expect((document as unknown as { value: { items: unknown[] } }).value.items).toHaveLength(20_000)
})

test('one document that is larger than any object is refused, and a list of them is not', () => {
  const [document] = readDocuments({ source: 'a.yaml', text: `a:\n${'  - b\n'.repeat(1_500_000)}`, json: false })
  expect(document).toMatchObject({ type: 'problem', message: expect.stringContaining('refused, one document of 9000003 bytes') })
})
