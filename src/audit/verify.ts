/**
 * Verifies a plan on the live cluster: does its proof hold, and did it go as the rehearsal said? "Resolved" is only
 * ever said on the strength of this.
 */

import type { Clock } from '../kernel/clock.ts'
import type { Effect } from '../model/effect.ts'
import { conditionText, planHash, type Plan } from '../model/plan.ts'
import type { Rehearsal } from '../model/rehearsal.ts'
import type { Verification } from '../model/verification.ts'
import type { View } from '../model/view.ts'
import type { Detect } from './conditions.ts'
import { differencesOf } from './differences.ts'
import { waitForConditions } from './wait-for-conditions.ts'

export interface VerifyOptions {
  readonly plan: Plan
  readonly rehearsal: Rehearsal
  readonly effects: readonly Effect[]
  readonly detect: Detect
  readonly clock: Clock
  takeView(): Promise<View>
  readonly signal?: AbortSignal
}

/** A look reads the whole cluster. */
const LOOK_EVERY_MS = 5_000

/** The cluster gets twice the longest rehearsed run: the twin knows no slow disk and no busy registry. */
const PATIENCE = 2
const WAIT_MIN_MS = 5 * 60_000
const WAIT_MAX_MS = 20 * 60_000

export async function verifyPlan(options: VerifyOptions): Promise<Verification> {
  const { plan, rehearsal, effects, detect, clock, signal } = options
  const results = await waitForConditions({
    conditions: plan.proof,
    takeView: () => options.takeView(),
    detect,
    clock,
    timeoutMs: patienceMs(rehearsal),
    pollMs: LOOK_EVERY_MS,
    ...(signal === undefined ? {} : { signal }),
  })
  const missing = results.filter((result) => !result.held)
  const unproven = missing.map((result) => ({ what: conditionText(result.condition), predicted: 'it holds', observed: result.detail }))
  return {
    kind: 'verification',
    planHash: planHash(plan),
    verifiedAtMs: clock.now(),
    // A plan without proof proves nothing.
    held: results.length > 0 && missing.length === 0,
    results,
    differences: [...(rehearsal.passed ? unproven : []), ...differencesOf(rehearsal, effects)],
  }
}

function patienceMs(rehearsal: Rehearsal): number {
  const longestMs = Math.max(0, ...rehearsal.runs.map((run) => run.durationMs))
  return Math.min(WAIT_MAX_MS, Math.max(WAIT_MIN_MS, longestMs * PATIENCE))
}
