import { describe, expect, test } from 'vitest'
import { matchesRequirement, matchesSelector } from './selector.ts'

const web = { app: 'web', tier: 'front', weight: '7' }

describe('selector objects', () => {
  const expression = (key: string, operator: string, values?: string[]) => ({ matchExpressions: [{ key, operator, ...(values === undefined ? {} : { values }) }] })
  test.each([
    { name: 'an absent one matches nothing', selector: undefined, matches: false },
    { name: 'an empty one matches everything', selector: {}, matches: true },
    { name: 'matchLabels', selector: { matchLabels: { app: 'web' } }, matches: true },
    { name: 'every label counts', selector: { matchLabels: { app: 'web', tier: 'back' } }, matches: false },
    { name: 'labels and expressions count', selector: { matchLabels: { app: 'web' }, ...expression('tier', 'DoesNotExist') }, matches: false },
    { name: 'In', selector: expression('tier', 'In', ['back', 'front']), matches: true },
    { name: 'In of an absent label', selector: expression('zone', 'In', ['']), matches: false },
    { name: 'NotIn', selector: expression('tier', 'NotIn', ['front']), matches: false },
    { name: 'NotIn of an absent label', selector: expression('zone', 'NotIn', ['a']), matches: true },
    { name: 'Exists', selector: expression('tier', 'Exists'), matches: true },
    { name: 'DoesNotExist', selector: expression('zone', 'DoesNotExist'), matches: true },
    { name: 'an operator nobody knows', selector: expression('tier', 'Like', ['fr%']), matches: false },
    { name: 'what every object inherits is no label', selector: expression('toString', 'Exists'), matches: false },
  ])('$name', ({ selector, matches }) => {
    expect(matchesSelector(selector, web)).toBe(matches)
  })

  test('an object without labels has none', () => {
    expect([matchesSelector({}, undefined), matchesSelector({ matchLabels: { app: 'web' } }, undefined)]).toEqual([true, false])
  })

  test.each([
    { operator: 'Gt', bound: '6', matches: true },
    { operator: 'Gt', bound: '7', matches: false },
    { operator: 'Lt', bound: '10', matches: true },
    { operator: 'Lt', bound: 'ten', matches: false },
  ] as const)('weight $operator $bound', ({ operator, bound, matches }) => {
    expect(matchesRequirement({ key: 'weight', operator, values: [bound] }, web)).toBe(matches)
  })
})
