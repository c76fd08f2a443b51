import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createDbosEngine } from '../../src/adapters/dbos/engine.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { engineContract, SUITE_CLOCK_FACTOR, type Stage } from './engine-contract.ts'
import { startTestDatabase, type TestDatabase } from './store-database.ts'

type Work = () => Promise<string>

let server: TestDatabase
beforeAll(async () => {
  server = await startTestDatabase()
})
afterAll(() => server.stop())

const log = createLog({ level: process.env['BOYD_LOG_LEVEL'] === 'debug' ? 'debug' : 'silent' })

function make(): ReturnType<typeof createDbosEngine> {
  return createDbosEngine({ databaseUrl: server.url, executorId: 'suite', log, clock: systemClock(), clockFactor: SUITE_CLOCK_FACTOR, beatMs: 100, staleMs: 1_000 })
}

engineContract('DBOS', async () => ({ make }), fleetCases)

function fleetCases(stage: Stage): void {
  describe('fleet', () => {
    test('a run that lost its mission does not act, and records nothing', async () => {
      const act = vi.fn<Work>(async () => 'acted')
      let runs = 0
      const id = await stage.launch(async (run) => {
        runs += 1
        const pause = await run.step('pause', async () => {
          // The first run is overtaken while this step runs: its result is not recorded.
          if (runs === 1) await giveTo('elsewhere', id)
          return `of run ${runs}`
        })
        return [pause, await run.fencedStep('act', act)]
      })
      // "elsewhere" never beat, so it is struck off, and the mission comes back here and ends.
      expect(await stage.engine().result(id)).toEqual(['of run 2', 'acted'])
      expect(act).toHaveBeenCalledTimes(1)
    })

    test('the fence alone stops a run whose mission was taken within the same process', async () => {
      const act = vi.fn<Work>(async () => 'acted')
      let overtaken = false
      const id = await stage.launch(async (run) => {
        // Outside a step, where nothing of DBOS notices.
        if (!overtaken) {
          overtaken = true
          await giveTo('suite', id)
        }
        return run.fencedStep('act', act)
      })
      await vi.waitFor(() => expect(overtaken).toBe(true))
      await new Promise((resolve) => setTimeout(resolve, 200))
      expect(act).not.toHaveBeenCalled()
      expect(await stage.engine().status(id)).toBe('running')
      await stage.engine().cancel(id)
    })

    test('the missions of a process that fell silent are taken up', async () => {
      const observe = vi.fn<Work>(async () => 'observed')
      const id = await stage.launch(async (run) => [await run.step('observe', observe), (await run.receive<string>('go', 6_000_000)) ?? null])
      await vi.waitFor(() => expect(observe).toHaveBeenCalled())
      await new Promise((resolve) => setTimeout(resolve, 100))
      await giveTo('worker-9', id)
      await server.database.change("insert into boyd_engine.executors values ('worker-9', now() - interval '1 minute')")
      await vi.waitFor(async () => expect(await ownerOf(id)).toBe('suite'), { timeout: 5_000 })
      await stage.engine().send(id, 'go', 'went', 'go')
      expect(await stage.engine().result(id)).toEqual(['observed', 'went'])
      expect(observe).toHaveBeenCalledTimes(1)
      expect(await server.database.rows("select id from boyd_engine.executors where id = 'worker-9'")).toEqual([])
    })

    test('a process that still beats keeps its missions', async () => {
      const id = await stage.launch(async (run) => (await run.receive<string>('go', 6_000_000)) ?? null)
      await vi.waitFor(async () => expect(await stage.engine().status(id)).toBe('running'))
      await server.database.change("insert into boyd_engine.executors values ('worker-8', now() + interval '1 minute')")
      await giveTo('worker-8', id)
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      expect(await ownerOf(id)).toBe('worker-8')
      await stage.engine().cancel(id)
    })

    test('a second engine in one process is refused', async () => {
      await expect(make().start(async () => null)).rejects.toThrow('one engine at a time')
    })
  })
}

/** What the journal looks like after another process claimed the mission. */
async function giveTo(executorId: string, missionId: string): Promise<void> {
  await server.database.change('update dbos.workflow_status set executor_id = $1, owner_xid = gen_random_uuid()::text where workflow_uuid = $2', [executorId, missionId])
}

async function ownerOf(missionId: string): Promise<string | undefined> {
  const rows = await server.database.rows<{ executor_id: string }>('select executor_id from dbos.workflow_status where workflow_uuid = $1', [missionId])
  return rows[0]?.executor_id
}
