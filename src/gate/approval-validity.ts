/**
 * Does an approval still say what it said? Looked at just before it is used, against the cluster, the policies and the people
 * as they are now. Each answer is one sentence for whoever gave the approval.
 */

import type { Approval } from '../model/approval.ts'
import { isOpen, type Incident } from '../model/incident.ts'
import { planHash, type Plan } from '../model/plan.ts'
import type { Verdict } from '../model/verdict.ts'
import type { View } from '../model/view.ts'
import { approversOf } from './approvals.ts'
import { blastRadiusOf, type BlastRadius } from './blast-radius.ts'
import { movedTargets, targetVersionsOf } from './target-versions.ts'

export interface Now {
  readonly plan: Plan
  /** Just read. */
  readonly view: View
  readonly incident: Incident
  readonly agentVersion: string
  /** The plan judged anew, with this approval: by the policies, freezes and budgets of now. */
  readonly verdict: Verdict
  /** The trouble that the plan is for is still found. */
  readonly troubled: boolean
  /** Why a voter no longer counts; absent for who does. */
  readonly fallenVoters: Readonly<Record<string, string>>
}

/** Undefined while it holds. */
export function whyVoid(approval: Approval, now: Now): string | undefined {
  return whyOther(approval, now) ?? whyMoved(approval, now) ?? whyNobody(approval, now) ?? whyRefused(now)
}

function whyOther(approval: Approval, { plan, agentVersion, incident }: Now): string | undefined {
  if (planHash(plan) !== approval.planHash) return 'the plan is not the one that was shown'
  if (approval.asked.agentVersion !== agentVersion) return `it was asked by another version (${approval.asked.agentVersion}, now ${agentVersion})`
  if (!isOpen(incident)) return `the incident is ${incident.state}`
  if (incident.severity !== approval.asked.severity) return `the incident is P${incident.severity} now, and was P${approval.asked.severity}`
  return undefined
}

function whyMoved(approval: Approval, { plan, view, troubled }: Now): string | undefined {
  const moved = movedTargets(approval.targetVersions, targetVersionsOf(plan, view))
  if (moved.length > 0) return `the cluster moved: ${moved.join(', ')}`
  if (!troubled) return 'the trouble is gone'
  const grown = grownBlast(approval.asked.blast, blastRadiusOf(plan, view))
  return grown === undefined ? undefined : `it would touch more than was shown: ${grown}`
}

/** No more than was shown; less is fine. A share is compared where the number did not shrink: the rest of the cluster may have. */
function grownBlast(before: BlastRadius, after: BlastRadius): string | undefined {
  const words = { pods: 'pods', podPct: '% of the pods', namespaces: 'namespaces', nodes: 'nodes', nodePct: '% of the nodes' } as const
  const keys = Object.keys(words) as (keyof typeof words)[]
  const grown = keys.filter((key) => !(after[key] <= before[key]) && !(key === 'podPct' && after.pods < before.pods) && !(key === 'nodePct' && after.nodes < before.nodes))
  return grown.length === 0 ? undefined : grown.map((key) => `${after[key]} ${words[key]} instead of ${before[key]}`).join(', ')
}

function whyNobody(approval: Approval, { fallenVoters }: Now): string | undefined {
  const fallen = approversOf(approval).flatMap((person) => fallenVoters[person] ?? [])
  return fallen.length === 0 ? undefined : fallen.join('; ')
}

/** `ask` would mean that these votes are not enough any more. */
function whyRefused({ verdict }: Now): string | undefined {
  if (verdict.decision === 'allow') return undefined
  return `policy does not allow it any more: ${[...new Set(verdict.reasons.map((reason) => reason.text))].join('; ')}`
}
