/**
 * A playbook: a hazard with the verbs that answer it, whatever object it is about. What its runs came to is kept, and
 * from that it earns, or loses, the right to act without a person.
 */

import { isMutation, type Plan } from './plan.ts'

/** Least first. `observe` and `suggest` change nothing; `approve` acts when a person said yes; `auto` acts. */
export const AUTONOMY_LEVELS = ['observe', 'suggest', 'approve', 'auto'] as const

export type AutonomyLevel = (typeof AUTONOMY_LEVELS)[number]

/**
 * What a run of a playbook came to: its rehearsal passed; the fix was verified on the cluster; it was applied and the
 * proof did not hold, or a step failed; a person said no; an undo failed.
 */
export type PlaybookEvent = 'rehearsed' | 'verified' | 'failed' | 'denied' | 'undo-failed'

export interface PlaybookOutcome {
  readonly playbook: string
  /** Idempotency key: the step of the mission that had this outcome. */
  readonly key: string
  readonly event: PlaybookEvent
  readonly atMs: number
}

/** `node-not-ready/cordon+drain`: the hazard and the verbs in the order in which they first come. */
export function playbookOf(plan: Plan): string {
  const verbs = plan.steps.map((step) => step.action).filter(isMutation).map((action) => action.verb)
  return `${plan.hazard}/${[...new Set(verbs)].join('+') || 'look'}`
}
