/**
 * Approval requests. A change locks its request, so that votes are counted, and grants used up, one after the other. How votes
 * count and what uses a grant up is the gate's business.
 */

import { fault } from '../../kernel/fault.ts'
import { OPEN_REQUESTS_MAX } from '../../kernel/limits.ts'
import type { Approval, ApprovalState } from '../../model/approval.ts'
import type { Store } from '../../ports/store.ts'
import type { Database, Sql } from './pool.ts'

type ApprovalStore = Pick<Store, 'requestApproval' | 'approval' | 'approvals' | 'changeApproval'>
interface ApprovalRow {
  readonly data: Omit<Approval, 'state'>
  readonly state: ApprovalState
}

export function createApprovalStore(database: Database): ApprovalStore {
  return {
    requestApproval: (approval) => database.transaction((sql) => insertRequest(sql, approval)),
    approval: (id) => findApproval(database, id),
    async approvals({ missionId, state }) {
      const rows = await database.rows<ApprovalRow>(
        'select data, state from boyd.approvals where ($1::text is null or mission_id = $1) and ($2::text is null or state = $2) order by seq',
        [missionId ?? null, state ?? null],
      )
      return rows.map(approvalOf)
    },
    changeApproval: (id, change) => database.transaction((sql) => changeLocked(sql, id, change)),
  }
}

/** One after the other for each incident, so that the limit holds however many ask at once. */
async function insertRequest(sql: Sql, approval: Approval): Promise<boolean> {
  const { state, ...data } = approval
  await sql.rows('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`boyd approvals ${approval.incidentId}`])
  if ((await findApproval(sql, approval.id)) !== undefined) return true
  const [open] = await sql.rows<{ count: number }>(
    "select count(*) as count from boyd.approvals where state = 'pending' and data->>'incidentId' = $1 and (data->>'expiresAtMs')::bigint > $2",
    [approval.incidentId, approval.requestedAtMs],
  )
  if ((open?.count ?? 0) >= OPEN_REQUESTS_MAX) return false
  await sql.change('insert into boyd.approvals (id, mission_id, state, data) values ($1, $2, $3, $4)', [approval.id, approval.missionId, state, JSON.stringify(data)])
  return true
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
