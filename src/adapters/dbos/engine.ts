/**
 * The durable engine on DBOS Transact and PostgreSQL.
 *
 * A mission is one DBOS workflow on a named queue, which any process of the fleet may take. DBOS keeps itself in
 * static state: a process has one engine at a time, and a second one may start only after the first was stopped.
 * The version is pinned, because DBOS would otherwise leave missions of an older build waiting for ever; a change
 * of the order of steps must go through `DBOS.patch`.
 */

import { DBOS } from '@dbos-inc/dbos-sdk'
import { Pool } from 'pg'
import { assert } from '../../kernel/assert.ts'
import type { Clock } from '../../kernel/clock.ts'
import { fault } from '../../kernel/fault.ts'
import type { JsonValue } from '../../kernel/json.ts'
import type { Log } from '../../kernel/log.ts'
import type { Engine, MissionBody, MissionStatus } from '../../ports/engine.ts'
import { withIdleLimit } from './database-url.ts'
import { dbosFault, stopsRun, toFault } from './dbos-fault.ts'
import { dbosLogger } from './dbos-log.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { createMissionRun, type RunSetting } from './mission-run.ts'
import { readOwnership } from './ownership.ts'
import { createParking } from './parking.ts'

export interface DbosEngineOptions {
  readonly databaseUrl: string
  /** Stable for this process among all that share the database: after a restart it takes up its own missions. */
  readonly executorId: string
  readonly log: Log
  /** The machine's clock. */
  readonly clock: Clock
  /** How fast the missions' time runs: durations are divided by it. 1 unless the cluster's clock is scaled. */
  readonly clockFactor?: number
  /** Missions this process works at once. A mission that waits for a person counts, so the number is generous. */
  readonly missionsMax?: number
  readonly beatMs?: number
  readonly staleMs?: number
}

interface Life {
  readonly options: DbosEngineOptions
  readonly setting: RunSetting
  readonly pool: Pool
  readonly fleet: Fleet
  readonly body: MissionBody
}

const QUEUE_NAME = 'missions'
/** Recovered missions come back through the queue: this is how long they wait to be taken. */
const QUEUE_POLL_MS = 100
/** Handles of queued missions poll; ten times a second is quick for a person and nothing for the database. */
const RESULT_POLL_MS = 100
const MISSIONS_MAX = 1_000
/** Every recovery counts, also of a mission that only waits; the limit must never be met by restarts. */
const RECOVERIES_MAX = 1_000_000
const BEAT_MS = 1_000
const STALE_MS = 10_000
/** Waiting for running steps must end before a container platform loses patience (30 s by default). */
const STOP_TIMEOUT_MS = 20_000
/** Fence and heartbeat; DBOS has ten connections of its own. */
const CONNECTIONS_MAX = 4

/** The engine that runs in this process. DBOS registers workflows once a process, so the body is looked up here. */
let current: Life | undefined

const missionWorkflow = DBOS.registerWorkflow(runMission, { name: 'mission', maxRecoveryAttempts: RECOVERIES_MAX })

export function createDbosEngine(options: DbosEngineOptions): Engine {
  return {
    start: (body) => start(options, body),
    launch: (missionId, input) => call('launch mission', missionId, () => launch(missionId, input)),
    send: (missionId, topic, message, key) => call('send to mission', missionId, () => DBOS.send(missionId, JSON.stringify(message), topic, key)),
    status: (missionId) => call('read mission', missionId, () => statusOf(missionId)),
    result: (missionId) => call('await mission', missionId, () => resultOf(missionId)),
    cancel: (missionId) => call('cancel mission', missionId, () => cancel(missionId)),
    stop: () => stop(options),
  }
}

async function start(options: DbosEngineOptions, body: MissionBody): Promise<void> {
  assert(current === undefined, 'a process has one engine at a time')
  const life = createLife(options, body)
  current = life
  try {
    await life.fleet.enter()
    await launchDbos(life)
  } catch (error) {
    current = undefined
    await DBOS.shutdown().catch(() => undefined)
    await life.pool.end()
    throw dbosFault(error, 'start engine', options.executorId)
  }
  life.fleet.watch()
}

