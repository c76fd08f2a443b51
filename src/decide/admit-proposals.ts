/**
 * Makes plans of what a proposer answered, or of nothing of it.
 *
 * The world is closed: a target must be an object of the snapshot, found by kind, namespace and name, and is written into
 * the plan as the API spells it, with its uid. Fields that nobody knows are refused and not ignored; what the proposer
 * says of its own plan (its risk, whose values it writes, which hazard it answers) is replaced. All of it is data:
 * the rehearsal and the gate look at the plan and never at these words.
 */

import { z } from 'zod'
import { isRecord } from '../kernel/json.ts'
import { visible } from '../kernel/visible.ts'
import { refOf, subjectText, type KubeObject } from '../model/kube-object.ts'
import { actionSchema, conditionSchema, PROPOSAL, targetOf, type Action, type Condition, type Plan, type Target } from '../model/plan.ts'
import type { View } from '../model/view.ts'

export interface Admitted {
  readonly plans: readonly Plan[]
  /** Why each other one was not; one line each, nothing of it unseen. */
  readonly refused: readonly string[]
}

const PROPOSALS_MAX = 4
const STEPS_MAX = 12
const TEXT_MAX = 300
const BYTES_MAX = 65_536
const WAIT_MS_MAX = 30 * 60_000

const text = z.string().max(TEXT_MAX).transform(visible)
const proposalSchema = z.strictObject({
  goal: text.pipe(z.string().min(1)),
  rationale: text.default(''),
  steps: z.array(z.strictObject({ action: z.unknown(), reason: text.default(''), preconditions: z.array(z.unknown()).max(STEPS_MAX).default([]) })).min(1).max(STEPS_MAX),
  proof: z.array(z.unknown()).min(1).max(STEPS_MAX),
})

export function admitProposals(answer: unknown, options: { readonly proposer: string; readonly subject: Plan['subject']; readonly view: View }): Admitted {
  const proposals = proposalsIn(answer)
  if (typeof proposals === 'string') return { plans: [], refused: [proposals] }
  const plans: Plan[] = []
  const refused: string[] = []
  for (const [index, proposal] of proposals.entries()) {
    const admitted = index < PROPOSALS_MAX ? admit(proposal, { ...options, index }) : `more than ${PROPOSALS_MAX} proposals`
    if (typeof admitted === 'string') refused.push(visible(admitted.slice(0, TEXT_MAX)))
    else plans.push(admitted)
  }
  return { plans, refused }
}

/** Through JSON and back: whatever the answer was made of, what is left is plain data. */
function proposalsIn(answer: unknown): readonly unknown[] | string {
  const written = writtenOut(answer)
  if (written === undefined) return 'the answer is no data'
  if (written.length > BYTES_MAX) return `the answer is larger than ${BYTES_MAX} bytes`
  const plain: unknown = JSON.parse(written)
  if (holdsForbiddenKey(plain)) return 'the answer has a key that names a prototype'
  return Array.isArray(plain) ? plain : 'the answer is no list'
}

function writtenOut(answer: unknown): string | undefined {
  try {
    return JSON.stringify(answer)
  } catch {
    return undefined
  }
}

function holdsForbiddenKey(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsForbiddenKey)
  if (!isRecord(value)) return false
  return Object.entries(value).some(([key, child]) => ['__proto__', 'constructor', 'prototype'].includes(key) || holdsForbiddenKey(child))
}

interface Admitting {
  readonly proposer: string
  readonly subject: Plan['subject']
  readonly view: View
  readonly index: number
}

function admit(raw: unknown, { proposer, subject, view, index }: Admitting): Plan | string {
  const parsed = proposalSchema.safeParse(raw)
  if (!parsed.success) return problemOf(parsed.error)
  const { goal, rationale, steps, proof } = parsed.data
  const actions = steps.map((step) => groundedAction(step.action, view))
  const conditions = [...proof, ...steps.flatMap((step) => step.preconditions)].map((condition) => groundedCondition(condition, view))
  const problem = [...actions, ...conditions].find((item) => typeof item === 'string')
  if (problem !== undefined) return problem
  const grounded = conditions as readonly Condition[]
  let used = proof.length
  return {
    kind: 'plan',
    id: `proposed-${index + 1}`,
    goal,
    hazard: PROPOSAL,
    subject,
    steps: steps.map((step, at) => {
      const preconditions = grounded.slice(used, used + step.preconditions.length)
      used += step.preconditions.length
      return { id: `${at + 1}-${(actions[at] as Action).verb}`, action: actions[at] as Action, reason: step.reason, preconditions }
    }),
    proof: grounded.slice(0, proof.length),
    risk: 'destructive',
    expectedEffect: '',
    needsInput: [],
    rationale: `Proposed by ${visible(proposer)}. ${rationale}`,
    values: 'assumed',
  }
}

function groundedAction(raw: unknown, view: View): Action | string {
  const parsed = actionSchema.safeParse(raw)
  if (!parsed.success) return problemOf(parsed.error)
  const action = parsed.data
  if (hasUnknownFields(raw, action)) return `${action.verb} has fields that it does not know`
  if (action.verb === 'wait') return action.timeoutMs > WAIT_MS_MAX ? 'waits too long' : groundedWait(action, view)
  const target = groundedTarget(targetOf(action), view)
  return typeof target === 'string' ? target : ({ ...action, target } as Action)
}

function groundedWait(action: Extract<Action, { verb: 'wait' }>, view: View): Action | string {
  const until = groundedCondition(action.until, view)
  return typeof until === 'string' ? until : { ...action, until }
}

function groundedCondition(raw: unknown, view: View): Condition | string {
  const parsed = conditionSchema.safeParse(raw)
  if (!parsed.success) return problemOf(parsed.error)
  const condition = parsed.data
  if (hasUnknownFields(raw, condition)) return `${condition.type} has fields that it does not know`
  if (!('target' in condition)) return condition
  const target = groundedTarget(condition.target, view)
  if (typeof target === 'string') return target
  const { uid, ...ref } = target
  return { ...condition, target: condition.type === 'object-gone' || condition.type === 'object-exists' ? { ...ref, ...(uid === undefined ? {} : { uid }) } : ref } as Condition
}

/** The object itself, as the API spells it; a name that is merely alike is another name. */
function groundedTarget(target: Target | undefined, view: View): Target | string {
  if (target === undefined) return 'a step names no object'
  const object: KubeObject | undefined = view.get(target)
  if (object === undefined) return `${subjectText(target)} is not in the cluster`
  const { uid } = object.metadata
  if (target.uid !== undefined && target.uid !== uid) return `${subjectText(target)} has another uid`
  return { ...refOf(object), ...(uid === undefined ? {} : { uid }) }
}

/** The schema drops what it does not know; here that is an error. */
function hasUnknownFields(raw: unknown, parsed: unknown): boolean {
  if (Array.isArray(raw)) return !Array.isArray(parsed) || raw.some((item, at) => hasUnknownFields(item, parsed[at]))
  if (!isRecord(raw)) return false
  return !isRecord(parsed) || Object.entries(raw).some(([key, child]) => !Object.hasOwn(parsed, key) || hasUnknownFields(child, parsed[key]))
}

function problemOf(error: z.ZodError): string {
  const [issue] = error.issues
  return `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'is no proposal'}`
}
