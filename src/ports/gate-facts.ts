/**
 * What the gate knows of the world besides the cluster: read by the gate itself for each judgement, never handed in by
 * whoever wants something judged. Adapters answer; they do not decide.
 */

import type { AutonomyLevel } from '../model/playbook.ts'

/** `untracked`: the operator named no source. `unknown`: there is one, and it gave no usable answer. */
export type ErrorBudgetReading =
  | { readonly type: 'untracked' }
  | { readonly type: 'known'; readonly leftPct: number; readonly detail: string }
  | { readonly type: 'unknown'; readonly detail: string }

export interface PlaybookStanding {
  readonly level: AutonomyLevel
  readonly recentFailures: number
  /** Why it stands there, as one sentence. */
  readonly detail: string
}

export interface GateFacts {
  /** Never rejects: a source that fails is an `unknown` budget. `namespace` is absent for what has none. */
  errorBudget(target: { readonly namespace?: string }): Promise<ErrorBudgetReading>
  /** May reject with a fault when the store does not answer; the gate then denies. */
  playbook(playbook: string): Promise<PlaybookStanding>
}
