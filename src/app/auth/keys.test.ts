import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { keyRingOf } from './keys.ts'

const DAY_MS = 86_400_000
const folder = mkdtempSync(join(tmpdir(), 'boyd-keys-'))
afterAll(() => rmSync(folder, { recursive: true }))

const at = (day: number) => ({ now: () => day * DAY_MS })

test('keys are made once, for this account only, and are the same at the next start', () => {
  const file = join(folder, 'once', 'keys.json')
  const first = keyRingOf(file, at(0))
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const again = keyRingOf(file, at(89))
  expect([again.kid, again.verify('text', first.sign('text')), again.verify('another', first.sign('text'))]).toEqual([first.kid, true, false])
})

test('after a quarter of a year a new one signs; the one before it verifies, older ones do not; who runs already follows', () => {
  const file = join(folder, 'rotated.json')
  const [first, second] = [keyRingOf(file, at(0)), keyRingOf(file, at(91))]
  expect(second.kid).not.toBe(first.kid)
  expect([second.verify('text', first.sign('text')), first.verify('text', second.sign('text'))]).toEqual([true, true])
  const third = keyRingOf(file, at(182))
  expect([third.verify('text', first.sign('text')), third.verify('text', second.sign('text'))]).toEqual([false, true])
  expect((JSON.parse(readFileSync(file, 'utf8')) as { keys: unknown[] }).keys).toHaveLength(2)
})

test.each([
  { name: 'no JSON', text: '{' },
  { name: 'no keys', text: '{"keys":[]}' },
  { name: 'a key that is none', text: '{"keys":[{"createdAtMs":0,"privateKey":"secret"}]}' },
])('a file that holds $name starts nothing, and is left as it is', ({ text }) => {
  const file = join(folder, 'broken.json')
  writeFileSync(file, text)
  expect(() => keyRingOf(file, at(1))).toThrow(expect.objectContaining({ code: 'invalid', hint: expect.stringContaining('Bring it back from a copy') }))
  expect(readFileSync(file, 'utf8')).toBe(text)
})
