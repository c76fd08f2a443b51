/**
 * Mints clearances: the only place in the program that makes a `Cleared<Plan>`.
 *
 * For a twin any plan may be cleared, since nothing it does leaves the twin. For a live cluster the verdict must be
 * about this very plan, and where it says `ask` there must be a granted approval of this plan and this rehearsal.
 */

import type { Approval } from '../model/approval.ts'
import type { Cleared } from '../model/clearance.ts'
import { planHash, type Plan } from '../model/plan.ts'
import type { Verdict } from '../model/verdict.ts'
import { approversOf, teamsOf } from './approvals.ts'

export type LiveClearance = { readonly type: 'cleared'; readonly cleared: Cleared<Plan> } | { readonly type: 'refused'; readonly reason: string }

/** For a rehearsal: valid on twins only. */
export function clearForTwin(plan: Plan): Cleared<Plan> {
  return mint({ kind: 'clearance', plan, planHash: planHash(plan), scope: 'twin' })
}

/**
 * For a live cluster. `approval` is looked at only where the verdict asks; its state must be `granted`, or
 * `consumed` where the caller consumed it for this very run (consumption is once, and the store's business).
 */
export function clearForLive(options: { readonly plan: Plan; readonly verdict: Verdict; readonly approval?: Approval; readonly rehearsalId?: string }): LiveClearance {
  const { plan, verdict, approval } = options
  const hash = planHash(plan)
  const reason = whyNot(options, hash)
  if (reason !== undefined) return { type: 'refused', reason }
  const approved = approval === undefined ? {} : { approvalId: approval.id }
  return { type: 'cleared', cleared: mint({ kind: 'clearance', plan, planHash: hash, scope: 'live', policyDigest: verdict.policyDigest, ...approved }) }
}

type LiveOptions = Parameters<typeof clearForLive>[0]

function whyNot({ verdict, approval, rehearsalId }: LiveOptions, hash: string): string | undefined {
  if (verdict.planHash !== hash) return 'the verdict is about another plan'
  if (verdict.decision === 'deny') return `policy refuses: ${verdict.reasons.map((reason) => reason.text).join('; ')}`
  if (verdict.decision === 'allow') return undefined
  if (approval === undefined) return 'policy asks for an approval, and there is none'
  if (approval.planHash !== hash) return 'the approval is about another plan'
  if (rehearsalId === undefined || approval.rehearsalId !== rehearsalId) return 'the approval is about another rehearsal'
  if (approval.state !== 'granted' && approval.state !== 'consumed') return `the approval is ${approval.state}`
  if (verdict.breakGlass && !approval.breakGlass) return 'the approval does not break the glass'
  if (approversOf(approval).length < verdict.approvals) return `policy asks for ${verdict.approvals} approvals`
  if (teamsOf(approval) < verdict.distinctTeams) return `policy asks for approvals of ${verdict.distinctTeams} teams`
  return undefined
}

function mint(parts: Pick<Cleared<Plan>, 'kind' | 'plan' | 'planHash' | 'scope' | 'policyDigest' | 'approvalId'>): Cleared<Plan> {
  return Object.freeze(parts) as Cleared<Plan>
}
