/** A verification: the proof on the live cluster, and what differed from the prediction. */

import type { Condition } from './plan.ts'

export interface ConditionResult {
  readonly condition: Condition
  readonly held: boolean
  /** What was seen. */
  readonly detail: string
}

export interface Difference {
  readonly what: string
  readonly predicted: string
  readonly observed: string
}

export interface Verification {
  readonly kind: 'verification'
  readonly planHash: string
  readonly verifiedAtMs: number
  readonly held: boolean
  readonly results: readonly ConditionResult[]
  readonly differences: readonly Difference[]
}
