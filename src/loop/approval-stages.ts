/**
 * Asking a person, and taking the answer. The request is stored under an id made from the step's key, so asking again
 * after a crash is the same request; a grant is consumed by one conditional update, so it works once.
 */

import { consume, expire, invalidateIfMoved, requestApproval } from '../gate/approvals.ts'
import { shownText } from '../gate/shown.ts'
import { voteEntry } from '../gate/vote-entry.ts'
import { assert, required } from '../kernel/assert.ts'
import type { Approval } from '../model/approval.ts'
import type { View } from '../model/view.ts'
import { createView } from '../model/view.ts'
import { playbookRecord } from './playbook-record.ts'
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
    settleApproval: (key, approvalId, judged) => settle(parts, { key, id: approvalId, judged }),
  }
}

async function ask(parts: ApprovalParts, request: { readonly key: string; readonly observation: Observation; readonly judged: Judged }): Promise<Approval> {
  const { store, tickets, incident, clock, note } = parts
  const { key, judged } = request
  const view = await parts.viewOf(request.observation)
  const approval = newRequest(parts, { key, judged, view })
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

function newRequest(parts: ApprovalParts, asked: { readonly key: string; readonly judged: Judged; readonly view: View }): Approval {
  const { incident, clock } = parts
  const { plan, rehearsal, verdict } = asked.judged
  assert(verdict.decision === 'ask', 'a person is asked only where the gate asks')
  const nowMs = clock.now()
  return requestApproval({
    id: approvalId(asked.key),
    missionId: incident.missionId,
    incidentId: incident.id,
    plan,
    rehearsal,
    verdict,
    view: asked.view,
    requestedBy: 'boyd',
    shown: shownText({ plan, rehearsal, verdict, view: asked.view, nowMs }),
    nowMs,
  })
}

async function settle(parts: ApprovalParts, ended: { readonly key: string; readonly id: string; readonly judged: Judged }): Promise<Approval> {
  const { store, clock, note, incident } = parts
  const { key, id, judged } = ended
  await moveOn(parts, required(await store.approval(id), `approval ${id}`), judged)
  const settled = required(await store.approval(id), `approval ${id}`)
  await store.updateIncident(incident.id, { state: 'working', summary: `approval ${id} is ${settled.state}` }, clock.now())
  for (const vote of settled.votes) await parts.record(voteEntry(settled, vote))
  await playbookRecord(parts).answered(key, judged.plan, settled)
  await note('approval-ended', key, { approvalId: id, state: settled.state, planHash: settled.planHash, votes: settled.votes })
  return settled
}

/** A grant is looked at once more, against the clock and against the cluster as it is now, before it is used up. */
async function moveOn(parts: ApprovalParts, approval: Approval, judged: Judged): Promise<void> {
  const { store, cluster, clock } = parts
  if (approval.state === 'pending') {
    await store.moveApproval(approval.id, 'pending', 'expired')
    return
  }
  if (approval.state !== 'granted') return
  const view = createView(await takeSnapshot({ cluster, clock }))
  const current = invalidateIfMoved(expire(approval, clock.now()), judged.plan, view)
  const used = consume(current, { planHash: approval.planHash, rehearsalId: judged.rehearsal.id, nowMs: clock.now() })
  const next = used.type === 'moved' ? 'consumed' : current.state === 'granted' ? 'invalidated' : current.state
  await store.moveApproval(approval.id, 'granted', next)
}

/** `mis-…/1-ask-1` → `apr-mis-…-1-1`: one id for one question, whenever it is asked. */
function approvalId(key: string): string {
  return `apr-${key.replaceAll('/', '-').replace('-ask-', '-')}`
}
