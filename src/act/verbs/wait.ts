/** Wait: changes nothing and looks until the condition holds, or the time is up. */

import { fault, faultData } from '../../kernel/fault.ts'
import { conditionText } from '../../model/plan.ts'
import { already, noInverse, ready, type ActionOf, type VerbContext, type VerbHandler, type VerbResult } from '../verb.ts'

/** Each look reads the cluster; controllers act within seconds, people read in minutes. */
const LOOK_EVERY_MS = 2_000

export const wait: VerbHandler<'wait'> = {
  async prepare(action, context) {
    const first = await context.evaluate(action.until)
    return first.held ? already(first.detail) : ready(() => waitUntil(action, context))
  },
  inverse: noInverse,
}

async function waitUntil(action: ActionOf<'wait'>, context: VerbContext): Promise<VerbResult> {
  const { clock, signal } = context
  const deadlineMs = clock.now() + action.timeoutMs
  context.onProgress?.(`waiting until ${conditionText(action.until)}`)
  for (;;) {
    await clock.sleep(Math.max(1, Math.min(LOOK_EVERY_MS, deadlineMs - clock.now())), signal === undefined ? {} : { signal })
    const { held, detail } = await context.evaluate(action.until)
    if (held) return { outcome: 'applied', detail }
    if (clock.now() >= deadlineMs) return timedOut(action, detail)
  }
}

function timedOut(action: ActionOf<'wait'>, seen: string): VerbResult {
  const message = `${conditionText(action.until)} did not come true within ${action.timeoutMs / 1000} s: ${seen}`
  return { outcome: 'failed', detail: message, fault: faultData(fault({ code: 'timeout', operation: 'wait', message })) }
}
