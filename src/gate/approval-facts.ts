/** What granted approvals come to, for one plan and one rehearsal. An approval of anything else counts nothing. */

import type { Approval } from '../model/approval.ts'
import { normalSubject } from '../model/principal.ts'
import { approversOf, expire, teamsOf } from './approvals.ts'
import type { ApprovalFacts } from './cedar-request.ts'

export interface GrantedFacts {
  readonly approvals: ApprovalFacts
  readonly breakGlass: boolean
}

export function grantedFacts(approvals: readonly Approval[], bound: { readonly planHash: string; readonly rehearsalId: string | undefined; readonly nowMs: number }): GrantedFacts {
  const counting = approvals
    .map((approval) => expire(approval, bound.nowMs))
    .filter((approval) => approval.planHash === bound.planHash && approval.rehearsalId === bound.rehearsalId)
    .filter((approval) => approval.state === 'granted' || approval.state === 'consumed')
  const requesterIncluded = counting.some((approval) => approval.votes.some((vote) => vote.decision === 'approve' && normalSubject(vote.by) === normalSubject(approval.requestedBy)))
  return {
    approvals: { count: distinct(counting.flatMap(approversOf)), teams: Math.max(0, ...counting.map(teamsOf)), requesterIncluded },
    breakGlass: counting.some((approval) => approval.breakGlass),
  }
}

function distinct(names: readonly string[]): number {
  return new Set(names).size
}
