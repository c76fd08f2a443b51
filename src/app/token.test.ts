import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { announceServer, operatorToken, tokenFor } from './token.ts'

const folder = mkdtempSync(join(tmpdir(), 'token-'))
afterAll(() => rmSync(folder, { recursive: true }))
const [home, demo] = [join(folder, 'home'), join(folder, 'home', 'demos', '1')]
const URL = 'http://127.0.0.1:4000'

test('a token stays what it is, and homes have different ones', () => {
  expect(operatorToken(home)).toBe(operatorToken(home))
  expect(operatorToken(home)).not.toBe(operatorToken(demo))
})

test.each([
  { name: 'nothing was announced', announce: () => undefined, want: () => operatorToken(home) },
  { name: 'the server of this home', announce: () => announceServer(home, { url: URL, pid: 1 }), want: () => operatorToken(home) },
  { name: 'a demo, from the home that it was started with', announce: () => announceServer(home, { url: URL, pid: 1, home: demo }), want: () => operatorToken(demo) },
  { name: 'another server than the one that was announced', announce: () => announceServer(home, { url: 'http://127.0.0.1:4001', pid: 1, home: demo }), want: () => operatorToken(home) },
])('$name', ({ announce, want }) => {
  announce()
  expect(tokenFor(home, URL)).toBe(want())
})
