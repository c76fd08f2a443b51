import { expect, test } from 'vitest'
import type { Ending } from './container-trouble.ts'
import { endingText } from './exit-codes.ts'

const ended = (exitCode: number, reason = 'Error'): Ending => ({ exitCode, reason, message: '', signal: undefined, startedMs: undefined, finishedMs: undefined, path: '' })

test.each([
  { code: 0, says: /ended well/ },
  { code: 1, says: /application reported an error/ },
  { code: 126, says: /cannot be executed/ },
  { code: 127, says: /not found/ },
  { code: 128, says: /runtime could not start/ },
  { code: 134, says: /SIGABRT/ },
  { code: 137, says: /SIGKILL/ },
  { code: 139, says: /SIGSEGV/ },
  { code: 143, says: /SIGTERM/ },
  { code: 255, says: /an error that it tells apart no further, or the runtime lost the code/ },
  { code: 42, says: /application reported an error/ },
])('code $code', ({ code, says }) => expect(endingText(ended(code))).toMatch(says))

test('137 is any SIGKILL: memory is said by the reason and by nothing else', () => {
  expect(endingText(ended(137))).toContain('not for memory')
  expect(endingText(ended(137, 'OOMKilled'))).toBe('exit code 137: the kernel ended it for memory')
})

test('255 is an ordinary code, inside the range of a byte', () => {
  expect(endingText(ended(255))).not.toMatch(/invalid|out of range/)
})

test('what the runtime says of the start goes before the code', () => {
  expect(endingText(ended(128, 'StartError'))).toContain('could not start')
  expect(endingText(ended(137, 'ContainerStatusUnknown'))).toContain('lost track')
})
