/**
 * What every `Engine` must do. Run over each adapter by its test file.
 *
 * An engine takes one body, so the suite's body looks up the script that a test wrote for its mission.
 */

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fault, faultData, isFault } from '../../src/kernel/fault.ts'
import type { JsonValue } from '../../src/kernel/json.ts'
import { PORT_ATTEMPTS_MAX } from '../../src/kernel/limits.ts'
import type { Engine, MissionBody, MissionRun } from '../../src/ports/engine.ts'

type Work = () => Promise<JsonValue>
type Script = (run: MissionRun, input: JsonValue) => Promise<JsonValue>

/** How much faster than the machine's the missions' time runs in this suite. */
export const SUITE_CLOCK_FACTOR = 10

export interface EngineBench {
  /** A new engine over the same journal, its missions' time `SUITE_CLOCK_FACTOR` times as fast as the machine's. */
  make(): Engine
}

export interface Stage {
  engine(): Engine
  /** Launches a mission that runs `script`. */
  launch(script: Script, input?: JsonValue): Promise<string>
  /** Stops the engine and starts another over the same journal. */
  restart(): Promise<void>
}

export function engineContract(name: string, open: () => Promise<EngineBench>, more?: (stage: Stage) => void): void {
  describe(`engine contract: ${name}`, () => {
    const scripts = new Map<string, Script>()
    const body: MissionBody = (input, run) => {
      const script = scripts.get(run.missionId)
      if (script === undefined) throw new Error(`no script for ${run.missionId}`)
      return script(run, input)
    }
    let bench: EngineBench
    let engine: Engine
    let serial = 0
    const stage: Stage = {
      engine: () => engine,
      async launch(script, input = null) {
        serial += 1
        const missionId = `mis-${serial}`
        scripts.set(missionId, script)
        await engine.launch(missionId, input)
        return missionId
      },
      async restart() {
        await engine.stop()
        engine = bench.make()
        await engine.start(body)
      },
    }
    beforeAll(async () => {
      bench = await open()
      engine = bench.make()
      await engine.start(body)
    })
    afterAll(() => engine.stop())
    stepCases(stage)
    faultCases(stage)
    messageCases(stage)
    lifeCases(stage)
    more?.(stage)
  })
}

function stepCases(stage: Stage): void {
  describe('steps', () => {
    test('run in order, each with a key of its own, and the result is the body’s', async () => {
      const keys: string[] = []
      const id = await stage.launch(
        async (run, input) => {
          const first = await run.step('first', async (key) => (keys.push(key), { n: 1 }))
          const second = await run.fencedStep('second', async (key) => (keys.push(key), { n: first.n + 1 }))
          return { input, second }
        },
        { incidentId: 'inc-7', odd: '\u0000 漢 \ud800' },
      )
      expect(await stage.engine().result(id)).toEqual({ input: { incidentId: 'inc-7', odd: '\u0000 漢 \ud800' }, second: { n: 2 } })
      expect(keys).toEqual([`${id}/first`, `${id}/second`])
      expect(await stage.engine().status(id)).toBe('done')
    })

    test('a result is what JSON keeps of it, the first time already', async () => {
      const id = await stage.launch(async (run) => {
        const nothing = await run.step('nothing', async () => undefined)
        const value = await run.step('value', async () => ({ gone: undefined, at: new Date(0), list: [1, null] }) as unknown as JsonValue)
        return { nothing: nothing === undefined, value }
      })
      expect(await stage.engine().result(id)).toEqual({ nothing: true, value: { at: '1970-01-01T00:00:00.000Z', list: [1, null] } })
    })

    test('run side by side', async () => {
      const id = await stage.launch((run) => Promise.all([1, 2, 3, 4].map((n) => run.fencedStep(`side-${n}`, async () => n * n))))
      expect(await stage.engine().result(id)).toEqual([1, 4, 9, 16])
    })

    test('a name that is used twice fails the mission before its work runs', async () => {
      const work = vi.fn<Work>(async () => 1)
      const id = await stage.launch(async (run) => {
        await run.step('same', work)
        return run.fencedStep('same', work)
      })
      await expect(stage.engine().result(id)).rejects.toMatchObject({ kind: 'fault', code: 'internal' })
      expect(work).toHaveBeenCalledTimes(1)
    })

    test('a mission launched twice is one mission', async () => {
      const work = vi.fn<Work>(async () => 'done')
      const id = await stage.launch((run) => run.step('only', work))
      await Promise.all([stage.engine().launch(id, null), stage.engine().launch(id, { other: true })])
      await stage.engine().result(id)
      await stage.engine().launch(id, null)
      expect(await stage.engine().result(id)).toBe('done')
      expect(work).toHaveBeenCalledTimes(1)
    })
  })
}

