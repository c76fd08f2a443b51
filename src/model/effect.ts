/** An effect: what one applied step did to the cluster. */

import type { FaultData } from '../kernel/fault.ts'

/**
 * `already`: the cluster was as the step wants it, nothing was sent. `skipped`: the target fails a precondition that says
 * to go on without it, nothing was sent. `refused`: the cluster said no (a budget), or a precondition that says to stop.
 */
export type EffectOutcome = 'applied' | 'already' | 'skipped' | 'refused' | 'failed'

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
  /** A hook's word that the plan goes no further after this step, which stands as it is. */
  readonly halted?: string
  /** What hooks said of the result: it may not be what it looks like. */
  readonly taint?: readonly string[]
}

/** May the plan go on with its next step? */
export function succeeded(effect: Effect): boolean {
  return effect.halted === undefined && (effect.outcome === 'applied' || effect.outcome === 'already' || effect.outcome === 'skipped')
}
