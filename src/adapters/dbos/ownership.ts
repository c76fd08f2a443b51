/**
 * The fence: does this run still own its mission? DBOS refuses to record steps of a displaced run, but only when
 * the work is done; a process that was frozen and wakes would act once more before it learns. One query before
 * the work closes that window to a round trip, and the action's own key closes the rest.
 *
 * Ownership is the executor, the state, and the token that DBOS writes with each claim: the token tells two runs
 * in the same process apart.
 */

import type { Pool } from 'pg'
import { fault } from '../../kernel/fault.ts'
import { lostOwnership } from './step-outcome.ts'

export interface Ownership {
  /** Throws fault `lost-ownership` when the mission is not this run's any more. */
  check(): Promise<void>
}

interface OwnerRow {
  readonly executor_id: string | null
  readonly status: string
  readonly owner_xid: string | null
}

/**
 * Reads the claim under which the run started. Where the database does not answer just then, the fence knows the
 * executor and the state only, which tell all runs apart but two in one process.
 */
export async function readOwnership(options: { readonly pool: Pool; readonly missionId: string; readonly executorId: string }): Promise<Ownership> {
  const { missionId, executorId } = options
  const claim = await ownerOf(options.pool, missionId).catch(() => undefined)
  return {
    async check() {
      const now = await ownerOf(options.pool, missionId)
      const ours = now?.executor_id === executorId && now.status === 'PENDING' && (claim === undefined || now.owner_xid === claim.owner_xid)
      if (!ours) throw lostOwnership(missionId)
    },
  }
}

async function ownerOf(pool: Pool, missionId: string): Promise<OwnerRow | undefined> {
  try {
    const { rows } = await pool.query<OwnerRow>('select executor_id, status, owner_xid from dbos.workflow_status where workflow_uuid = $1', [missionId])
    return rows[0]
  } catch (cause) {
    throw fault({ code: 'unavailable', operation: 'fenced step', subject: missionId, message: 'the database cannot say who owns the mission', cause })
  }
}
