/**
 * When a stream that begins with everything there is has delivered it. A server that knows the parameters says so with a
 * bookmark; one that ignores them delivers, and then says nothing: after a while of silence it is not waited for.
 */

import type { Clock } from '../../kernel/clock.ts'
import type { Fault } from '../../kernel/fault.ts'
import { LISTING_SILENCE_MS } from '../../kernel/limits.ts'

export interface ListingEnd {
  readonly outcome: Promise<'listed' | 'silent' | 'ended' | Fault>
  heard(): void
  isReached(): boolean
  reached(): void
  /** The stream is over, whatever it delivered. */
  ended(reason: Fault | undefined): void
}

export function listingEnd(clock: Clock, giveUp: () => void): ListingEnd {
  const { promise, resolve } = Promise.withResolvers<'listed' | 'silent' | 'ended' | Fault>()
  let heardMs = clock.now()
  let isReached = false
  let cancel = clock.after(LISTING_SILENCE_MS, check)
  function check(): void {
    const leftMs = heardMs + LISTING_SILENCE_MS - clock.now()
    if (leftMs > 0) {
      cancel = clock.after(leftMs, check)
      return
    }
    resolve('silent')
    giveUp()
  }
  return {
    outcome: promise,
    heard: () => void (heardMs = clock.now()),
    isReached: () => isReached,
    reached() {
      isReached = true
      cancel()
      resolve('listed')
    },
    ended(reason) {
      cancel()
      resolve(reason ?? 'ended')
    },
  }
}
