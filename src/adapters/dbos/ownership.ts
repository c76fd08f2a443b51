/**
 * The fence: does this run still own its mission? DBOS refuses to record steps of a displaced run, but only when
 * the work is done; a process that was frozen and wakes would act once more before it learns. One query before
 * the work closes that window to a round trip, and the action's own key closes the rest.
 *
 * Ownership is the executor, the state, and the token that DBOS writes with each claim: the token tells two runs
 * in the same process apart.
 */

import type { Pool } from 'pg'
import type { Clock } from '../../kernel/clock.ts'
import { lostOwnership } from './step-outcome.ts'

export interface Ownership {
  /** Throws fault `lost-ownership` when the mission is not this run's any more. */
  check(): Promise<void>
}

interface OwnershipSetting {
  readonly pool: Pool
  readonly missionId: string
  readonly executorId: string
  readonly clock: Clock
}

interface OwnerRow {
  readonly executor_id: string | null
  readonly status: string
  readonly owner_xid: string | null
}

const ASK_AGAIN_MS = 500

/**
 * Reads the claim under which the run started. Where the database does not answer just then, the fence knows the
 * executor and the state only, which tell all runs apart but two in one process.
 */
export async function readOwnership(setting: OwnershipSetting): Promise<Ownership> {
  const { missionId, executorId } = setting
  const claim = await askOwner(setting).catch(() => undefined)
  return {
    async check() {
      const now = await owner(setting)
      const ours = now?.executor_id === executorId && now.status === 'PENDING' && (claim === undefined || now.owner_xid === claim.owner_xid)
      if (!ours) throw lostOwnership(missionId)
    },
  }
}

/** Waits for a database that is away, as DBOS does: without it nothing could be recorded, a failure no more than a success. */
async function owner(setting: OwnershipSetting): Promise<OwnerRow | undefined> {
  for (;;) {
    try {
      return await askOwner(setting)
    } catch {
      await setting.clock.sleep(ASK_AGAIN_MS)
    }
  }
}

async function askOwner({ pool, missionId }: OwnershipSetting): Promise<OwnerRow | undefined> {
  const { rows } = await pool.query<OwnerRow>('select executor_id, status, owner_xid from dbos.workflow_status where workflow_uuid = $1', [missionId])
  return rows[0]
}
