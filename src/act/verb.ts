/**
 * What a verb is: it looks first, and says what there is left to do.
 *
 * Looking and sending are two halves so that `act` can check the step's preconditions between them, and so that
 * a step which was killed after its request was sent finds its own work done and sends nothing.
 */

import type { Clock } from '../kernel/clock.ts'
import type { Effect } from '../model/effect.ts'
import type { Action, Condition, Verb } from '../model/plan.ts'
import type { ConditionResult } from '../model/verification.ts'
import type { Hands } from './hands.ts'

/** Evaluates a condition against the cluster that is being changed, as it is now. */
export type Evaluate = (condition: Condition) => Promise<ConditionResult>

export interface VerbContext {
  readonly hands: Hands
  readonly clock: Clock
  readonly evaluate: Evaluate
  readonly signal?: AbortSignal
  readonly onProgress?: (text: string) => void
}

export type VerbResult = Pick<Effect, 'outcome' | 'detail' | 'fault' | 'evictionsBlocked'>

export type Prepared =
  | { readonly type: 'already'; readonly detail: string }
  | { readonly type: 'refused'; readonly detail: string }
  /** There is something to do; `run` does it. May be thrown away unrun. */
  | { readonly type: 'ready'; readonly run: () => Promise<VerbResult> }

export type ActionOf<V extends Verb> = Extract<Action, { verb: V }>

export interface VerbHandler<V extends Verb> {
  /** Reads only. Throws `Fault` when the world fails. */
  prepare(action: ActionOf<V>, context: VerbContext): Promise<Prepared>
  /** The action that takes this one back; undefined where nothing can. Reads only. */
  inverse(action: ActionOf<V>, context: VerbContext): Promise<Action | undefined>
}

export function already(detail: string): Prepared {
  return { type: 'already', detail }
}

export function refused(detail: string): Prepared {
  return { type: 'refused', detail }
}

export function ready(run: () => Promise<VerbResult>): Prepared {
  return { type: 'ready', run }
}

/** For a verb that nothing takes back. */
export function noInverse(): Promise<undefined> {
  return Promise.resolve(undefined)
}
