/**
 * The text a person sees before they answer. It is digested into the request: what you see is what you sign.
 *
 * Numbers before prose: what is done, what it touches, what the rehearsal showed, how it is taken back, and by when.
 */

import { toIso } from '../kernel/clock.ts'
import { visible } from '../kernel/visible.ts'
import { actionText, conditionText, planHash, sourceLines, type Plan, type Step } from '../model/plan.ts'
import type { Incident } from '../model/incident.ts'
import type { Rehearsal } from '../model/rehearsal.ts'
import type { Verdict } from '../model/verdict.ts'
import type { View } from '../model/view.ts'
import { expiryOf } from './approvals.ts'
import { patchLines } from './patch-text.ts'
import { blastRadiusOf, blastRadiusText } from './blast-radius.ts'

export interface ShownParts {
  readonly incident: Pick<Incident, 'title' | 'severity'>
  readonly plan: Plan
  readonly rehearsal: Rehearsal
  readonly verdict: Extract<Verdict, { decision: 'ask' }>
  readonly view: View
  /** When it is asked; the request made at the same time expires when this text says. */
  readonly nowMs: number
}

/** Plain text, one fact a line. The same parts give the same text. */
export function shownText({ incident, plan, rehearsal, verdict, view, nowMs }: ShownParts): string {
  const lines = [
    `Goal: ${visible(plan.goal)}`,
    `Incident: ${visible(incident.title)} (P${incident.severity})`,
    '',
    'Steps:',
    ...plan.steps.map((step, index) => `  ${index + 1}. ${visible(actionText(step.action))}${bodyOf(step)}`),
    '',
    `Touches: ${blastRadiusText(blastRadiusOf(plan, view))}`,
    `Rehearsal ${rehearsal.id}: ${visible(rehearsal.summary)}`,
    ...rehearsal.notModelled.map((gap) => `  not modelled: ${visible(gap)}`),
    ...rehearsal.assumptions.map((assumption) => `  assumed: ${visible(assumption)}`),
    '',
    'Proof:',
    ...plan.proof.map((condition) => `  ${visible(conditionText(condition))}`),
    'Undo:',
    ...undoLines(plan),
    ...sourceBlock(plan),
    '',
    `Asked because: ${[...new Set(verdict.reasons.map((reason) => reason.text))].join('; ')}`,
    `Needed: ${neededText(verdict)}`,
    `Until: ${toIso(expiryOf(rehearsal, nowMs))}`,
    `Plan: ${planHash(plan)}`,
    `Policies: ${verdict.policyDigest}`,
  ]
  return lines.join('\n')
}

/** A patch is shown whole: it is what is approved. */
function bodyOf({ action }: Step): string {
  if (action.verb === 'patch') return patchLines(action).map((line) => `\n     ${visible(line)}`).join('')
  return action.verb === 'drain' ? lossesOf(action) : ''
}

function lossesOf({ deleteEmptyDirData, force }: Extract<Step['action'], { verb: 'drain' }>): string {
  const losses = [...(deleteEmptyDirData === true ? ['emptyDir data of its pods is lost'] : []), ...(force === true ? ['pods without a controller do not come back'] : [])]
  return losses.length === 0 ? '' : ` (${losses.join('; ')})`
}

function undoLines(plan: Plan): string[] {
  return [...plan.steps].reverse().flatMap((step) => {
    if (step.undo !== undefined) return [`  ${visible(actionText(step.undo))}`]
    return step.action.verb === 'wait' ? [] : [`  nothing takes back: ${visible(actionText(step.action))}`]
  })
}

/** What has to be committed besides: the person who approves the one is told of the other. */
function sourceBlock({ sourceChanges = [] }: Plan): string[] {
  return sourceChanges.length === 0 ? [] : ['Source to change:', ...sourceChanges.flatMap((change) => sourceLines(change).map((line) => `  ${visible(line)}`))]
}

function neededText(verdict: ShownParts['verdict']): string {
  const people = verdict.approvals === 1 ? '1 person' : `${verdict.approvals} people`
  const teams = verdict.distinctTeams > 1 ? ` of ${verdict.distinctTeams} different teams` : ''
  return `${people}${teams}${verdict.breakGlass ? ', breaking the glass of the change freeze' : ''}`
}
