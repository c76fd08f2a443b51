/** An effect: what one applied step did to the cluster. */

import type { FaultData } from '../kernel/fault.ts'

/** `already`: the cluster was as the step wants it, nothing was sent. `refused`: the cluster said no (a budget). */
export type EffectOutcome = 'applied' | 'already' | 'refused' | 'failed'

export interface Effect {
  readonly kind: 'effect'
  readonly stepId: string
  readonly outcome: EffectOutcome
  /** One sentence. */
  readonly detail: string
  readonly startedAtMs: number
  readonly endedAtMs: number
  /** Mutating requests that were sent for this step. */
  readonly requests: number
  readonly fault?: FaultData
  /** Evictions that a budget refused while the step ran. */
  readonly evictionsBlocked?: number
}

export function succeeded(effect: Effect): boolean {
  return effect.outcome === 'applied' || effect.outcome === 'already'
}
