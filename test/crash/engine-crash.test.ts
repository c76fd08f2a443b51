/**
 * Nothing is done twice or forgotten: worker processes are killed at seeded random instants, as `kill -9` does it,
 * until their missions are done. `BOYD_CRASH_SEED` runs another draw; a failure names its seed.
 */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRng } from '../../src/kernel/rng.ts'
import { startTestDatabase, type TestDatabase } from '../contract/store-database.ts'
import { startActionServer, type ActionServer } from './action-server.ts'
import type { CrashJob } from './crash-worker.ts'

const SEED = Number(process.env['BOYD_CRASH_SEED'] ?? 20_261_121)
const MISSIONS = 12
const STEPS = 30
const TEST_TIMEOUT_MS = 120_000

let database: TestDatabase
let actions: ActionServer
beforeEach(async () => {
  database = await startTestDatabase()
  actions = await startActionServer({ answerAfterMs: 40 })
})
afterEach(async () => {
  await actions.stop()
  await database.stop()
})

interface Worker {
  /** What it printed when it ended by itself, or undefined when it was killed. */
  readonly ended: Promise<string | undefined>
  kill(): void
}

function startWorker(change: Partial<CrashJob>): Worker {
  const job: CrashJob = { databaseUrl: database.url, actionUrl: actions.url, executorId: 'worker-1', missions: MISSIONS, steps: STEPS, staleMs: 1_500, ...change }
  const child = spawn(process.execPath, [join(import.meta.dirname, 'crash-worker.ts'), JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = new Promise<string | undefined>((resolve, reject) => {
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(undefined)
      else if (code === 0) resolve(output)
      else reject(new Error(`the worker ended with ${code}`))
    })
  })
  return { ended, kill: () => child.kill('SIGKILL') }
}

function pause(durationMs: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), durationMs))
}

/** Every effect wanted, once, in each mission's order; and repeats only of what a kill can have cut short. */
function expectEachOnce(output: string | undefined, kills: number): void {
  const wanted = Array.from({ length: MISSIONS }, (_, mission) => Array.from({ length: STEPS }, (_, step) => `mis-${mission + 1}/act-${step + 1}`))
  expect([...actions.effects].sort(), `seed ${SEED}`).toEqual(wanted.flat().sort())
  for (const [index, keys] of wanted.entries()) {
    expect(actions.effects.filter((key) => key.startsWith(`mis-${index + 1}/`))).toEqual(keys)
  }
  // A recorded step never runs again: at most the one step that each mission was in is repeated for each kill.
  expect(actions.calls.length - actions.effects.length).toBeLessThanOrEqual(kills * MISSIONS)
  const answers = wanted.map((keys, index) => keys.map((key) => `did ${key}`).toSpliced(Math.ceil(STEPS / 2) - 1, 0, `go mis-${index + 1}`))
  expect(JSON.parse(output ?? 'null')).toEqual(answers)
}

test(
  'a worker that is killed again and again ends with every effect done once',
  async () => {
    const rng = createRng(SEED)
    let kills = 0
    let output: string | undefined
    while (output === undefined) {
      const worker = startWorker({})
      // From before the engine is up to well into the work; the later ones let more be done, so that it ends.
      if (kills < 12) output = await Promise.race([worker.ended, pause(300 + rng.below(1_000 + 50 * kills))])
      else output = await worker.ended
      if (output !== undefined) break
      worker.kill()
      await worker.ended
      kills += 1
    }
    expect(kills, `seed ${SEED}`).toBeGreaterThanOrEqual(3)
    expectEachOnce(output, kills)
  },
  TEST_TIMEOUT_MS,
)

test(
  'what a worker left that never comes back is done by another',
  async () => {
    const rng = createRng(SEED).fork('fleet')
    const lost = startWorker({ executorId: 'worker-1' })
    while (actions.effects.length < MISSIONS) await pause(20)
    const heir = startWorker({ executorId: 'worker-2' })
    await pause(rng.below(800))
    lost.kill()
    expect(await lost.ended).toBeUndefined()
    expectEachOnce(await heir.ended, 1)
  },
  TEST_TIMEOUT_MS,
)
