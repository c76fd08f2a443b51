/** Asks policy about each changing step of a plan: the facts of the plan, and those of the step's own target. */

import { holdsMark } from '../kernel/redact/mark.ts'
import { isOpen, type Incident } from '../model/incident.ts'
import { targetOf, type Action, type Plan } from '../model/plan.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { ShadowChange } from '../model/verdict.ts'
import type { View } from '../model/view.ts'
import type { GateFacts } from '../ports/gate-facts.ts'
import { cedarRequest, type ChangeContext, type RequestFacts, type ResourceFacts } from './cedar-request.ts'
import { natureOf, type Nature } from './change-nature.ts'
import { decide, decisionText, type Decision } from './decide.ts'
import { writtenRequest } from './fact-schema.ts'
import { judgedActions, type JudgedAction } from './judged-actions.ts'
import { errorBudgetFacts, type PlanFacts } from './plan-facts.ts'
import { withTrial, type PolicyBundle } from './policy-bundle.ts'
import { resolveTarget, resourceFacts } from './resource-facts.ts'
import type { Site } from './site.ts'
import { carriedPreconditions } from './site-preconditions.ts'
import { targetFacts } from './target-facts.ts'
import type { createTaints } from './target-taint.ts'

export interface StepDecision {
  readonly stepId?: string
  readonly decision: Decision
  readonly notes: Readonly<Record<string, string>>
  readonly request?: JsonObject
  readonly shadow: readonly ShadowChange[]
}

export interface StepsToDecide {
  readonly plan: Plan
  readonly view: View
  readonly site: Site
  readonly bundle: PolicyBundle
  readonly planFacts: PlanFacts
  readonly facts: GateFacts
  readonly taintsOf: ReturnType<typeof createTaints>
}

/** One decision a changing step, in order; a plan that only looks is one reading. */
export async function decideSteps(options: StepsToDecide): Promise<StepDecision[]> {
  const actions = judgedActions(options.plan)
  if (actions.length === 0) return [decideReading(options)]
  const decisions: StepDecision[] = []
  for (const judged of actions) decisions.push(await decideAction(options, judged))
  return decisions
}

/** What policy need not be asked about. */
export function obstacleOf({ plan, incident }: { readonly plan: Plan; readonly incident?: Incident }): Decision | undefined {
  if (plan.needsInput.length > 0) return { type: 'deny', by: ['needs-input'], detail: `a person must answer first: ${plan.needsInput.map((input) => input.question).join(' ')}` }
  // What was withheld from the plan's author stands in it as a mark; applied, the mark would take the secret's place.
  if (plan.steps.some((step) => holdsMark(step.action) || holdsMark(step.undo))) return { type: 'deny', by: ['redacted-value'], detail: 'the plan would write a value that was withheld from it' }
  if (incident !== undefined && !isOpen(incident)) return { type: 'deny', by: ['incident-over'], detail: `incident ${incident.id} is ${incident.state}` }
  return undefined
}

const UNREAD_TARGET = { tier: 'unknown', dataClass: 'unknown', managedBy: 'none', gitOps: false } as const

function decideReading(options: StepsToDecide): StepDecision {
  const { site, planFacts } = options
  const target = { ...UNREAD_TARGET, environment: site.environment, production: !site.nonProduction.includes(site.environment) }
  const context = { ...planFacts.context, errorBudget: errorBudgetFacts({ type: 'untracked' }), target, preconditions: [], taint: [], dataLoss: false, reversible: true }
  const resource: ResourceFacts = { type: 'Cluster', kind: 'Cluster', name: site.clusterId }
  return ask(options, { action: 'read', resource, context, notes: planFacts.notes })
}

async function decideAction(options: StepsToDecide, { stepId, action, step }: JudgedAction): Promise<StepDecision> {
  const { view, site, planFacts, facts } = options
  const target = targetOf(action)
  if (target === undefined) return { stepId, notes: {}, shadow: [], decision: { type: 'deny', by: ['no-target'], detail: `${action.verb} names no object` } }
  const resolved = resolveTarget(target, view)
  if (resolved.type === 'unknown') return { stepId, notes: {}, shadow: [], decision: { type: 'deny', by: ['target-unknown'], detail: resolved.detail } }
  const { object } = resolved
  const { namespace } = object.metadata
  const budget = await facts.errorBudget(namespace === undefined ? {} : { namespace })
  const nature: Nature = natureOf(action, object, view)
  const context: ChangeContext = {
    ...planFacts.context,
    ...nature,
    errorBudget: errorBudgetFacts(budget),
    target: targetFacts(object, view, site),
    preconditions: carriedPreconditions(step, site),
    taint: options.taintsOf(object),
  }
  const notes = budget.type === 'untracked' ? planFacts.notes : { ...planFacts.notes, errorBudget: budget.detail }
  return { stepId, ...ask(options, { action: action.verb, resource: resourceFacts(object), context, notes }) }
}

interface Question {
  readonly action: Action['verb'] | 'read'
  readonly resource: ResourceFacts
  readonly context: ChangeContext
  readonly notes: Readonly<Record<string, string>>
}

function ask({ site, bundle }: StepsToDecide, { notes, ...question }: Question): StepDecision {
  const { agent, clusterId, environment, systemNamespaces } = site
  const facts: RequestFacts = { agent, cluster: { id: clusterId, environment }, systemNamespaces, ...question }
  const request = cedarRequest(facts)
  const decision = decide(request, bundle)
  const from = decisionText(decision)
  const shadow = bundle.shadow.flatMap((policy): ShadowChange[] => {
    const to = decisionText(decide(request, withTrial(bundle, policy)))
    return to === from ? [] : [{ policy: policy.id, from, to }]
  })
  return { decision, notes, shadow, request: writtenRequest(facts) as unknown as JsonObject }
}
