import { expect, test } from 'vitest'
import { successPolicyErrors } from './validate-success-policy.ts'

const INDEXED = { isIndexed: true, completions: 4 }

test.each<[string, object, readonly string[]]>([
  ['indexes and how many of them', { succeededIndexes: '0,2-3', succeededCount: 3 }, []],
  ['neither', {}, ['p.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be specified']],
  ['an index that there is not', { succeededIndexes: '1-4' }, ['p.rules[0].succeededIndexes: Invalid value: "1-4": error parsing succeededIndexes: too large index: "4"']],
  ['indexes backwards', { succeededIndexes: '3,1' }, ['p.rules[0].succeededIndexes: Invalid value: "3,1": error parsing succeededIndexes: non-increasing order, previous: 3, current: 1']],
  ['words', { succeededIndexes: 'all' }, ['p.rules[0].succeededIndexes: Invalid value: "all": error parsing succeededIndexes: cannot convert string to integer for index: "all"']],
  ['more than all', { succeededCount: 5 }, ['p.rules[0].succeededCount: Invalid value: 5: must be less than or equal to 4 (the number of specified completions)']],
  ['more than are named', { succeededIndexes: '0', succeededCount: 2 }, ['p.rules[0].succeededCount: Invalid value: 2: must be less than or equal to 1 (the number of indexes in the specified succeededIndexes field)']],
])('%s', (_name, rule, expected) => {
  expect(successPolicyErrors({ rules: [rule] }, INDEXED, 'p').map(({ field, message }) => `${field}: ${message}`)).toEqual(expected)
})

test('is for Jobs of indexes', () => {
  expect(successPolicyErrors({ rules: [] }, { ...INDEXED, isIndexed: false }, 'p').map(({ field }) => field)).toEqual(['p'])
})
