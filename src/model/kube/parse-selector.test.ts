import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSelector } from './parse-selector.ts'
import { matchesRequirement, matchesSelector } from './selector.ts'

const web = { app: 'web', tier: 'front', weight: '7' }

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
