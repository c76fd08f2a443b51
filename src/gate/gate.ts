/**
 * The gate: judges a rehearsed plan by policy. Stands between `decide` and `act`, and is the only room that can say yes.
 *
 * Each changing step is one request to the policies; the strictest answer is the plan's: deny, then ask, then allow.
 * What policies are asked about is read from the snapshot, the rehearsal, the approvals and the site's settings, never
 * from what the plan says about itself.
 */

import type { Clock } from '../kernel/clock.ts'
import type { Approval } from '../model/approval.ts'
import type { Incident } from '../model/incident.ts'
import { planHash, type Plan } from '../model/plan.ts'
import type { Rehearsal } from '../model/rehearsal.ts'
import type { Reason, Verdict } from '../model/verdict.ts'
import type { View } from '../model/view.ts'
import type { GateFacts } from '../ports/gate-facts.ts'
import { decideSteps, obstacleOf, type StepDecision } from './decide-steps.ts'
import { planFacts } from './plan-facts.ts'
import { policyOf, type PolicyBundle } from './policy-bundle.ts'
import type { Site } from './site.ts'
import { whyFallen } from './standing.ts'
import { createTaints } from './target-taint.ts'

export interface GateOptions {
  readonly bundle: PolicyBundle
  /** The clock that stamped the rehearsals: their age is told by it. */
  readonly clock: Pick<Clock, 'now'>
  /** Read at every judgement: a freeze or the kill switch acts on the next one. */
  readonly site: () => Site | Promise<Site>
  readonly facts: GateFacts
}

export interface JudgeOptions {
  readonly plan: Plan
  /** Absent: the plan was not rehearsed, and no change in it is allowed. */
  readonly rehearsal?: Rehearsal
  /** A view of the snapshot that was rehearsed, or of a newer one. */
  readonly view: View
  /** Those of this mission; only grants of this very plan and rehearsal count. */
  readonly approvals?: readonly Approval[]
  /** Absent for missions that no incident began. */
  readonly incident?: Incident
  /** What the alerts say in words: of the lowest trust, looked at only to find out where a target comes from. */
  readonly texts?: readonly string[]
}

export interface Gate {
  /** Of the bundle that is in force now. */
  policyDigest(): string
  /** Never rejects for what the plan, the policies or a source of facts say: what cannot be judged is denied. */
  judge(options: JudgeOptions): Promise<Verdict>
  /** Why a verdict of before no longer stands; undefined while it does. */
  whyFallen(options: { readonly verdict: Verdict; readonly approval?: Approval }): Promise<string | undefined>
  /** What the bundle in force covers under this name. */
  covered(name: string): string | undefined
  /** The site as it is now. */
  site(): Promise<Site>
  /** Puts a bundle that was loaded whole in the place of the one in force. Plans that were judged before are judged again. */
  replacePolicies(bundle: PolicyBundle): void
}

export function createGate(options: GateOptions): Gate {
  let { bundle } = options
  return {
    policyDigest: () => bundle.digest,
    judge: (judged) => judge({ ...options, bundle }, judged),
    whyFallen: async (asked) => {
      const site = await siteOrWhyNot(options)
      return typeof site === 'string' ? site : whyFallen({ ...asked, policyDigest: bundle.digest, site })
    },
    covered: (name) => bundle.covered[name],
    site: async () => options.site(),
    replacePolicies: (loaded) => {
      bundle = loaded
    },
  }
}

/** A site that cannot be read may be one in which the kill switch is on. */
async function siteOrWhyNot({ site }: GateOptions): Promise<Site | string> {
  try {
    return await site()
  } catch (error) {
    return `the site cannot be read: ${error instanceof Error ? error.message : String(error)}`
  }
}

async function judge(gate: GateOptions, options: JudgeOptions): Promise<Verdict> {
  const nowMs = gate.clock.now()
  const hash = planHash(options.plan)
  const decisions = await decideOrDeny(gate, options, { planHash: hash, nowMs })
  const base = { kind: 'verdict', planHash: hash, policyDigest: gate.bundle.digest, decidedAtMs: nowMs } as const
  return { ...base, ...combined(decisions, gate.bundle), ...recordOf(decisions) }
}

/** An exception is a deny, whatever it is: a gate that fails open is no gate. */
async function decideOrDeny(gate: GateOptions, options: JudgeOptions, now: { readonly planHash: string; readonly nowMs: number }): Promise<StepDecision[]> {
  try {
    const obstacle = obstacleOf(options)
    if (obstacle !== undefined) return [{ decision: obstacle, notes: {}, shadow: [] }]
    const { plan, view } = options
    const { bundle, facts } = gate
    const site = await gate.site()
    return await decideSteps({ plan, view, site, bundle, facts, taintsOf: createTaints(options), planFacts: await planFacts({ ...options, ...now, site, facts }) })
  } catch (error) {
    const detail = `the plan could not be judged: ${error instanceof Error ? error.message : String(error)}`
    return [{ decision: { type: 'deny', by: ['gate-failure'], detail }, notes: {}, shadow: [] }]
  }
}

/** What was asked and what policies on trial would have said, for the record. */
function recordOf(decisions: readonly StepDecision[]): Pick<Verdict, 'requests' | 'shadow'> {
  const requests = decisions.flatMap(({ stepId, request }) => (request === undefined ? [] : [{ ...(stepId === undefined ? {} : { stepId }), request }]))
  const shadow = decisions.flatMap(({ stepId, shadow: changes }) => changes.map((change) => ({ ...change, ...(stepId === undefined ? {} : { stepId }) })))
  return { ...(requests.length === 0 ? {} : { requests }), ...(shadow.length === 0 ? {} : { shadow }) }
}

type Combined = { readonly reasons: readonly Reason[] } & (
  | { readonly decision: 'allow' | 'deny' }
  | { readonly decision: 'ask'; readonly approvals: number; readonly distinctTeams: number; readonly breakGlass: boolean }
)

/** Deny, then ask, then allow. The reasons are those of the answers that decided. */
function combined(decisions: readonly StepDecision[], bundle: PolicyBundle): Combined {
  const denied = decisions.filter(({ decision }) => decision.type === 'deny')
  if (denied.length > 0) return { decision: 'deny', reasons: reasonsOf(denied, bundle) }
  const asked = decisions.filter(({ decision }) => decision.type === 'ask')
  if (asked.length === 0) return { decision: 'allow', reasons: reasonsOf(decisions, bundle) }
  const asks = asked.flatMap(({ decision }) => (decision.type === 'ask' ? [decision] : []))
  return {
    decision: 'ask',
    approvals: Math.max(...asks.map((decision) => decision.approvals)),
    distinctTeams: Math.max(...asks.map((decision) => decision.distinctTeams)),
    breakGlass: asks.some((decision) => decision.breakGlass),
    reasons: reasonsOf(asked, bundle),
  }
}

function reasonsOf(decisions: readonly StepDecision[], bundle: PolicyBundle): Reason[] {
  return decisions.flatMap(({ stepId, decision, notes }) =>
    decision.by.map((id): Reason => {
      const policy = policyOf(bundle, id)
      const told = policy?.effect === 'forbid' ? policy.facts.flatMap((name) => notes[name] ?? []) : []
      const detail = decision.type === 'deny' ? decision.detail : undefined
      const text = [policy?.title, ...told, detail].filter((part) => part !== undefined).join(': ')
      return { policy: id, text: text === '' ? id : text, ...(stepId === undefined ? {} : { stepId }) }
    }),
  )
}
