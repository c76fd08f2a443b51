/**
 * Named instants at which the process can be told to die, as `kill -9` would have it.
 *
 * Fault injection is part of the product: the kill test, an operator's game day and a support case use the
 * same door. `BOYD_CRASH_POINT=name#3` dies at the third passage of `name`; `BOYD_CRASH_RECORD=FILE` writes
 * each passage as a line, which is how the kill test learns the points there are.
 */

import { appendFileSync } from 'node:fs'

export interface CrashPoints {
  /** Marks a passage. Returns, unless this is the passage at which to die. */
  pass(name: string): void
}

/** Crash points steered by the environment; without the variables each passage is a counter and nothing else. */
export function environmentCrashPoints(environment: Readonly<Record<string, string | undefined>>): CrashPoints {
  const target = environment['BOYD_CRASH_POINT']
  const recordFile = environment['BOYD_CRASH_RECORD']
  const passages = new Map<string, number>()
  return {
    pass(name) {
      const count = (passages.get(name) ?? 0) + 1
      passages.set(name, count)
      if (recordFile !== undefined) appendFileSync(recordFile, `${name}#${count}\n`)
      if (target === `${name}#${count}`) process.kill(process.pid, 'SIGKILL')
    },
  }
}

export const noCrashPoints: CrashPoints = { pass: () => undefined }
