/**
 * Approval requests. A change locks its request, so that votes are counted one after the other; a move of the state is
 * one statement, so that exactly one of many callers makes it. How votes count is the gate's business.
 */

import { fault } from '../../kernel/fault.ts'
import type { Approval, ApprovalState } from '../../model/approval.ts'
import type { Store } from '../../ports/store.ts'
import type { Database, Sql } from './pool.ts'

type ApprovalStore = Pick<Store, 'requestApproval' | 'approval' | 'approvals' | 'changeApproval' | 'moveApproval'>
interface ApprovalRow {
  readonly data: Omit<Approval, 'state'>
  readonly state: ApprovalState
}

export function createApprovalStore(database: Database): ApprovalStore {
  return {
    async requestApproval(approval) {
      const { state, ...data } = approval
      const values = [approval.id, approval.missionId, state, JSON.stringify(data)]
      await database.change('insert into boyd.approvals (id, mission_id, state, data) values ($1, $2, $3, $4) on conflict (id) do nothing', values)
    },
    approval: (id) => findApproval(database, id),
    async approvals({ missionId, state }) {
      const rows = await database.rows<ApprovalRow>(
        'select data, state from boyd.approvals where ($1::text is null or mission_id = $1) and ($2::text is null or state = $2) order by seq',
        [missionId ?? null, state ?? null],
      )
      return rows.map(approvalOf)
    },
    changeApproval: (id, change) => database.transaction((sql) => changeLocked(sql, id, change)),
    moveApproval: async (id, from, to) => (await database.change('update boyd.approvals set state = $3 where id = $1 and state = $2', [id, from, to])) === 1,
  }
}

async function changeLocked(sql: Sql, id: string, change: (approval: Approval) => Approval): Promise<Approval> {
  const approval = await findApproval(sql, id, 'for update')
  if (approval === undefined) throw fault({ code: 'not-found', operation: 'change approval', subject: id, message: 'there is no such approval request' })
  const changed = change(approval)
  if (changed === approval) return approval
  const { state, ...data } = changed
  await sql.change('update boyd.approvals set state = $2, data = $3 where id = $1', [id, state, JSON.stringify(data)])
  return changed
}

async function findApproval(sql: Sql, id: string, locking: 'for update' | '' = ''): Promise<Approval | undefined> {
  const rows = await sql.rows<ApprovalRow>(`select data, state from boyd.approvals where id = $1 ${locking}`, [id])
  return rows[0] === undefined ? undefined : approvalOf(rows[0])
}

function approvalOf(row: ApprovalRow): Approval {
  return { ...row.data, state: row.state }
}
