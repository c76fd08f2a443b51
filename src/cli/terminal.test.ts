import { expect, test } from 'vitest'
import { coloursWanted, harmless, progress } from './terminal.ts'

test.each([
  { name: 'plain text and line breaks', text: 'one\ntwo', printed: 'one\ntwo' },
  { name: 'our colours', text: '\u001B[1mbold\u001B[22m', printed: '\u001B[1mbold\u001B[22m' },
  { name: 'a title that clears the screen', text: 'Node\u001B[2J\u001B[Hgone', printed: 'Node[2J[Hgone' },
  { name: 'a title that renames the window', text: '\u001B]0;root\u0007Node', printed: ']0;rootNode' },
  { name: 'a return that overwrites the line', text: 'denied\rapproved', printed: 'deniedapproved' },
  { name: 'the one-byte form of an escape', text: '\u009B[1mNode', printed: '[1mNode' },
  { name: 'a name that reads from right to left', text: 'web\u202Egnp.exe', printed: 'webgnp.exe' },
  { name: 'letters of no width, and tags', text: 'we\u200Bb\u{E0041}\u2066x', printed: 'webx' },
  { name: 'a tab, which is of no known width', text: 'a\tb', printed: 'a b' },
])('$name', ({ text, printed }) => {
  expect(harmless(text)).toBe(printed)
})

test.each([
  { name: 'a terminal', isTTY: true, env: {}, wanted: true },
  { name: 'a file or a pipe', isTTY: false, env: {}, wanted: false },
  { name: 'a pipeline that says it is one', isTTY: false, env: { CI: 'true' }, wanted: false },
  { name: 'a terminal that can do nothing', isTTY: true, env: { TERM: 'dumb' }, wanted: false },
  { name: 'somebody who wants none', isTTY: true, env: { NO_COLOR: '1' }, wanted: false },
  { name: 'somebody who wants them in a file', isTTY: false, env: { FORCE_COLOR: '1' }, wanted: true },
  { name: 'colours forced off', isTTY: true, env: { FORCE_COLOR: '0' }, wanted: false },
])('colours for $name: $wanted', ({ isTTY, env, wanted }) => {
  expect(coloursWanted({ isTTY }, env)).toBe(wanted)
})

test.each([
  { name: 'a terminal is told, and the line taken away', isTTY: true, written: '\r\u001B[Krun 1 of 2\r\u001B[K' },
  { name: 'a file or a pipe is not', isTTY: false, written: '' },
])('progress: $name', ({ isTTY, written }) => {
  const texts: string[] = []
  const out = { isTTY, write: (text: string) => texts.push(text) }
  progress('run 1 of 2', out)
  progress('', out)
  expect(texts.join('')).toBe(written)
})
