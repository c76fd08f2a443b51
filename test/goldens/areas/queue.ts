/** Which pod the scheduler tries next while attempts fail, time passes, and things happen that some of them wait for. */

import * as fc from 'fast-check'
import { createPodQueue } from '../../../src/twin/scheduler/queue.ts'
import { profileFor } from '../../../src/twin/profile.ts'
import { area } from '../area.ts'

interface Step {
  readonly add?: string
  readonly priority?: number
  readonly delete?: string
  readonly waitSeconds?: number
  /** What the plugin of this name waits for. */
  readonly event?: string
  readonly attempt?: 'bound' | 'refused' | 'error'
  readonly refusedBy?: readonly string[]
}

const plugin = fc.constantFrom('room', 'labels')
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ add: fc.constant('pod'), priority: fc.constantFrom(0, 0, 1, 5) }) },
  { weight: 1, arbitrary: fc.nat(9).map((pick) => ({ delete: String(pick) })) },
  { weight: 2, arbitrary: fc.constantFrom(1, 1, 2, 3, 7, 12).map((waitSeconds) => ({ waitSeconds })) },
  // Longer than the five minutes after which a parked pod is tried whatever happens.
  { weight: 1, arbitrary: fc.constant({ waitSeconds: 400 }) },
  { weight: 2, arbitrary: plugin.map((event) => ({ event })) },
  { weight: 4, arbitrary: fc.uniqueArray(plugin, { minLength: 1, maxLength: 2 }).map((refusedBy) => ({ attempt: 'refused' as const, refusedBy })) },
  { weight: 2, arbitrary: fc.constant({ attempt: 'error' as const }) },
  { weight: 1, arbitrary: fc.constant({ attempt: 'bound' as const }) },
)

/** No pod is added twice, and only those are deleted that were added. */
function named(steps: readonly Step[]): Step[] {
  let added = 0
  return steps.map((one) => {
    if (one.add !== undefined) return { ...one, add: `pod-${added++}` }
    if (one.delete !== undefined) return { delete: `pod-${Number(one.delete) % Math.max(1, added)}` }
    return one
  })
}

const START_MS = Date.UTC(2000, 0, 1) + 500
/** From one step to the next: no two things happen at once. */
const STEP_MS = 10

export const queue = area<{ readonly steps: readonly Step[] }>({
  name: 'queue',
  questions: fc.record({ steps: fc.array(step, { minLength: 4, maxLength: 30 }).map(named) }),
  count: 1_000,
  answer({ steps }, minor) {
    const profile = profileFor({ minor })
    const backoff = { initialMs: profile.schedulerBackoffInitialMs, maxMs: profile.schedulerBackoffMaxMs }
    const waiting = createPodQueue()
    const tried: string[] = []
    let nowMs = START_MS
    const attempt = ({ attempt: outcome, refusedBy = [] }: Step): void => {
      const pod = waiting.take(nowMs)
      tried.push(pod?.key ?? '')
      if (pod === undefined) return
      if (outcome === 'refused') waiting.park(pod, { rejectedBy: refusedBy, nowMs, backoff })
      else if (outcome === 'error') waiting.retry(pod, { nowMs, backoff })
      else waiting.remove(pod.key)
    }
    for (const one of steps) {
      nowMs += STEP_MS + (one.waitSeconds ?? 0) * 1000
      if (one.waitSeconds === 400) waiting.wake((pod) => pod.parkedAtMs <= nowMs - profile.schedulerFlushMs)
      if (one.add !== undefined) waiting.add({ key: one.add, uid: one.add, priority: one.priority ?? 0 })
      if (one.delete !== undefined) waiting.remove(one.delete)
      if (one.event !== undefined) waiting.wake((pod) => pod.rejectedBy.includes(one.event ?? ''))
      if (one.attempt !== undefined) attempt(one)
    }
    return tried
  },
})
