/**
 * The process that the crash tests kill: starts the engine, sees to it that every mission is launched and has its
 * message, and ends with 0 when all are done. Usage: crash-worker.ts JSON.
 */

import { createDbosEngine } from '../../src/adapters/dbos/engine.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import type { MissionRun } from '../../src/ports/engine.ts'

export interface CrashJob {
  readonly databaseUrl: string
  readonly actionUrl: string
  readonly executorId: string
  readonly missions: number
  readonly steps: number
  readonly staleMs: number
}

const job = JSON.parse(process.argv[2] ?? '') as CrashJob
const engine = createDbosEngine({ databaseUrl: job.databaseUrl, executorId: job.executorId, log: silentLog(), clock: systemClock(), beatMs: 200, staleMs: job.staleMs })

async function act(key: string): Promise<string> {
  const response = await fetch(`${job.actionUrl}/${encodeURIComponent(key)}`, { method: 'POST' })
  return response.text()
}

/** Half of the steps, then a person's word, then the other half. */
async function mission(run: MissionRun): Promise<readonly string[]> {
  const answers: string[] = []
  for (let step = 1; step <= job.steps; step += 1) {
    if (step === Math.ceil(job.steps / 2)) answers.push((await run.receive<string>('go', 600_000)) ?? 'nothing')
    answers.push(await run.fencedStep(`act-${step}`, act))
  }
  return answers
}

await engine.start((_input, run) => mission(run))
const ids = Array.from({ length: job.missions }, (_, index) => `mis-${index + 1}`)
for (const id of ids) {
  await engine.launch(id, null)
  await engine.send(id, 'go', `go ${id}`, 'go')
}
const results = await Promise.all(ids.map((id) => engine.result(id)))
process.stdout.write(JSON.stringify(results), () => process.exit(0))
