/** The anchors as the keeper uses them: a checkpoint goes to all at once, none may hold up the others, and each is remembered. */

import type { Clock } from '../../kernel/clock.ts'
import { faultLine, isFault } from '../../kernel/fault.ts'
import type { Anchor } from '../../ports/anchor.ts'

/** A push over a slow line takes seconds; a change that waits for one should not wait for a minute. */
const ANCHOR_TIMEOUT_MS = 15_000

export interface AnchorState {
  readonly name: string
  /** Why it did not take the last checkpoint; absent when it did. */
  readonly failure?: string
}

export interface AnchorBoard {
  /**
   * `judge` says of what an anchor holds already whether the new checkpoint may stand in its place: nothing goes over one that
   * is not of this ledger, and over a newer one of another process nothing needs to go. Throws where it may not.
   */
  publish(checkpoint: string, judge: (held: { readonly name: string; readonly checkpoint: string }) => Promise<'older' | 'newer'>): Promise<void>
  /** What the anchors hold, as far as they answer. */
  held(): Promise<readonly { readonly name: string; readonly checkpoint: string }[]>
  /** After the last checkpoint; empty before the first. */
  states(): readonly AnchorState[]
}

export function createAnchorBoard(anchors: readonly Anchor[], clock: Pick<Clock, 'sleep'>): AnchorBoard {
  let states: readonly AnchorState[] = []
  return {
    async publish(checkpoint, judge) {
      const take = async ({ name, read, publish }: Anchor): Promise<void> => {
        const held = await read()
        if (held === checkpoint) return
        if (held === undefined || (await judge({ name, checkpoint: held })) === 'older') await publish(checkpoint)
      }
      states = await Promise.all(anchors.map(async (anchor) => ({ name: anchor.name, ...(await failureOf(() => take(anchor), clock)) })))
    },
    async held() {
      const held = await Promise.all(anchors.map(async (anchor) => ({ name: anchor.name, checkpoint: await readFrom(anchor, clock) })))
      return held.flatMap(({ name, checkpoint }) => (checkpoint === undefined ? [] : [{ name, checkpoint }]))
    },
    states: () => states,
  }
}

async function failureOf(work: () => Promise<void>, clock: Pick<Clock, 'sleep'>): Promise<{ readonly failure?: string }> {
  try {
    await inTime(work(), clock)
    return {}
  } catch (error) {
    return { failure: isFault(error) ? faultLine(error) : error instanceof Error ? error.message : String(error) }
  }
}

/** One that does not answer says so when it is published to. */
async function readFrom(anchor: Anchor, clock: Pick<Clock, 'sleep'>): Promise<string | undefined> {
  try {
    return await inTime(anchor.read(), clock)
  } catch {
    return undefined
  }
}

async function inTime<T>(work: Promise<T>, clock: Pick<Clock, 'sleep'>): Promise<T> {
  const over = new AbortController()
  const late = clock.sleep(ANCHOR_TIMEOUT_MS, { signal: over.signal }).then(() => {
    throw new Error(`it did not answer within ${ANCHOR_TIMEOUT_MS / 1_000} s`)
  })
  // Whoever loses the race is not waited for, and must not be an unhandled rejection.
  late.catch(() => undefined)
  work.catch(() => undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    over.abort()
  }
}
