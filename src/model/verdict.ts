/** The gate's answer about one plan. `deny > ask > allow`; anything that cannot be judged is a deny. */

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
}

export type Verdict = VerdictBase &
  (
    | { readonly decision: 'allow' }
    | { readonly decision: 'ask'; readonly approvals: number; readonly distinctTeams: number; readonly breakGlass: boolean }
    | { readonly decision: 'deny' }
  )
