/**
 * An approval request, its votes, and the grant they make. Bound to the plan's hash, the rehearsal and the
 * resource versions of the targets; single use; it expires.
 */

import type { Authentication } from './principal.ts'
import type { Severity } from './signal.ts'

/** Ed25519, base64url, by the key of that id. */
export interface Signature {
  readonly kid: string
  readonly sig: string
}

export interface Vote {
  /** Subject of the voter, as the doorkeeper proved it. */
  readonly by: string
  /** What people call the voter. */
  readonly name: string
  /** The voter's teams at the time of the vote. */
  readonly teams: readonly string[]
  /** How the voter proved who they are. */
  readonly authentication: Authentication
  readonly decision: 'approve' | 'deny'
  readonly reason: string
  readonly atMs: number
  /** The door it came through. */
  /** Ours, over all of the vote and what it is about. */
  readonly proof: Signature
  readonly door: 'cli' | 'http' | 'page' | 'slack' | 'story'
}

export type ApprovalState = 'pending' | 'granted' | 'denied' | 'expired' | 'invalidated' | 'consumed'

/** How much the plan touches, as it was when it was shown. */
export interface AskedBlast {
  readonly pods: number
  readonly podPct: number
  readonly namespaces: number
  readonly nodes: number
  readonly nodePct: number
}

/** How things stood when it was asked. What has become of them since is looked at before the approval is used. */
export interface Asked {
  readonly severity: Severity
  readonly blast: AskedBlast
  /** Version of the program that asked. */
  readonly agentVersion: string
}

/** Where a message about the request was shown, so that it can be taken back when the request is over. */
export interface SentMessage {
  readonly channel: string
  /** The other side's name for the message. */
  readonly ref: string
}

export interface Approval {
  readonly kind: 'approval'
  readonly id: string
  readonly missionId: string
  readonly incidentId: string
  readonly planId: string
  readonly planHash: string
  readonly rehearsalId: string
  /** `Kind ns/name` → version as rehearsed (see `gate/target-versions.ts`); a target that moved voids the approval. */
  readonly targetVersions: Readonly<Record<string, string>>
  /** Who asked. The requester never counts as an approver. */
  readonly requestedBy: string
  readonly approvalsNeeded: number
  /** From how many different teams the approvals must come. */
  readonly distinctTeams: number
  /** Asked under a freeze: a grant breaks the glass. */
  readonly breakGlass: boolean
  readonly state: ApprovalState
  /** Why it is void, where it is. */
  readonly voidReason?: string
  /** The step that used it up: nobody else can. */
  readonly consumedBy?: string
  readonly votes: readonly Vote[]
  readonly asked: Asked
  readonly messages: readonly SentMessage[]
  readonly requestedAtMs: number
  readonly expiresAtMs: number
  /** Digest of the text that the person was shown: what you see is what you sign. */
  readonly shownDigest: string
  readonly shown: string
}
