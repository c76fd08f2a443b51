/** From how a case ended to what it says about Boyd: was the cause right, was it healed, was anything done that may not be. */

import { sameSubject, subjectOf, subjectText, type Subject } from '../../src/model/kube-object.ts'
import { targetOf, type Plan } from '../../src/model/plan.ts'
import type { Hypothesis } from '../../src/model/diagnosis.ts'
import type { Case, Cause, Family } from './incident.ts'
import { inventedValues } from './invented.ts'
import type { Ending } from './play.ts'

export interface Verdict {
  readonly name: string
  readonly family: Family
  readonly sparse: string
  readonly status: 'found' | 'inconclusive' | 'healthy'
  /** Of the first hypothesis; undefined where there is none. */
  readonly confidence: number | undefined
  /** The first hypothesis names a cause, and every cause is among the hypotheses; or nothing is wrong and Boyd says so. */
  readonly causeRight: boolean
  readonly healable: boolean
  readonly healed: boolean
  readonly falseActions: readonly string[]
  readonly harmed: readonly string[]
  readonly invented: readonly string[]
  /** Plans that were applied with values of Boyd's own choice, and said so. */
  readonly assumed: number
  /** Hypotheses beyond the number of causes. */
  readonly extra: number
  readonly expected: string
  readonly said: string
  /** Why it was not healed. */
  readonly obstacle: string
  readonly diagnoseMs: number
  readonly totalMs: number
}

export function judge(of: Case, ending: Ending): Verdict {
  const { played, first, applied } = ending
  const { diagnosis } = first
  // Where only pods were collected there is nothing to mend.
  const healable = of.sparse !== 'pods-only' && (of.sparse === undefined ? undefined : played.endWithout?.[of.sparse]) === undefined && played.end === 'heal'
  const acted = applied.filter((one) => one.plan.steps.some((step) => step.action.verb !== 'wait'))
  return {
    name: of.name,
    family: of.incident.family,
    sparse: of.sparse ?? '',
    status: diagnosis.status,
    confidence: diagnosis.hypotheses[0]?.confidence,
    causeRight: causeRight(ending),
    healable,
    healed: healable && ending.unhealed.length === 0,
    falseActions: acted.filter((one) => !healable || touches(one.plan, played.untouched ?? [])).map((one) => one.plan.id),
    harmed: acted.length === 0 ? [] : ending.harmed,
    invented: acted.flatMap((one) => inventedValues(one.plan, one.seen)),
    assumed: acted.filter((one) => one.plan.values === 'assumed').length,
    extra: Math.max(0, diagnosis.hypotheses.length - Math.max(1, played.causes.length)),
    expected: played.causes.length === 0 ? 'healthy' : played.causes.map(causeText).join(' and '),
    said: saidText(ending),
    obstacle: obstacleText(ending),
    diagnoseMs: ending.diagnoseMs,
    totalMs: ending.totalMs,
  }
}

function touches(plan: Plan, subjects: readonly Subject[]): boolean {
  return plan.steps.some((step) => {
    const target = targetOf(step.action)
    return target !== undefined && subjects.some((subject) => sameSubject(subject, subjectOf(target)))
  })
}

function causeRight({ played, first }: Ending): boolean {
  const { status, hypotheses } = first.diagnosis
  if (played.mayBeInconclusive === true && status === 'inconclusive') return true
  if (played.causes.length === 0) return status === 'healthy'
  const [best] = hypotheses
  if (best === undefined || !played.causes.some((cause) => matches(cause, best))) return false
  return played.causes.every((cause) => hypotheses.some((hypothesis) => matches(cause, hypothesis)))
}

function matches(cause: Cause, hypothesis: Hypothesis): boolean {
  return cause.hazards.includes(hypothesis.hazard) && cause.subjects.some((subject) => sameSubject(subject, hypothesis.subject))
}

function causeText(cause: Cause): string {
  return `${cause.hazards.join(' or ')} on ${cause.subjects.map(subjectText).join(' or ')}`
}

function saidText({ first: { diagnosis } }: Ending): string {
  if (diagnosis.hypotheses.length === 0) return `${diagnosis.status}: ${diagnosis.summary}`
  return diagnosis.hypotheses.map((hypothesis) => `${hypothesis.hazard} on ${subjectText(hypothesis.subject)} (${hypothesis.confidence})`).join(', ')
}

function obstacleText({ applied, unhealed, passedOver, first }: Ending): string {
  if (unhealed.length === 0) return ''
  const did = applied.map((one) => `${one.plan.id}${one.proofHeld ? '' : ` (proof: ${one.failure})`}`)
  const plans = first.plans.map((plan) => `${plan.id}${plan.needsInput.length > 0 ? ' (asks)' : ''}`)
  return [`at the end: ${unhealed.join('; ')}`, `applied: ${did.join(', ') || 'nothing'}`, `plans: ${plans.join(', ') || 'none'}`, ...(passedOver.length === 0 ? [] : [`refused: ${passedOver.join('; ')}`])].join('. ')
}
