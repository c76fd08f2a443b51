/**
 * How often somebody may ask: a bucket of tokens each, in a table that cannot grow. When it is full, the one that asked
 * longest ago is forgotten: whoever floods the table with addresses gets no more than a fresh bucket for each.
 */

import type { Clock } from '../kernel/clock.ts'

export interface RateLimit {
  /** Takes one. 0 when there was one; otherwise how long to wait, in milliseconds. */
  take(key: string): number
}

export interface RateLimitOptions {
  readonly clock: Pick<Clock, 'now'>
  /** How many at once. */
  readonly burst: number
  readonly perSecond: number
}

const KEYS_MAX = 10_000

export function createRateLimit({ clock, burst, perSecond }: RateLimitOptions): RateLimit {
  const buckets = new Map<string, { readonly left: number; readonly atMs: number }>()
  return {
    take(key) {
      const nowMs = clock.now()
      const before = buckets.get(key) ?? { left: burst, atMs: nowMs }
      const left = Math.min(burst, before.left + (Math.max(0, nowMs - before.atMs) / 1000) * perSecond)
      // Written anew, so that the oldest key of the map is the one that asked longest ago.
      buckets.delete(key)
      buckets.set(key, { left: left >= 1 ? left - 1 : left, atMs: nowMs })
      const [oldest] = buckets.keys()
      if (buckets.size > KEYS_MAX && oldest !== undefined) buckets.delete(oldest)
      return left >= 1 ? 0 : Math.ceil(((1 - left) / perSecond) * 1000)
    },
  }
}
