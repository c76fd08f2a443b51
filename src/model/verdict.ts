/** The gate's answer about one plan. `deny > ask > allow`; anything that cannot be judged is a deny. */

import type { JsonObject } from '../kernel/json.ts'

export interface Reason {
  /** Id of the policy that decided, or of the gate's own check: `node-delete-asks`, `pdp-failure`. */
  readonly policy: string
  readonly text: string
  /** The step it is about; absent where it is about the whole plan. */
  readonly stepId?: string
}

export interface VerdictBase {
  readonly kind: 'verdict'
  readonly planHash: string
  readonly policyDigest: string
  readonly decidedAtMs: number
  readonly reasons: readonly Reason[]
  /** What policy was asked, one a changing step, in the shape of the examples: so that it can be asked again. */
  readonly requests?: readonly JudgedRequest[]
  /** What policies on trial would have changed; they change nothing. */
  readonly shadow?: readonly ShadowChange[]
}

export interface JudgedRequest {
  readonly stepId?: string
  readonly request: JsonObject
}

/** `from` and `to` as examples write verdicts: `allow`, `ask 1`, `deny`. */
export interface ShadowChange {
  readonly policy: string
  readonly stepId?: string
  readonly from: string
  readonly to: string
}

export type Verdict = VerdictBase &
  (
    | { readonly decision: 'allow' }
    | { readonly decision: 'ask'; readonly approvals: number; readonly distinctTeams: number; readonly breakGlass: boolean }
    | { readonly decision: 'deny' }
  )
