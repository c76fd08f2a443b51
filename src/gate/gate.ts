/**
 * The gate: judges a rehearsed plan by policy. Stands between `decide` and `act`, and is the only room that can say yes.
 *
 * Each changing step is one request to the policies; the strictest answer is the plan's: deny, then ask, then allow.
 * What policies are asked about is read from the snapshot, the rehearsal, the approvals and the site's settings, never
 * from what the plan says about itself.
 */

import type { Clock } from '../kernel/clock.ts'
import type { Approval } from '../model/approval.ts'
import { isOpen, type Incident } from '../model/incident.ts'
import { planHash, targetOf, type Action, type Plan } from '../model/plan.ts'
import type { Rehearsal } from '../model/rehearsal.ts'
import type { Reason, Verdict } from '../model/verdict.ts'
import type { View } from '../model/view.ts'
import { grantedFacts } from './approval-facts.ts'
import { blastRadiusOf } from './blast-radius.ts'
import { cedarRequest, type ChangeContext, type ResourceFacts } from './cedar-request.ts'
import { natureOf, type Nature } from './change-nature.ts'
import { decide, type Decision } from './decide.ts'
import { judgedActions, type JudgedAction } from './judged-actions.ts'
import { policyOf, type PolicyBundle } from './policy-bundle.ts'
import { resolveTarget, resourceFacts } from './resource-facts.ts'
import { localTime } from './local-time.ts'
import type { Site } from './site.ts'
import { whyFallen } from './standing.ts'

export interface GateOptions {
  readonly bundle: PolicyBundle
  /** The clock that stamped the rehearsals: their age is told by it. */
  readonly clock: Pick<Clock, 'now'>
  /** Read at every judgement: a freeze or the kill switch acts on the next one. */
  readonly site: () => Site
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
}

export interface Gate {
  readonly policyDigest: string
  /** Never throws for what the plan or the policies say: what cannot be judged is denied. */
  judge(options: JudgeOptions): Verdict
  /** Why a verdict of before no longer stands; undefined while it does. */
  whyFallen(options: { readonly verdict: Verdict; readonly approval?: Approval }): string | undefined
}

export function createGate(options: GateOptions): Gate {
  const policyDigest = options.bundle.digest
  return {
    policyDigest,
    judge: (judged) => judge(options, judged),
    whyFallen: (asked) => whyFallen({ ...asked, policyDigest, site: options.site() }),
  }
}

interface StepDecision {
  readonly stepId?: string
  readonly decision: Decision
}

function judge(gate: GateOptions, options: JudgeOptions): Verdict {
  const nowMs = gate.clock.now()
  const hash = planHash(options.plan)
  const decisions = decideOrDeny(gate, options, { hash, nowMs })
  const base = { kind: 'verdict', planHash: hash, policyDigest: gate.bundle.digest, decidedAtMs: nowMs } as const
  return { ...base, ...combined(decisions, gate.bundle) }
}

/** An exception is a deny, whatever it is: a gate that fails open is no gate. */
function decideOrDeny(gate: GateOptions, options: JudgeOptions, now: { readonly hash: string; readonly nowMs: number }): StepDecision[] {
  try {
    const obstacle = obstacleOf(options)
    return obstacle === undefined ? decideSteps(gate, options, now) : [{ decision: obstacle }]
  } catch (error) {
    return [{ decision: { type: 'deny', by: ['gate-failure'], detail: `the plan could not be judged: ${error instanceof Error ? error.message : String(error)}` } }]
  }
}

/** What policy need not be asked about. */
function obstacleOf({ plan, incident }: JudgeOptions): Decision | undefined {
  if (plan.needsInput.length > 0) return { type: 'deny', by: ['needs-input'], detail: `a person must answer first: ${plan.needsInput.map((input) => input.question).join(' ')}` }
  if (incident !== undefined && !isOpen(incident)) return { type: 'deny', by: ['incident-over'], detail: `incident ${incident.id} is ${incident.state}` }
  return undefined
}

function decideSteps(gate: GateOptions, options: JudgeOptions, now: { readonly hash: string; readonly nowMs: number }): StepDecision[] {
  const site = gate.site()
  const facts = contextOfPlan(options, { ...now, site })
  const actions = judgedActions(options.plan)
  if (actions.length > 0) return actions.map((judged) => ({ stepId: judged.stepId, decision: decideAction({ gate, site, view: options.view, facts, judged }) }))
  const reading = { action: 'read', resource: { type: 'Cluster', kind: 'Cluster', name: site.clusterId } } as const
  return [{ decision: ask({ gate, site }, { ...reading, context: { ...facts, dataLoss: false, reversible: true } }) }]
}

function contextOfPlan({ plan, rehearsal, view, approvals }: JudgeOptions, now: { readonly hash: string; readonly nowMs: number; readonly site: Site }): Omit<ChangeContext, keyof Nature> {
  const granted = grantedFacts(approvals ?? [], { planHash: now.hash, rehearsalId: rehearsal?.id, nowMs: now.nowMs })
  return {
    planHash: now.hash,
    rehearsal: {
      passed: rehearsal?.passed ?? false,
      planHash: rehearsal?.planHash ?? '',
      ageSec: rehearsal === undefined ? -1 : Math.ceil((now.nowMs - rehearsal.rehearsedAtMs) / 1000),
    },
    approvals: granted.approvals,
    blast: blastRadiusOf(plan, view),
    assumedValues: plan.values === 'assumed',
    freeze: now.site.freeze,
    breakGlass: granted.breakGlass,
    killSwitch: now.site.killSwitch,
    ...localTime(now.nowMs, now.site.timeZone),
  }
}

interface ActionToDecide {
  readonly gate: GateOptions
  readonly site: Site
  readonly view: View
  readonly facts: Omit<ChangeContext, keyof Nature>
  readonly judged: JudgedAction
}

function decideAction({ gate, site, view, facts, judged }: ActionToDecide): Decision {
  const { action } = judged
  const target = targetOf(action)
  if (target === undefined) return { type: 'deny', by: ['no-target'], detail: `${action.verb} names no object` }
  const resolved = resolveTarget(target, view)
  if (resolved.type === 'unknown') return { type: 'deny', by: ['target-unknown'], detail: resolved.detail }
  const context = { ...facts, ...natureOf(action, resolved.object, view) }
  return ask({ gate, site }, { action: action.verb, resource: resourceFacts(resolved.object), context })
}

function ask(place: { readonly gate: GateOptions; readonly site: Site }, request: { readonly action: Action['verb'] | 'read'; readonly resource: ResourceFacts; readonly context: ChangeContext }): Decision {
  const { agent, clusterId, environment, systemNamespaces } = place.site
  return decide(cedarRequest({ agent, cluster: { id: clusterId, environment }, systemNamespaces, ...request }), place.gate.bundle)
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
  return decisions.flatMap(({ stepId, decision }) =>
    decision.by.map((policy): Reason => {
      const title = policyOf(bundle, policy)?.title
      const detail = decision.type === 'deny' ? decision.detail : undefined
      const text = [title, detail].filter((part) => part !== undefined).join(': ')
      return { policy, text: text === '' ? policy : text, ...(stepId === undefined ? {} : { stepId }) }
    }),
  )
}
