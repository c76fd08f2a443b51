/**
 * Asking people, and taking the answer. The request is stored under an id made from the step's key, so asking again
 * after a crash is the same request; a grant is used up under a lock by the step that settles it, so it works once.
 */

import { requestApproval, settle as settled } from '../gate/approvals.ts'
import { shownText } from '../gate/shown.ts'
import { voteEntry } from '../gate/vote-entry.ts'
import { assert, required } from '../kernel/assert.ts'
import { toIso } from '../kernel/clock.ts'
import { jsonEqual } from '../kernel/json.ts'
import type { Approval } from '../model/approval.ts'
import type { View } from '../model/view.ts'
import { whyVoidNow } from './approval-facts-now.ts'
import { playbookRecord } from './playbook-record.ts'
import type { Asked, Judged, Observation, Settled, Stages } from './stages.ts'
import type { Note, StageParts } from './wire-stages.ts'

interface ApprovalParts extends StageParts {
  readonly note: Note
  viewOf(observation: Observation): Promise<View>
}

/** The same question about the same objects is not asked again within this: an answer to it is not there yet, and not because nobody heard. */
const SAME_QUESTION_MS = 10 * 60_000

export function approvalStages(parts: ApprovalParts): Pick<Stages, 'requestApproval' | 'announceApproval' | 'settleApproval'> {
  return {
    requestApproval: (key, observation, judged) => ask(parts, { key, observation, judged }),
    announceApproval: (key, approvalId, told) => announce(parts, { key, approvalId, ...told }),
    settleApproval: (key, approvalId, judged) => settle(parts, { key, id: approvalId, judged }),
  }
}

async function ask(parts: ApprovalParts, request: { readonly key: string; readonly observation: Observation; readonly judged: Judged }): Promise<Asked> {
  const { store, incident, clock, desk } = parts
  const { key, judged } = request
  const approval = newRequest(parts, { key, judged, view: await parts.viewOf(request.observation) })
  const before = await store.approvals({ missionId: incident.missionId })
  const twin = before.find((earlier) => earlier.id !== approval.id && isSameQuestion(earlier, approval))
  if (twin !== undefined) return { type: 'not-asked', reason: `the same question was asked minutes ago (${twin.id}), and is ${twin.state}` }
  if (!(await store.requestApproval(approval))) return { type: 'not-asked', reason: 'too many requests of this incident are open already' }
  const stored = required(await store.approval(approval.id), `approval ${approval.id}`)
  await store.updateIncident(incident.id, { state: 'awaiting-approval', summary: `a person must answer until ${toIso(stored.expiresAtMs).slice(11, 16)} UTC: ${judged.plan.goal}` }, clock.now())
  await noteRequest(parts, key, stored, judged)
  const ofPlan = before.filter((earlier) => earlier.planId === judged.plan.id)
  const announcements = desk.announcements({ firstAskedMs: Math.min(stored.requestedAtMs, ...ofPlan.map(({ requestedAtMs }) => requestedAtMs)), nowMs: stored.requestedAtMs })
  return { type: 'asked', approval: stored, announcements: announcements.filter(({ afterMs }) => stored.requestedAtMs + afterMs < stored.expiresAtMs) }

  function isSameQuestion(earlier: Approval, now: Approval): boolean {
    return earlier.planHash === now.planHash && jsonEqual(earlier.targetVersions, now.targetVersions) && now.requestedAtMs - earlier.requestedAtMs < SAME_QUESTION_MS
  }
}

async function noteRequest({ note, tickets, incident, clock }: ApprovalParts, key: string, approval: Approval, judged: Judged): Promise<void> {
  const { id, planHash, approvalsNeeded, distinctTeams, expiresAtMs, shown, shownDigest, rehearsalId, targetVersions } = approval
  await note('approval-requested', key, { approvalId: id, planId: judged.plan.id, planHash, rehearsalId, targetVersions, approvalsNeeded, distinctTeams, expiresAtMs, shown, shownDigest })
  const ticket = await tickets.ofIncident(incident.id)
  if (ticket !== undefined) await tickets.comment(ticket.id, { key, author: 'boyd', text: `Approval ${id} is asked.\n${shown}`, atMs: clock.now() })
}

function newRequest(parts: ApprovalParts, asked: { readonly key: string; readonly judged: Judged; readonly view: View }): Approval {
  const { incident, clock, desk } = parts
  const { plan, rehearsal, verdict } = asked.judged
  assert(verdict.decision === 'ask', 'a person is asked only where the gate asks')
  const nowMs = clock.now()
  return requestApproval({
    id: approvalId(asked.key),
    incident,
    plan,
    rehearsal,
    verdict,
    view: asked.view,
    requestedBy: 'boyd',
    agentVersion: desk.agentVersion,
    shown: shownText({ incident, plan, rehearsal, verdict, view: asked.view, nowMs }),
    nowMs,
  })
}

interface Announcing {
  readonly key: string
  readonly approvalId: string
  readonly channels: readonly string[]
  readonly again: boolean
  readonly judged: Judged
}

/** A channel that cannot be told is written down; the others are told all the same. */
async function announce({ store, desk, incident, note }: ApprovalParts, { key, approvalId: id, channels, again, judged }: Announcing): Promise<void> {
  const approval = required(await store.approval(id), `approval ${id}`)
  if (approval.state !== 'pending') return
  const told = []
  for (const channel of channels) told.push(await desk.tell(channel, { approval, incident, plan: judged.plan, again }))
  const messages = told.flatMap(({ message }) => message ?? [])
  await store.changeApproval(id, (current) => ({ ...current, messages: [...current.messages, ...messages] }))
  await note('approval-announced', key, { approvalId: id, again, told: told.map(({ channel, failure }) => ({ channel, ...(failure === undefined ? {} : { failure }) })) })
}

async function settle(parts: ApprovalParts, ended: { readonly key: string; readonly id: string; readonly judged: Judged }): Promise<Settled> {
  const { store, clock, note, incident, desk } = parts
  const { key, id, judged } = ended
  const approval = required(await store.approval(id), `approval ${id}`)
  const looked = approval.state === 'granted' ? await whyVoidNow(parts, approval, judged) : undefined
  const { planHash } = judged.verdict
  const after = await store.changeApproval(id, (current) => settled(current, { planHash, rehearsalId: judged.rehearsal.id, nowMs: clock.now(), by: key, whyVoid: looked }))
  const used = after.state === 'consumed' && after.consumedBy === key
  await store.updateIncident(incident.id, { state: 'working', summary: `approval ${id} is ${after.state}` }, clock.now())
  for (const vote of after.votes) await parts.record(voteEntry(after, vote))
  await playbookRecord(parts).answered(key, judged.plan, after)
  await desk.takeBack(after)
  const { state, voidReason, votes } = after
  await note('approval-ended', key, { approvalId: id, state, ...(voidReason === undefined ? {} : { voidReason }), planHash: after.planHash, votes })
  return { approval: after, used, again: await mayAskAgain(parts, after) }
}

/** Nobody answered, or the answer came too late for how things are: the plan may be wanted still. */
async function mayAskAgain({ store, desk }: ApprovalParts, { state, missionId, planId }: Approval): Promise<boolean> {
  if (state !== 'expired' && state !== 'invalidated') return false
  const asked = (await store.approvals({ missionId })).filter((approval) => approval.planId === planId)
  return asked.length < desk.asksMax
}

/** `mis-…/1-ask-1` → `apr-mis-…-1-1`: one id for one question, whenever it is asked. */
function approvalId(key: string): string {
  return `apr-${key.replaceAll('/', '-').replace('-ask-', '-')}`
}
