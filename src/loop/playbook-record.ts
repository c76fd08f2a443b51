/**
 * Keeps what the runs of a playbook came to. Written by the stages as they end, under the step's key, so that a step that
 * runs again after a crash counts once. What the cluster or policy refused says nothing about the playbook.
 */

import type { Clock } from '../kernel/clock.ts'
import type { Approval } from '../model/approval.ts'
import type { Effect } from '../model/effect.ts'
import { playbookOf, type PlaybookEvent } from '../model/playbook.ts'
import type { Plan } from '../model/plan.ts'
import type { Rehearsal } from '../model/rehearsal.ts'
import type { Verification } from '../model/verification.ts'
import type { Store } from '../ports/store.ts'

export interface PlaybookRecord {
  /** Once an incident, however many turns rehearse it. */
  rehearsed(missionId: string, plan: Plan, rehearsal: Rehearsal): Promise<void>
  acted(key: string, plan: Plan, effect: Effect): Promise<void>
  undone(key: string, plan: Plan, effect: Effect): Promise<void>
  verified(key: string, plan: Plan, verification: Verification, effects: readonly Effect[]): Promise<void>
  answered(key: string, plan: Plan, approval: Approval): Promise<void>
}

export function playbookRecord(parts: { readonly store: Pick<Store, 'recordPlaybookOutcome'>; readonly clock: Clock }): PlaybookRecord {
  const keep = async (key: string, plan: Plan, event: PlaybookEvent | undefined): Promise<void> => {
    if (event !== undefined) await parts.store.recordPlaybookOutcome({ key: `${key}/${event}`, playbook: playbookOf(plan), event, atMs: parts.clock.now() })
  }
  return {
    rehearsed: (missionId, plan, rehearsal) => keep(`${missionId}/${playbookOf(plan)}`, plan, rehearsal.passed ? 'rehearsed' : undefined),
    acted: (key, plan, effect) => keep(key, plan, effect.outcome === 'failed' ? 'failed' : undefined),
    undone: (key, plan, effect) => keep(key, plan, effect.outcome === 'failed' ? 'undo-failed' : undefined),
    verified: (key, plan, verification, effects) => keep(key, plan, eventOfVerification(verification, effects)),
    answered: (key, plan, approval) => keep(key, plan, approval.state === 'denied' ? 'denied' : undefined),
  }
}

/** A plan that found everything done already has shown nothing. */
function eventOfVerification({ held }: Verification, effects: readonly Effect[]): PlaybookEvent | undefined {
  if (!held) return 'failed'
  return effects.some((effect) => effect.outcome === 'applied' && effect.requests > 0) ? 'verified' : undefined
}