function faultCases(stage: Stage): void {
  const refused = { code: 'conflict', operation: 'kubernetes evict', subject: 'Pod shop/cart', message: 'budget', hint: 'Wait.', statusCode: 429 } as const

  describe('faults', () => {
    test('a fault reaches the body whole, after one attempt', async () => {
      const work = vi.fn<Work>(() => Promise.reject(fault(refused)))
      const id = await stage.launch(async (run) => {
        const caught: unknown = await run.step('evict', work).catch((error: unknown) => error)
        return caught instanceof Error && isFault(caught) ? { ...faultData(caught) } : 'no fault'
      })
      expect(await stage.engine().result(id)).toMatchObject({ kind: 'fault', recovery: 'reread', ...refused })
      expect(work).toHaveBeenCalledTimes(1)
    })

    test('a fault that nobody catches is what the mission ends with', async () => {
      const id = await stage.launch((run) => run.step('evict', async () => Promise.reject(fault(refused))))
      await expect(stage.engine().result(id)).rejects.toMatchObject({ kind: 'fault', recovery: 'reread', ...refused })
      expect(await stage.engine().status(id)).toBe('failed')
    })

    test('a fault that may heal is tried again', async () => {
      let attempts = 0
      const id = await stage.launch((run) =>
        run.fencedStep('flaky', async () => {
          attempts += 1
          if (attempts < 3) throw fault({ code: 'unavailable', operation: 'x', message: 'down', retryAfterMs: 10 })
          return attempts
        }),
      )
      expect(await stage.engine().result(id)).toBe(3)
    })

    test('but not for ever', async () => {
      const work = vi.fn<Work>(() => Promise.reject(fault({ code: 'timeout', operation: 'x', message: 'slow', retryAfterMs: 10 })))
      const id = await stage.launch((run) => run.step('dead', work))
      await expect(stage.engine().result(id)).rejects.toMatchObject({ code: 'timeout' })
      expect(work).toHaveBeenCalledTimes(PORT_ATTEMPTS_MAX)
    })

    test.each([
      { where: 'a step', script: (run: MissionRun) => run.step('broken', async () => Promise.reject(new TypeError('a bug'))) },
      { where: 'the body', script: async () => Promise.reject(new TypeError('a bug')) },
    ])('a bug in $where fails the mission as an internal fault', async ({ script }) => {
      const id = await stage.launch(script)
      await expect(stage.engine().result(id)).rejects.toMatchObject({ kind: 'fault', code: 'internal', message: 'a bug' })
      expect(await stage.engine().status(id)).toBe('failed')
    })
  })
}

function messageCases(stage: Stage): void {
  describe('messages and time', () => {
    test('a message wakes the mission that waits for it', async () => {
      const id = await stage.launch(async (run) => (await run.receive<JsonValue>('approval', 600_000)) ?? 'none')
      await vi.waitFor(async () => expect(await stage.engine().status(id)).toBe('running'))
      await stage.engine().send(id, 'approval', { state: 'granted' }, 'apr-1-granted')
      expect(await stage.engine().result(id)).toEqual({ state: 'granted' })
    })

    test('messages sent early are kept, by topic and in order; a repeated key is ignored', async () => {
      const id = await stage.launch(async (run) => {
        await run.receive('go', 600_000)
        const got: JsonValue[] = []
        for (const topic of ['a', 'a', 'b', 'a']) got.push((await run.receive<JsonValue>(topic, 100)) ?? null)
        return got
      })
      await stage.engine().send(id, 'a', 1, 'key-1')
      await stage.engine().send(id, 'b', 'of b', 'key-2')
      await stage.engine().send(id, 'a', 2, 'key-3')
      await stage.engine().send(id, 'a', 'again', 'key-1')
      await stage.engine().send(id, 'go', true, 'key-4')
      expect(await stage.engine().result(id)).toEqual([1, 2, 'of b', null])
    })

    test('a key that was received stays used', async () => {
      const id = await stage.launch(async (run) => [(await run.receive<JsonValue>('a', 600_000)) ?? null, (await run.receive<JsonValue>('b', 600_000)) ?? null, (await run.receive<JsonValue>('a', 1_000)) ?? null])
      await stage.engine().send(id, 'a', 1, 'key-1')
      await vi.waitFor(async () => expect(await stage.engine().status(id)).toBe('running'))
      await stage.engine().send(id, 'b', 2, 'key-2')
      await stage.engine().send(id, 'a', 1, 'key-1')
      expect(await stage.engine().result(id)).toEqual([1, 2, null])
    })

    test('sleep and time-outs run in the mission’s time', async () => {
      const id = await stage.launch(async (run) => {
        const startedMs = Date.now()
        await run.sleep('nap', 3_000)
        const sleptMs = Date.now() - startedMs
        const received = await run.receive('nobody', 2_000)
        return { sleptMs, waitedMs: Date.now() - startedMs - sleptMs, received: received === undefined }
      })
      const result = (await stage.engine().result(id)) as { readonly sleptMs: number; readonly waitedMs: number; readonly received: boolean }
      expect(result.received).toBe(true)
      expect(result.sleptMs).toBeGreaterThanOrEqual(3_000 / SUITE_CLOCK_FACTOR - 5)
      expect(result.sleptMs).toBeLessThan(3_000)
      expect(result.waitedMs).toBeGreaterThanOrEqual(2_000 / SUITE_CLOCK_FACTOR - 5)
      expect(result.waitedMs).toBeLessThan(2_000)
    })

    test('what concerns an unknown mission is a fault, and its status is undefined', async () => {
      const missing = { kind: 'fault', code: 'not-found' }
      await expect(stage.engine().send('mis-nobody', 'a', 1, 'k')).rejects.toMatchObject(missing)
      await expect(stage.engine().result('mis-nobody')).rejects.toMatchObject(missing)
      await expect(stage.engine().cancel('mis-nobody')).rejects.toMatchObject(missing)
      expect(await stage.engine().status('mis-nobody')).toBeUndefined()
    })
  })
}

