/**
 * The clearance for one step on the live cluster. It is made anew for each step, from the stored approval and the
 * verdict: a grant that was withdrawn, or policies that were replaced meanwhile, stop the plan in its middle.
 */

import { clearForLive } from '../gate/clearance.ts'
import { fault } from '../kernel/fault.ts'
import type { Cleared } from '../model/clearance.ts'
import type { Plan } from '../model/plan.ts'
import type { Store } from '../ports/store.ts'
import type { Judged } from './stages.ts'

export interface ClearedFor {
  readonly judged: Judged
  readonly approvalId?: string
}

/** Fault `forbidden` when the gate does not clear it. */
export async function clearLive(parts: { readonly store: Store }, cleared: ClearedFor): Promise<Cleared<Plan>> {
  const { judged, approvalId } = cleared
  const approval = approvalId === undefined ? undefined : await parts.store.approval(approvalId)
  const result = clearForLive({ plan: judged.plan, rehearsalId: judged.rehearsal.id, verdict: judged.verdict, ...(approval === undefined ? {} : { approval }) })
  if (result.type === 'cleared') return result.cleared
  throw fault({ code: 'forbidden', operation: 'clear plan', subject: judged.plan.id, message: result.reason, recovery: 'give-up' })
}
