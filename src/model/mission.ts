/** A mission: the durable run that works an incident. Its states and the legal moves between them. */

import type { Diagnosis } from './diagnosis.ts'
import type { Effect } from './effect.ts'
import type { Plan } from './plan.ts'
import type { Rehearsal } from './rehearsal.ts'
import type { Verdict } from './verdict.ts'
import type { Verification } from './verification.ts'

export type MissionOutcome = 'resolved' | 'handed-over' | 'no-action'

export interface Candidate {
  readonly plan: Plan
  readonly planHash: string
  readonly rehearsal?: Rehearsal
  readonly verdict?: Verdict
  /** Why this candidate was not taken; absent for the one that was. */
  readonly rejected?: string
  /** What people said to it, where they were asked and it was not taken; `void`: yes, to how things were. */
  readonly answer?: 'denied' | 'unanswered' | 'void'
  /** It may be asked for once more. */
  readonly askAgain?: true
}

/** What one pass of the loop did. */
export interface TurnRecord {
  readonly turn: number
  readonly diagnosis: Diagnosis
  readonly candidates: readonly Candidate[]
  readonly effects: readonly Effect[]
  readonly verification?: Verification
  readonly result: TurnResult
}

export type TurnResult =
  | { readonly type: 'resolved'; readonly summary: string }
  | { readonly type: 'no-action'; readonly summary: string }
  | { readonly type: 'handed-over'; readonly summary: string }
  /** `waiting`: nothing failed, but nobody has answered yet. */
  | { readonly type: 'try-again'; readonly summary: string; readonly waiting?: true }

export interface MissionResult {
  readonly kind: 'mission-result'
  readonly missionId: string
  readonly incidentId: string
  readonly outcome: MissionOutcome
  readonly summary: string
  readonly turns: number
}
