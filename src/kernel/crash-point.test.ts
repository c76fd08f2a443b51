import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { environmentCrashPoints, noCrashPoints } from './crash-point.ts'

let folder: string
const deaths: string[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'boyd-crash-'))
  deaths.length = 0
  // A real death would take this process along: here the signal is only written down.
  vi.spyOn(process, 'kill').mockImplementation((pid, signal) => {
    deaths.push(`${pid} ${signal}`)
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

/** One life of a process: the passages it got through until it died or was done. */
function live(environment: Record<string, string>, names: readonly string[]): string[] {
  const points = environmentCrashPoints(environment)
  const passed: string[] = []
  const deathsBefore = deaths.length
  for (const name of names) {
    points.pass(name)
    if (deaths.length > deathsBefore) break
    passed.push(name)
  }
  return passed
}

test.each([
  { name: 'no variables: nobody dies', environment: {}, passed: ['a', 'b', 'a', 'a'] },
  { name: 'the third passage of a', environment: { BOYD_CRASH_POINT: 'a#3' }, passed: ['a', 'b', 'a'] },
  { name: 'the first passage of b', environment: { BOYD_CRASH_POINT: 'b#1' }, passed: ['a'] },
  { name: 'a passage that never comes', environment: { BOYD_CRASH_POINT: 'b#2' }, passed: ['a', 'b', 'a', 'a'] },
])('$name', ({ environment, passed }) => {
  expect(live(environment as Record<string, string>, ['a', 'b', 'a', 'a'])).toEqual(passed)
  expect(deaths).toEqual(passed.length === 4 ? [] : [`${process.pid} SIGKILL`])
})

test('each point kills once, over as many lives as there are points', () => {
  const each = join(folder, 'each')
  const lives = Array.from({ length: 5 }, () => live({ BOYD_CRASH_EACH: each }, ['a', 'b', 'a']))
  expect(lives).toEqual([[], ['a'], ['a', 'b'], ['a', 'b', 'a'], ['a', 'b', 'a']])
  expect(deaths).toHaveLength(3)
})

test('a record holds each passage, that of the death too', () => {
  const record = join(folder, 'record')
  live({ BOYD_CRASH_RECORD: record, BOYD_CRASH_POINT: 'a#2' }, ['a', 'b', 'a', 'b'])
  expect(readFileSync(record, 'utf8')).toBe('a#1\nb#1\na#2\n')
})

test('without crash points a passage leaves nothing behind', () => {
  noCrashPoints.pass('a')
  expect([deaths, existsSync(join(folder, 'record'))]).toEqual([[], false])
})
