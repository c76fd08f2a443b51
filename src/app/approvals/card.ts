/** An approval request as a card for a chat, made from the plan by us: no text of it draws a line of its own. */

import { toIso } from '../../kernel/clock.ts'
import { visible } from '../../kernel/visible.ts'
import type { Approval } from '../../model/approval.ts'
import type { Incident } from '../../model/incident.ts'
import { actionText, isMutation, type Plan } from '../../model/plan.ts'
import type { ApprovalCard } from '../../ports/notifier.ts'

export interface CardParts {
  readonly approval: Approval
  readonly incident: Incident
  readonly plan: Plan
  readonly again: boolean
  readonly link?: string
}

/** A plan for which one person is enough, and that loses nothing, may be approved on the card; the others on the page only. */
export function cardOf({ approval, incident, plan, again, link }: CardParts): ApprovalCard {
  const { id, planHash, approvalsNeeded, distinctTeams, breakGlass, expiresAtMs, asked } = approval
  const people = approvalsNeeded === 1 ? '1 person' : `${approvalsNeeded} people${distinctTeams > 1 ? ` of ${distinctTeams} teams` : ''}`
  return {
    approvalId: id,
    planHash,
    goal: visible(plan.goal),
    facts: [
      { name: 'Incident', value: `${visible(incident.title)} (P${incident.severity})` },
      { name: 'Touches', value: `${asked.blast.pods} pods, ${asked.blast.nodes} nodes, ${asked.blast.namespaces} namespaces` },
      { name: 'Risk', value: plan.risk },
      { name: 'Needed', value: `${people}${breakGlass ? ', breaking the glass of a freeze' : ''}` },
      { name: 'Expires', value: `${toIso(expiresAtMs).slice(11, 16)} UTC` },
      { name: 'Plan', value: planHash.slice(-8) },
    ],
    steps: plan.steps.map(({ action }) => visible(actionText(action))),
    undo: [...plan.steps].reverse().filter(({ action }) => isMutation(action)).map((step) => (step.undo === undefined ? `nothing takes back: ${visible(actionText(step.action))}` : visible(actionText(step.undo)))),
    approvable: approvalsNeeded === 1 && !breakGlass,
    again,
    ...(link === undefined ? {} : { link }),
  }
}

/** How it ended, in one line. */
export function endingOf(approval: Approval): string {
  const veto = approval.votes.find(({ decision }) => decision === 'deny')
  if (veto !== undefined) return visible(`Denied by ${veto.name}${veto.reason === '' ? '' : `: ${veto.reason}`}`)
  const names = approval.votes.map(({ name }) => name).join(', ')
  if (approval.state === 'consumed') return visible(`Approved by ${names}; it runs.`)
  if (approval.state === 'invalidated') return visible(`Void: ${approval.voidReason ?? 'the cluster moved'}.`)
  return approval.state === 'expired' ? 'Expired: nobody answered in time.' : `It is ${approval.state}.`
}
