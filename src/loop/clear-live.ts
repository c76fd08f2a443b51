/**
 * The clearance for one step on the live cluster. It is made anew for each step, from the stored approval and a fresh
 * look at the site: a grant that was withdrawn, policies that were replaced, or the kill switch stop a plan in its
 * middle.
 */

import { clearForLive, type LiveClearance } from '../gate/clearance.ts'
import type { Gate } from '../gate/gate.ts'
import type { Store } from '../ports/store.ts'
import type { ApprovalDesk } from './approval-desk.ts'
import { whyNoVoters } from './approval-facts-now.ts'
import type { Judged } from './stages.ts'

export interface ClearedFor {
  readonly judged: Judged
  readonly approvalId?: string
}

export async function clearLive(parts: { readonly store: Store; readonly gate: Gate; readonly desk: ApprovalDesk }, cleared: ClearedFor): Promise<LiveClearance> {
  const { judged, approvalId } = cleared
  const stored = approvalId === undefined ? undefined : await parts.store.approval(approvalId)
  if (stored !== undefined && stored.state !== 'consumed') return { type: 'refused', reason: `the approval is ${stored.state}` }
  const approval = stored === undefined ? {} : { approval: stored }
  const fallen = await parts.gate.whyFallen({ verdict: judged.verdict, ...approval })
  const reason = fallen ?? (stored === undefined ? undefined : await whyNoVoters(parts, stored))
  if (reason !== undefined) return { type: 'refused', reason }
  return clearForLive({ plan: judged.plan, rehearsalId: judged.rehearsal.id, verdict: judged.verdict, ...approval })
}
