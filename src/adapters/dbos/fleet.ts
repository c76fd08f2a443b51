/**
 * The fleet: processes that share one database, and what becomes of the missions of one that died.
 *
 * DBOS itself only recovers what the starting process ran under the same name. So every process says each second
 * that it lives, and every process looks for one that has fallen silent, hands its missions back to the queue and
 * strikes it off. There is no leader: a leader that freezes keeps its lock and nobody looks. The database's
 * clock judges, since all share it. A process that is only slow loses its missions, too: the fence keeps it from
 * acting on them.
 */

import { DBOS } from '@dbos-inc/dbos-sdk'
import type { Pool, PoolClient } from 'pg'
import type { Cancel, Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'

export interface FleetSetting {
  readonly pool: Pool
  readonly clock: Clock
  readonly log: Log
  readonly executorId: string
  readonly queueName: string
  readonly beatMs: number
  /** Silence after which a process counts as dead. Many beats, so that a slow disk is no funeral. */
  readonly staleMs: number
}

export interface Fleet {
  /** Enters this process. Must come before it may own a mission, or nobody would miss it. */
  enter(): Promise<void>
  /** Beats and looks after the others, until `leave`. */
  watch(): void
  /** Stops beating. The entry stays: if this process never comes back, its missions are handed on. */
  leave(): void
}

/** `boydflet` as eight bytes of ASCII: two processes that start at once make the table one after the other. */
const FLEET_LOCK = '7093021410253890932'
const SCHEMA = `
begin;
select pg_advisory_xact_lock(${FLEET_LOCK});
create schema if not exists boyd_engine;
create table if not exists boyd_engine.executors (id text primary key, beat_at timestamptz not null);
commit;`

export function createFleet(setting: FleetSetting): Fleet {
  let cancel: Cancel = () => undefined
  let left = false
  const round = async (): Promise<void> => {
    try {
      await beat(setting)
      await reap(setting)
    } catch (error) {
      setting.log.warn('the fleet cannot be looked after', { error: error instanceof Error ? error.message : String(error) })
    }
    if (!left) cancel = setting.clock.after(setting.beatMs, () => void round())
  }
  return {
    async enter() {
      await setting.pool.query(SCHEMA)
      await beat(setting)
    },
    watch: () => void round(),
    leave() {
      left = true
      cancel()
    },
  }
}

async function beat({ pool, executorId }: FleetSetting): Promise<void> {
  await pool.query('insert into boyd_engine.executors (id, beat_at) values ($1, clock_timestamp()) on conflict (id) do update set beat_at = excluded.beat_at', [executorId])
}

/**
 * Hands on the missions of the silent. The rows stay locked meanwhile, so each is handled by one process; if that
 * one dies here, they stay and the next round of another finds them.
 */
async function reap(setting: FleetSetting): Promise<void> {
  const client = await setting.pool.connect()
  try {
    await client.query("begin; set local idle_in_transaction_session_timeout = '5s'; set local lock_timeout = '5s'")
    for (const id of await silentExecutors(client, setting)) {
      await handOn(setting, id)
      await client.query('delete from boyd_engine.executors where id = $1', [id])
    }
    await client.query('commit')
    client.release()
  } catch (error) {
    // Closing the connection rolls back.
    client.release(true)
    throw error
  }
}

/** The entered that fell silent, and owners of running missions that were struck off and then owned once more. */
async function silentExecutors(client: PoolClient, { executorId, staleMs }: FleetSetting): Promise<readonly string[]> {
  await client.query(
    `insert into boyd_engine.executors (id, beat_at)
     select distinct executor_id, to_timestamp(0) from dbos.workflow_status w
     where status = 'PENDING' and executor_id is not null and not exists (select 1 from boyd_engine.executors e where e.id = w.executor_id)
     on conflict (id) do nothing`,
  )
  const { rows } = await client.query<{ id: string }>(
    "select id from boyd_engine.executors where beat_at < clock_timestamp() - $2 * interval '1 millisecond' and id <> $1 for update skip locked",
    [executorId, staleMs],
  )
  return rows.map((row) => row.id)
}

async function handOn({ log, queueName }: FleetSetting, executorId: string): Promise<void> {
  const missions = await DBOS.listWorkflows({ status: 'PENDING', executorId, loadInput: false, loadOutput: false })
  if (missions.length > 0) await DBOS.resumeWorkflows(missions.map(({ workflowID }) => workflowID), { queueName })
  log.info('a silent process was struck off', { executorId, missionsHandedOn: missions.length })
}
