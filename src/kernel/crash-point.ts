/**
 * Named instants at which the process can be told to die, as `kill -9` would have it.
 *
 * Fault injection is part of the product: the kill test, an operator's game day and a support case use the same
 * door. `BOYD_CRASH_POINT=name#3` dies at the third passage of `name` in this process. `BOYD_CRASH_EACH=FILE` dies at
 * every point once: the file remembers across restarts where the process has died already, so that a supervisor
 * that restarts it walks one mission through all of its deaths. `BOYD_CRASH_RECORD=FILE` only writes down each passage.
 */

import { appendFileSync, existsSync, readFileSync } from 'node:fs'

export interface CrashPoints {
  /** Marks a passage. Returns, unless this is a passage at which to die. */
  pass(name: string): void
}

/** Crash points steered by the environment; without the variables a passage is a counter and nothing else. */
export function environmentCrashPoints(environment: Readonly<Record<string, string | undefined>>): CrashPoints {
  const target = environment['BOYD_CRASH_POINT']
  const recordFile = environment['BOYD_CRASH_RECORD']
  const eachFile = environment['BOYD_CRASH_EACH']
  const survived = new Set(eachFile !== undefined && existsSync(eachFile) ? readFileSync(eachFile, 'utf8').split('\n') : [])
  const passages = new Map<string, number>()
  return {
    pass(name) {
      const count = (passages.get(name) ?? 0) + 1
      passages.set(name, count)
      const passage = `${name}#${count}`
      if (recordFile !== undefined) appendFileSync(recordFile, `${passage}\n`)
      if (passage === target) die()
      if (eachFile !== undefined && !survived.has(passage)) {
        appendFileSync(eachFile, `${passage}\n`)
        die()
      }
    },
  }
}

export const noCrashPoints: CrashPoints = { pass: () => undefined }

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}