function lifeCases(stage: Stage): void {
  describe('life and death', () => {
    test('a cancelled mission takes no further step', async () => {
      const after = vi.fn<Work>(async () => 1)
      const id = await stage.launch(async (run) => {
        await run.receive('go', 600_000)
        return run.fencedStep('after', after)
      })
      await vi.waitFor(async () => expect(await stage.engine().status(id)).toBe('running'))
      await stage.engine().cancel(id)
      await stage.engine().send(id, 'go', true, 'go')
      expect(await stage.engine().status(id)).toBe('cancelled')
      await expect(stage.engine().result(id)).rejects.toMatchObject({ kind: 'fault', code: 'conflict' })
      expect(after).not.toHaveBeenCalled()
    })

    test('missions go on after a stop, and recorded steps are not run again', async () => {
      const before = vi.fn<Work>(async () => 'before')
      const afterwards = vi.fn<Work>(async () => 'after')
      const id = await stage.launch(async (run) => {
        const first = await run.step('before', before)
        const message = await run.receive<string>('go', 6_000_000)
        return [first, message ?? null, await run.fencedStep('after', afterwards)]
      })
      await vi.waitFor(() => expect(before).toHaveBeenCalled())
      await stage.restart()
      expect(['queued', 'running']).toContain(await stage.engine().status(id))
      await stage.engine().send(id, 'go', 'went', 'go')
      expect(await stage.engine().result(id)).toEqual(['before', 'went', 'after'])
      expect(before).toHaveBeenCalledTimes(1)
      expect(afterwards).toHaveBeenCalledTimes(1)
    })

    test('stop waits until a running step is recorded, and takes no next one', async () => {
      const seen: string[] = []
      let release: () => void = () => undefined
      const id = await stage.launch(async (run) => {
        await run.step('long', async () => {
          seen.push('long begins')
          await new Promise<void>((resolve) => (release = resolve))
          seen.push('long ends')
        })
        await run.step('next', async () => void seen.push('next'))
        return null
      })
      await vi.waitFor(() => expect(seen).toEqual(['long begins']))
      const restarted = stage.restart()
      await new Promise((resolve) => setTimeout(resolve, 200))
      expect(seen).toEqual(['long begins'])
      release()
      await restarted
      await stage.engine().result(id)
      expect(seen).toEqual(['long begins', 'long ends', 'next'])
    })

    test('a fault that was recorded before a stop is the same after it', async () => {
      const work = vi.fn<Work>(() => Promise.reject(fault({ code: 'forbidden', operation: 'patch', message: 'no', statusCode: 403 })))
      const id = await stage.launch(async (run) => {
        const caught: unknown = await run.step('refused', work).catch((error: unknown) => error)
        await run.receive('go', 6_000_000)
        return isFault(caught) ? { ...faultData(caught) } : 'no fault'
      })
      await vi.waitFor(() => expect(work).toHaveBeenCalled())
      await stage.restart()
      await stage.engine().send(id, 'go', true, 'go')
      expect(await stage.engine().result(id)).toMatchObject({ kind: 'fault', code: 'forbidden', recovery: 'ask-human', statusCode: 403 })
      expect(work).toHaveBeenCalledTimes(1)
    })
  })
}
