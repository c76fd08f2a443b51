/**
 * Asking people on the real engine: who is told next is told once, also when the process went down between two of them, and an
 * answer ends the telling.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from '../../test/contract/store-database.ts'
import { createDbosEngine } from '../adapters/dbos/engine.ts'
import { approvalOf, planOf, rehearsalOf } from '../gate/examples.test-support.ts'
import { systemClock } from '../kernel/clock.ts'
import type { JsonValue } from '../kernel/json.ts'
import { silentLog } from '../kernel/log.ts'
import { planHash } from '../model/plan.ts'
import type { Engine } from '../ports/engine.ts'
import { choose } from './choose.ts'
import type { Stages } from './stages.ts'

const plan = planOf([{ verb: 'delete-node', target: { apiVersion: 'v1', kind: 'Node', name: 'worker-1' } }])
const asked = approvalOf(plan, { requestedAtMs: 0, expiresAtMs: 120_000 })
const ANNOUNCEMENTS = [{ afterMs: 0, channels: ['on-call'] }, { afterMs: 2_000, channels: ['leads'] }, { afterMs: 90_000, channels: ['head'] }]

let server: TestDatabase
beforeAll(async () => {
  server = await startTestDatabase()
})
afterAll(() => server.stop())

const told: string[] = []
let settles = 0

const stages: Pick<Stages, 'judge' | 'requestApproval' | 'announceApproval' | 'settleApproval'> = {
  judge: () => Promise.resolve({ kind: 'verdict', planHash: planHash(plan), policyDigest: 'p', decidedAtMs: 0, reasons: [], decision: 'ask', approvals: 1, distinctTeams: 1, breakGlass: false }),
  requestApproval: () => Promise.resolve({ type: 'asked', approval: asked, announcements: ANNOUNCEMENTS }),
  announceApproval: async (_key, _id, { channels, again }) => void told.push(...channels.map((channel) => `${channel}${again ? ', still open' : ''}`)),
  settleApproval: async () => {
    settles += 1
    return { approval: { ...asked, state: 'consumed' }, used: true, again: false }
  },
}

/** One life of the process. */
async function life(): Promise<Engine> {
  const engine = createDbosEngine({ databaseUrl: server.url, executorId: 'asking', log: silentLog(), clock: systemClock() })
  await engine.start(async (_input, run) => {
    const candidate = { plan, planHash: planHash(plan), rehearsal: rehearsalOf(plan) }
    const choice = await choose({ run, stages: stages as Stages, turn: 1, observation: { snapshotDigest: '', takenAtMs: 0, objectCount: 0 }, candidates: [candidate] })
    return { type: choice.type } as JsonValue
  })
  return engine
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await pause(50)
}

test('a process that goes down between two of them tells each once, and stops when somebody answers', async () => {
  const first = await life()
  await first.launch('mis-asking', {})
  await until(() => told.length === 1)
  await first.stop()
  const second = await life()
  await until(() => told.length === 2)
  await second.send('mis-asking', `approval-${asked.id}`, { state: 'granted' }, 'answer')
  expect(await second.result('mis-asking')).toEqual({ type: 'chosen' })
  expect([told, settles]).toEqual([['on-call', 'leads, still open'], 1])
  await second.stop()
})
