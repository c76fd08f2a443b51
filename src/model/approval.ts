/**
 * An approval request, its votes, and the grant they make. Bound to the plan's hash, the rehearsal and the
 * resource versions of the targets; single use; it expires.
 */

import type { Authentication } from './principal.ts'

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
  readonly door: 'cli' | 'http' | 'page' | 'slack' | 'story'
}

export type ApprovalState = 'pending' | 'granted' | 'denied' | 'expired' | 'invalidated' | 'consumed'

export interface Approval {
  readonly kind: 'approval'
  readonly id: string
  readonly missionId: string
  readonly incidentId: string
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
  readonly votes: readonly Vote[]
  readonly requestedAtMs: number
  readonly expiresAtMs: number
  /** Digest of the text that the person was shown: what you see is what you sign. */
  readonly shownDigest: string
  readonly shown: string
}
