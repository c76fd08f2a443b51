import { describe, expect, test } from 'vitest'
import { fromAnnotations, isExpired, readComment } from './suppression.ts'
import { readSuppressionFile } from './suppression-file.ts'

test.each([
  { name: 'one rule', text: 'image-not-pinned until 2027-03-01 because the vendor moves it', want: { rules: ['image-not-pinned'], until: '2027-03-01', reason: 'the vendor moves it' } },
  { name: 'several, in any order', text: 'a,b because it is known until 2027-03-01', want: { rules: ['a', 'b'], until: '2027-03-01' } },
  { name: 'refused: no reason', text: 'a until 2027-03-01', want: { refused: expect.stringContaining('no reason') } },
  { name: 'refused: an empty reason', text: 'a until 2027-03-01 because ', want: { refused: expect.stringContaining('no reason') } },
  { name: 'refused: no end', text: 'a because it is known', want: { refused: expect.stringContaining('no end') } },
  { name: 'refused: an end that is no day', text: 'a until 2027-13-45 because it is known', want: { refused: expect.stringContaining('no end') } },
  { name: 'refused: no rule', text: 'until 2027-03-01 because it is known', want: { refused: expect.stringContaining('no rule') } },
])('a comment: $name', ({ text, want }) => expect(readComment(text, 'here')).toMatchObject(want))

test('an annotation names its rule in the key', () => {
  expect(fromAnnotations({ 'ignore.boyd.dev/pdb-missing': 'until 2027-03-01 because it is a cache', other: 'x' }, 'here')).toEqual([{ rules: ['pdb-missing'], until: '2027-03-01', reason: 'it is a cache', by: 'here' }])
})

test.each([
  { name: 'its last day is a whole one', now: '2027-03-01T23:59:59Z', want: false },
  { name: 'the day after', now: '2027-03-02T00:00:00Z', want: true },
])('$name', ({ now, want }) => expect(isExpired({ rules: ['a'], reason: 'r', until: '2027-03-01', by: 'here' }, Date.parse(now))).toBe(want))

describe('the file', () => {
  const entry = { rule: 'a', reason: 'known', until: '2027-03-01' }
  const finding = { rule: 'a', subject: { kind: 'Deployment', namespace: 'shop', name: 'web' }, place: { file: 'deploy/shop/web.yaml', document: 1 } }
  const matches = (more: object): boolean => readSuppressionFile({ suppressions: [{ ...entry, ...more }] }, 'f')[0]?.matches(finding) ?? false

  test.each([
    { name: 'everywhere', more: {}, want: true },
    { name: 'in its folder', more: { file: 'deploy/**/*.yaml' }, want: true },
    { name: 'in another', more: { file: 'charts/**' }, want: false },
    { name: 'by its subject', more: { subject: 'Deployment shop/*' }, want: true },
    { name: 'a subject is no pattern of letters', more: { subject: 'Deployment.shop/web' }, want: false },
    { name: 'another rule', more: { rule: ['b', 'c'] }, want: false },
  ])('$name', ({ more, want }) => expect(matches(more)).toBe(want))

  test.each([
    { name: 'no reason', data: { suppressions: [{ rule: 'a', until: '2027-03-01' }] }, says: /suppressions\.0 gives no reason/ },
    { name: 'no end', data: { suppressions: [{ rule: 'a', reason: 'r' }] }, says: /suppressions\.0 has no end/ },
    { name: 'a key that nobody knows', data: { suppressions: [{ ...entry, expires: 'x' }] }, says: /expires/ },
    { name: 'something else', data: [1], says: /the document/ },
  ])('is refused: $name', ({ data, says }) => expect(() => readSuppressionFile(data, 'f')).toThrow(expect.objectContaining({ code: 'invalid', message: expect.stringMatching(says) })))
})
