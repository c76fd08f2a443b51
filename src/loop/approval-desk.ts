/** What asking people takes, apart from the gate: who hears of it, who asks, and whether a voter still counts. Wired in `app/`. */

import type { Approval, SentMessage, Vote } from '../model/approval.ts'
import type { Incident } from '../model/incident.ts'
import type { Plan } from '../model/plan.ts'

/** Who hears of a request, and when, in milliseconds after it was made. */
export interface Announcement {
  readonly afterMs: number
  readonly channels: readonly string[]
}

/** What became of telling one channel. */
export interface Told {
  readonly channel: string
  /** Names the message, where it can be taken back. */
  readonly message?: SentMessage
  /** Why it was not told. */
  readonly failure?: string
}

export interface ApprovalDesk {
  readonly agentVersion: string
  /** How often one plan is asked for. */
  readonly asksMax: number
  /** In the order of time. `firstAskedMs`: when this plan was asked for the first time; escalation counts from there. */
  announcements(times: { readonly firstAskedMs: number; readonly nowMs: number }): readonly Announcement[]
  /** Never throws: a chat that is down must not keep anybody from being asked elsewhere. */
  tell(channel: string, asked: { readonly approval: Approval; readonly incident: Incident; readonly plan: Plan; readonly again: boolean }): Promise<Told>
  /** Takes back what still offers an answer. Never throws. */
  takeBack(approval: Approval): Promise<void>
  /** Why a vote no longer counts: its signature, or its voter. */
  whyNoVote(approval: Approval, vote: Vote): Promise<string | undefined>
}
