/** The kill switch as a row: there is one, or there is none. */

import type { KillSwitch, Stopped } from '../../ports/kill-switch.ts'
import type { Database } from './pool.ts'

const NAME = 'changes'

/** `database` must be migrated. */
export function createPostgresKillSwitch(database: Database): KillSwitch {
  return {
    stopped: async () => (await database.rows<{ data: Stopped }>('select data from boyd.switches where name = $1', [NAME]))[0]?.data,
    stop: async (stopped) => (await database.change('insert into boyd.switches (name, data) values ($1, $2) on conflict (name) do nothing', [NAME, JSON.stringify(stopped)])) === 1,
    resume: async () => (await database.change('delete from boyd.switches where name = $1', [NAME])) === 1,
  }
}
