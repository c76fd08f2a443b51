/** The limits of the HTTP door: how often an address, a principal, a wrong guess and a public page are taken. */

import type { Clock } from '../kernel/clock.ts'
import { fault } from '../kernel/fault.ts'
import { createRateLimit } from './rate-limit.ts'

/**
 * `address`: everything of one address; an Alertmanager sends batches, a page polls. `principal`: a script that polls
 * ten times a second passes. `refused`: wrong credentials. `public`: what works without any, as a link of an approval.
 */
const BUCKETS = {
  address: { burst: 1_000, perSecond: 100 },
  principal: { burst: 500, perSecond: 30 },
  refused: { burst: 100, perSecond: 1 },
  public: { burst: 30, perSecond: 0.5 },
} as const

export interface Limits {
  /** Fault `rate-limited`, with how long to wait, when the bucket of `key` is empty. */
  count(bucket: keyof typeof BUCKETS, key: string): void
}

export function createLimits(clock: Pick<Clock, 'now'>): Limits {
  const limits = Object.fromEntries(Object.entries(BUCKETS).map(([name, size]) => [name, createRateLimit({ clock, ...size })]))
  return {
    count(bucket, key) {
      const waitMs = limits[bucket]?.take(key) ?? 0
      if (waitMs > 0) throw fault({ code: 'rate-limited', operation: 'http', message: 'too many requests', hint: `Try again in ${Math.ceil(waitMs / 1000)} s.`, retryAfterMs: waitMs })
    },
  }
}
