/**
 * A clearance: the gate's word that exactly this plan may be applied, and where.
 *
 * Only the type lives here, so that `act` can demand one without knowing the gate. The brand has no value
 * anywhere: `gate/clearance.ts` is the one place that makes clearances, and a cast elsewhere is a bug that the
 * tidy test looks for. A clearance for the twin is worth nothing on a live cluster.
 */

/** Where a cluster's changes are felt. The embedded demo cluster counts as `live`: people watch it. */
export type Realm = 'live' | 'twin'

declare const mintedByGate: unique symbol

export interface Cleared<T> {
  readonly kind: 'clearance'
  readonly plan: T
  /** Hash of the plan as judged; `act` recomputes it before every step. */
  readonly planHash: string
  readonly scope: Realm
  /** Digest of the policies that allowed it; absent for a rehearsal, which needs no policy. */
  readonly policyDigest?: string
  /** The approval that was granted, where policy asked for one. */
  readonly approvalId?: string
  readonly [mintedByGate]: true
}
