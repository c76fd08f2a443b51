/** Looks until every condition holds, or the time is up. One flow: on a twin, sleeping is what moves the time. */

import type { Clock } from '../kernel/clock.ts'
import type { Condition } from '../model/plan.ts'
import type { ConditionResult } from '../model/verification.ts'
import type { View } from '../model/view.ts'
import { evaluateCondition, type Detect } from './conditions.ts'

export interface WaitOptions {
  readonly conditions: readonly Condition[]
  takeView(): Promise<View>
  readonly detect: Detect
  readonly clock: Clock
  readonly timeoutMs: number
  readonly pollMs: number
  readonly signal?: AbortSignal
}

/** The results of the last look, all of one view. All conditions must hold at once: one that held and broke again does not count. */
export async function waitForConditions(options: WaitOptions): Promise<readonly ConditionResult[]> {
  const { conditions, clock, timeoutMs, pollMs, signal } = options
  const deadlineMs = clock.now() + timeoutMs
  for (;;) {
    const view = await options.takeView()
    const results = conditions.map((condition) => evaluateCondition(condition, { view, detect: options.detect }))
    const leftMs = deadlineMs - clock.now()
    if (results.every((result) => result.held) || leftMs <= 0) return results
    await clock.sleep(Math.min(pollMs, leftMs), signal === undefined ? {} : { signal })
  }
}
