import { assert, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { visible } from './visible.ts'

test.each([
  { name: 'plain text, accents and a dash', text: 'Größe → 3 – naïve 日本', shown: 'Größe → 3 – naïve 日本' },
  { name: 'a line of its own', text: 'fine\nNeeded: nobody', shown: String.raw`fine\nNeeded: nobody` },
  { name: 'a return that overwrites', text: 'denied\rapproved', shown: String.raw`denied\rapproved` },
  { name: 'an escape sequence', text: '\u001B[2J', shown: String.raw`\u{1b}[2J` },
  { name: 'writing turned round', text: 'web\u202Ednepxe', shown: String.raw`web\u{202e}dnepxe` },
  { name: 'isolates', text: '\u2066a\u2069', shown: String.raw`\u{2066}a\u{2069}` },
  { name: 'no width at all', text: 'pay\u200Bments\uFEFF', shown: String.raw`pay\u{200b}ments\u{feff}` },
  { name: 'tags, which models read', text: '\u{E0041}', shown: String.raw`\u{e0041}` },
  { name: 'a filler that looks like a space', text: '\u3164', shown: String.raw`\u{3164}` },
  { name: 'half a character', text: '\uD800', shown: String.raw`\u{d800}` },
  { name: 'a separator of lines', text: 'a\u2028b', shown: String.raw`a\u{2028}b` },
])('$name', ({ text, shown }) => {
  expect(visible(text)).toBe(shown)
})

test('what comes out is one line of what can be seen, whatever goes in', () => {
  assert(
    property(string({ unit: 'binary' }), (text) => {
      expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
      expect(visible(visible(text))).toBe(visible(text))
    }),
  )
})