function createLife(options: DbosEngineOptions, body: MissionBody): Life {
  const { clock, log, executorId, clockFactor = 1, beatMs = BEAT_MS, staleMs = STALE_MS } = options
  const pool = new Pool({ connectionString: options.databaseUrl, max: CONNECTIONS_MAX, connectionTimeoutMillis: 10_000, query_timeout: 10_000, allowExitOnIdle: true, application_name: 'boyd-engine' })
  // Unheard, the event of a broken idle connection would end the process.
  pool.on('error', (error) => log.warn('a connection of the engine broke', { error: error.message }))
  const fleet = createFleet({ pool, clock, log, executorId, queueName: QUEUE_NAME, beatMs, staleMs })
  return { options, pool, fleet, body, setting: { clock, clockFactor, parking: createParking() } }
}

async function launchDbos({ options, setting }: Life): Promise<void> {
  DBOS.setConfig({
    name: 'boyd',
    systemDatabaseUrl: withIdleLimit(options.databaseUrl),
    executorID: options.executorId,
    applicationVersion: 'boyd',
    enablePatching: true,
    logger: dbosLogger(options.log, setting.parking.isClosed),
  })
  await DBOS.launch()
  await DBOS.registerQueue(QUEUE_NAME, { workerConcurrency: options.missionsMax ?? MISSIONS_MAX, minPollingIntervalMs: QUEUE_POLL_MS, onConflict: 'always_update' })
}

/** The workflow. Arguments and result are JSON text; the fault a mission ends with is what DBOS records as its error. */
async function runMission(missionId: string, inputText: string): Promise<string> {
  const life = current
  // Taken from the queue in the instant the engine went down: it stays ours in the journal, for the next life.
  if (life === undefined) return new Promise(() => undefined)
  const { setting, options, pool, body } = life
  const ownership = await readOwnership({ pool, missionId, executorId: options.executorId, clock: options.clock })
  try {
    const result = await body(JSON.parse(inputText) as JsonValue, createMissionRun(setting, missionId, ownership))
    return JSON.stringify(result)
  } catch (error) {
    if (stopsRun(error)) throw error
    const ended = toFault(error, 'mission')
    options.log.error('a mission ended with a fault', { missionId, code: ended.code, error: ended.message, stack: error instanceof Error ? error.stack : undefined })
    throw ended
  }
}

async function launch(missionId: string, input: JsonValue): Promise<void> {
  await DBOS.startWorkflow(missionWorkflow, { workflowID: missionId, queueName: QUEUE_NAME })(missionId, JSON.stringify(input))
}

const STATUS: Readonly<Record<string, MissionStatus>> = {
  ENQUEUED: 'queued',
  DELAYED: 'queued',
  PENDING: 'running',
  SUCCESS: 'done',
  ERROR: 'failed',
  MAX_RECOVERY_ATTEMPTS_EXCEEDED: 'failed',
  CANCELLED: 'cancelled',
}

async function statusOf(missionId: string): Promise<MissionStatus | undefined> {
  const found = await DBOS.getWorkflowStatus(missionId)
  if (found === null) return undefined
  const status = STATUS[found.status]
  assert(status !== undefined, `a known DBOS status: ${found.status}`)
  return status
}

async function resultOf(missionId: string): Promise<JsonValue> {
  await mustExist(missionId, 'await mission')
  const text = await DBOS.getResult<string>(missionId, { pollingIntervalMs: RESULT_POLL_MS })
  return JSON.parse(text ?? 'null') as JsonValue
}

async function cancel(missionId: string): Promise<void> {
  await mustExist(missionId, 'cancel mission')
  await DBOS.cancelWorkflow(missionId)
}

async function mustExist(missionId: string, operation: string): Promise<void> {
  if ((await DBOS.getWorkflowStatus(missionId)) !== null) return
  throw fault({ code: 'not-found', operation, subject: missionId, message: 'there is no such mission' })
}

async function call<T>(operation: string, missionId: string, work: () => Promise<T>): Promise<T> {
  assert(current !== undefined, 'the engine was started')
  try {
    return await work()
  } catch (error) {
    throw dbosFault(error, operation, missionId)
  }
}

async function stop(options: DbosEngineOptions): Promise<void> {
  const life = current
  if (life === undefined || life.options !== options) return
  life.fleet.leave()
  await withinStopTime(life.setting.parking.close(), options)
  await DBOS.shutdown()
  await life.pool.end()
  current = undefined
}

/** A step that takes longer is left: it is not recorded, and runs again at the next start. */
async function withinStopTime(steps: Promise<void>, { clock, log }: DbosEngineOptions): Promise<void> {
  const timer = new AbortController()
  const late = clock.sleep(STOP_TIMEOUT_MS, { signal: timer.signal }).then(() => log.warn('stopping without waiting for long steps'), () => undefined)
  await Promise.race([steps, late])
  timer.abort()
}
