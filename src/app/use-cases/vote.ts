/**
 * A person's answer to an approval request. The vote is stored first; the mission that waits is told second, with
 * a key, so that a repeat of either changes nothing.
 */

import { fault } from '../../kernel/fault.ts'
import { required } from '../../kernel/assert.ts'
import type { Clock } from '../../kernel/clock.ts'
import { castVote, expire } from '../../gate/approvals.ts'
import type { KeyRing } from '../../gate/signing.ts'
import { voteEntry } from '../../gate/vote-entry.ts'
import { signVote, type UnsignedVote } from '../../gate/vote-proof.ts'
import { OPEN_STATES } from '../../model/incident.ts'
import type { Approval } from '../../model/approval.ts'
import type { Principal } from '../../model/principal.ts'
import type { LedgerEntryInit } from '../../model/ledger-entry.ts'
import type { Engine } from '../../ports/engine.ts'
import type { Store } from '../../ports/store.ts'
import type { ApprovalSettings } from '../settings/approvals.ts'
import { demand } from './demand.ts'
import type { VoteRequest } from './use-cases.ts'

export interface VoteParts {
  readonly store: Store
  readonly engine: Engine
  readonly clock: Clock
  readonly wallClock: Pick<Clock, 'now'>
  readonly keys: Pick<KeyRing, 'sign'>
  readonly settings: { readonly approvals: Pick<ApprovalSettings, 'newApproverWaitMinutes'> }
  record(entry: LedgerEntryInit): Promise<unknown>
}

/** Characters of a plan hash that a person must repeat: 24 bits, enough that a slip of the hand hits nothing. */
const HASH_SUFFIX_MIN = 6

export async function vote(parts: VoteParts, who: Principal, request: VoteRequest): Promise<Approval> {
  demand(who, request.decision)
  if (request.decision === 'approve') checkNotNew(parts, who)
  const { store, engine, clock } = parts
  const { decision, reason, door } = request
  const { subject: by, name, teams, authentication } = who
  const cast: UnsignedVote = { by, name, teams, authentication, decision, reason, door, atMs: clock.now() }
  const approval = await store.changeApproval(request.approvalId, (current) => {
    checkSamePlan(current, request.planHash)
    return counted(current, cast, parts.keys)
  })
  const stored = approval.votes.find((vote) => vote.by === who.subject && vote.decision === decision)
  await parts.record(voteEntry(approval, required(stored, 'the vote that was counted')))
  if (approval.state !== 'pending') await tellMission(engine, approval)
  return approval
}

/**
 * Tells the missions whose answer was stored by a process that died before it could say so. Safe to call at any time:
 * an answer that was heard is not heard again.
 */
export async function tellAnswered(parts: Pick<VoteParts, 'store' | 'engine'>): Promise<void> {
  for (const incident of await parts.store.incidents({ limit: 1_000, states: OPEN_STATES })) {
    const approvals = await parts.store.approvals({ missionId: incident.missionId })
    for (const approval of approvals.filter(({ state }) => state === 'granted' || state === 'denied')) await tellMission(parts.engine, approval)
  }
}

async function tellMission(engine: Engine, approval: Approval): Promise<void> {
  await engine.send(approval.missionId, `approval-${approval.id}`, { state: approval.state }, `${approval.id}-${approval.state}`)
}

/** A role that was given for the occasion approves nothing: whoever hands out roles would have all the votes. */
function checkNotNew({ wallClock, settings }: VoteParts, who: Principal): void {
  const waitMinutes = settings.approvals.newApproverWaitMinutes
  if (who.approverSinceMs === undefined || wallClock.now() - who.approverSinceMs >= waitMinutes * 60_000) return
  throw fault({
    code: 'conflict',
    operation: 'vote',
    subject: who.subject,
    message: `${who.name} has been an approver for less than ${waitMinutes} minutes`,
    hint: 'Another approver must answer, or the wait be over (approvals.newApproverWaitMinutes).',
    recovery: 'give-up',
  })
}

/** A retry of a vote that was counted is answered as the first time was: the answer may have been lost. */
function counted(approval: Approval, cast: UnsignedVote, keys: VoteParts['keys']): Approval {
  if (approval.votes.some((vote) => vote.by === cast.by && vote.decision === cast.decision)) return approval
  const result = castVote(approval, signVote(approval, cast, keys))
  if (result.type === 'moved') return result.approval
  throw fault({
    code: 'conflict',
    operation: 'vote',
    subject: approval.id,
    message: result.reason,
    hint: expire(approval, cast.atMs).state === 'pending' ? 'Another person must answer.' : 'If the plan is still wanted, the mission asks again with a fresh rehearsal.',
    recovery: 'give-up',
  })
}

/** What you see is what you sign: a vote names the plan it is about. */
function checkSamePlan(approval: Approval, planHash: string): void {
  const hex = planHash.replace(/^sha256:/, '')
  if (hex.length >= HASH_SUFFIX_MIN && approval.planHash.endsWith(hex)) return
  throw fault({
    code: 'invalid',
    operation: 'vote',
    subject: approval.id,
    message: 'the plan hash is not the one of this request',
    hint: `Show the request again and repeat the last ${HASH_SUFFIX_MIN} characters of its hash.`,
  })
}
