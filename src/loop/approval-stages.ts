/**
 * Asking a person, and taking the answer. The request is stored under an id made from the step's key, so asking again
 * after a crash is the same request; a grant is consumed by one conditional update, so it works once.
 */

import { requestApproval, whyVoid } from '../gate/approvals.ts'
import { required } from '../kernel/assert.ts'
import type { Approval } from '../model/approval.ts'
import type { View } from '../model/view.ts'
import { createView } from '../model/view.ts'
import type { Judged, Observation, Stages } from './stages.ts'
import { takeSnapshot } from './take-snapshot.ts'
import type { Note, StageParts } from './wire-stages.ts'

interface ApprovalParts extends StageParts {
  readonly note: Note
  viewOf(observation: Observation): Promise<View>
}

export function approvalStages(parts: ApprovalParts): Pick<Stages, 'requestApproval' | 'settleApproval'> {
  return {
    requestApproval: (key, observation, judged) => ask(parts, { key, observation, judged }),
    settleApproval: (key, approvalId) => settle(parts, key, approvalId),
  }
}

async function ask(parts: ApprovalParts, request: { readonly key: string; readonly observation: Observation; readonly judged: Judged }): Promise<Approval> {
  const { store, tickets, incident, clock, note } = parts
  const { key, judged } = request
  const approval = requestApproval({ id: approvalId(key), incident, ...judged, view: await parts.viewOf(request.observation), nowMs: clock.now() })
  await store.requestApproval(approval)
  const stored = required(await store.approval(approval.id), `approval ${approval.id}`)
  await store.updateIncident(incident.id, { state: 'awaiting-approval', summary: `a person must answer: ${judged.plan.goal}` }, clock.now())
  await note('approval-requested', key, {
    approvalId: stored.id,
    planId: judged.plan.id,
    planHash: stored.planHash,
    approvalsNeeded: stored.approvalsNeeded,
    expiresAtMs: stored.expiresAtMs,
    shown: stored.shown,
    shownDigest: stored.shownDigest,
  })
  const ticket = await tickets.ofIncident(incident.id)
  if (ticket !== undefined) await tickets.comment(ticket.id, { key, author: 'boyd', text: `Approval ${stored.id} is asked.\n${stored.shown}`, atMs: clock.now() })
  return stored
}

async function settle(parts: ApprovalParts, key: string, id: string): Promise<Approval> {
  const { store, clock, note, incident } = parts
  const before = required(await store.approval(id), `approval ${id}`)
  await moveOn(parts, before)
  const settled = required(await store.approval(id), `approval ${id}`)
  await store.updateIncident(incident.id, { state: 'working', summary: `approval ${id} is ${settled.state}` }, clock.now())
  await note('approval-ended', key, { approvalId: id, state: settled.state, planHash: settled.planHash, votes: settled.votes })
  return settled
}

async function moveOn(parts: ApprovalParts, approval: Approval): Promise<void> {
  const { store, cluster, clock } = parts
  if (approval.state === 'pending') {
    await store.moveApproval(approval.id, 'pending', 'expired')
    return
  }
  if (approval.state !== 'granted') return
  const view = createView(await takeSnapshot({ cluster, clock }))
  const reason = whyVoid({ approval, view, nowMs: clock.now() })
  await store.moveApproval(approval.id, 'granted', reason === undefined ? 'consumed' : 'invalidated')
}

/** `mis-…/1-ask-1` → `apr-mis-…-1-1`: one id for one question, whenever it is asked. */
function approvalId(key: string): string {
  return `apr-${key.replaceAll('/', '-').replace('-ask-', '-')}`
}
