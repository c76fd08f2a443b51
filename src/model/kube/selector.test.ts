import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchesRequirement, matchesSelector, parseSelector } from './selector.ts'

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

describe('selector strings', () => {
  test.each([
    { text: '', matches: true },
    { text: 'app=web', matches: true },
    { text: 'app==web, tier = front', matches: true },
    { text: 'app!=web', matches: false },
    { text: 'zone!=a', matches: true },
    { text: 'tier in (back, front),app', matches: true },
    { text: 'tier notin (back,front)', matches: false },
    { text: 'tier notin(back)', matches: true },
    { text: '!zone', matches: true },
    { text: '! app', matches: false },
    { text: 'app=', matches: false },
    { text: 'example.com/role', matches: false },
  ])('"$text"', ({ text, matches }) => {
    expect(parseSelector(text)?.every((requirement) => matchesRequirement(requirement, web))).toBe(matches)
  })

  test.each(['app=web,,tier', 'app web', 'tier in front', 'tier in (front', '=web', 'app=web)'])('"%s" is no selector', (text) => {
    expect(parseSelector(text)).toBeUndefined()
  })

  test('a selector object and its text agree on any labels', () => {
    const word = fc.stringMatching(/^[a-c]$/)
    const labels = fc.dictionary(word, word)
    fc.assert(
      fc.property(labels, labels, (wanted, have) => {
        const text = Object.entries(wanted).map(([key, value]) => `${key}=${value}`).join(',')
        const parsed = parseSelector(text)
        expect(parsed?.every((requirement) => matchesRequirement(requirement, have))).toBe(matchesSelector({ matchLabels: wanted }, have))
      }),
    )
  })
})
