/** The store on PostgreSQL: incidents, snapshots, records, claims and approvals behind `ports/store.ts`. */

import { required } from '../../kernel/assert.ts'
import type { Store } from '../../ports/store.ts'
import { createApprovalStore } from './approvals.ts'
import { createIncidentStore } from './incidents.ts'
import { createPlaybookStore } from './playbooks.ts'
import type { Database } from './pool.ts'
import { createSnapshotStore } from './snapshots.ts'

/** `database` must be migrated. */
export function createPostgresStore(database: Database): Store {
  return {
    ...createIncidentStore(database),
    ...createSnapshotStore(database),
    ...createRecordStore(database),
    ...createClaimStore(database),
    ...createApprovalStore(database),
    ...createPlaybookStore(database),
  }
}

function createRecordStore(database: Database): Pick<Store, 'saveRecord' | 'records'> {
  return {
    async saveRecord(missionId, key, value) {
      const values = [missionId, key, JSON.stringify(value ?? null)]
      await database.change('insert into boyd.records (mission_id, key, value) values ($1, $2, $3) on conflict (mission_id, key) do nothing', values)
    },
    records: (missionId) => database.rows<{ key: string; value: unknown }>('select key, value from boyd.records where mission_id = $1 order by seq', [missionId]),
  }
}

function createClaimStore(database: Database): Pick<Store, 'claim' | 'hasClaims' | 'releaseClaims'> {
  return {
    async claim(subject, missionId) {
      // The update changes nothing; it makes the statement return the row that was there first.
      const rows = await database.rows<{ mission_id: string }>(
        'insert into boyd.claims as held (subject, mission_id) values ($1, $2) on conflict (subject) do update set mission_id = held.mission_id returning mission_id',
        [subject, missionId],
      )
      return required(rows[0], `claim on ${subject}`).mission_id
    },
    hasClaims: async (missionId) => (await database.rows('select 1 from boyd.claims where mission_id = $1 limit 1', [missionId])).length > 0,
    async releaseClaims(missionId) {
      await database.change('delete from boyd.claims where mission_id = $1', [missionId])
    },
  }
}
