/**
 * The stages of a turn as the turn sees them: data in, data out, each safe to run twice with the same key.
 *
 * The real ones are put together in `loop/wire-stages.ts`; tests hand in small ones. What a stage returns is
 * recorded by the engine, so it is plain JSON.
 */

import type { Approval } from '../model/approval.ts'
import type { Diagnosis } from '../model/diagnosis.ts'
import type { Effect } from '../model/effect.ts'
import type { Candidate, TurnResult } from '../model/mission.ts'
import type { Plan, Step } from '../model/plan.ts'
import type { Rehearsal } from '../model/rehearsal.ts'
import type { Verdict } from '../model/verdict.ts'
import type { Announcement } from './approval-desk.ts'
import type { Verification } from '../model/verification.ts'

/** What was looked at: the snapshot lies in the store under its digest. */
export interface Observation {
  readonly snapshotDigest: string
  readonly takenAtMs: number
  readonly objectCount: number
}

/** A candidate that was rehearsed and judged. */
export interface Judged {
  readonly plan: Plan
  readonly rehearsal: Rehearsal
  readonly verdict: Verdict
}

/** Whether people were asked, and who hears of it when. */
export type Asked =
  | { readonly type: 'asked'; readonly approval: Approval; readonly announcements: readonly Announcement[] }
  | { readonly type: 'not-asked'; readonly reason: string }

/** How a request ended. `used`: it is granted, and this mission has used it up. `again`: the plan may be asked for once more. */
export interface Settled {
  readonly approval: Approval
  readonly used: boolean
  readonly again: boolean
}

/** The claim on a root cause: another mission may be at work on it already. */
export type Claim = { readonly type: 'ours' } | { readonly type: 'taken'; readonly missionId: string }

export interface Stages {
  observe(key: string): Promise<Observation>
  orient(key: string, observation: Observation): Promise<Diagnosis>
  /** One mission at a time works a root cause. */
  claim(key: string, diagnosis: Diagnosis): Promise<Claim>
  /** True once that mission has ended. */
  hasEnded(missionId: string): Promise<boolean>
  decide(key: string, observation: Observation, diagnosis: Diagnosis): Promise<readonly Plan[]>
  rehearse(key: string, observation: Observation, plan: Plan): Promise<Rehearsal>
  /** Best first. Pure. */
  rank(candidates: readonly Candidate[]): readonly Candidate[]
  judge(key: string, observation: Observation, candidate: { readonly plan: Plan; readonly rehearsal: Rehearsal }): Promise<Verdict>
  requestApproval(key: string, observation: Observation, judged: Judged): Promise<Asked>
  /** Tells channels of a request that is still open. `again`: they are told because nobody has answered. */
  announceApproval(key: string, approvalId: string, told: { readonly channels: readonly string[]; readonly again: boolean; readonly judged: Judged }): Promise<void>
  /** The request as it stands after somebody answered, or the time was up; a grant is consumed here, once. */
  settleApproval(key: string, approvalId: string, judged: Judged): Promise<Settled>
  /** Applies one step under a live clearance; refuses without one. */
  act(key: string, step: Step, cleared: { readonly judged: Judged; readonly approvalId?: string }): Promise<Effect>
  /** Records a step that is left out because its target was skipped before. */
  leaveOut(key: string, effect: Effect): Promise<Effect>
  undo(key: string, step: Step, cleared: { readonly judged: Judged; readonly approvalId?: string }): Promise<Effect>
  verify(key: string, judged: Judged, effects: readonly Effect[]): Promise<Verification>
  /** Records how the turn ended; returns the time since the mission began. */
  conclude(key: string, result: TurnResult): Promise<number>
}
