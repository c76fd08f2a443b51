/** Works on the inbox: at once when woken, and every few seconds for what another process left, or what failed the last time. */

import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Inbox } from '../../ports/inbox.ts'

export interface InboxWorker {
  wake(): void
  /** Waits for what is under way. */
  stop(): Promise<void>
}

interface WorkerParts {
  readonly inbox: Inbox
  readonly kind: string
  /** The machine's. */
  readonly clock: Clock
  readonly log: Log
  work(payload: unknown): Promise<void>
}

const LOOK_EVERY_MS = 5_000

export function startInboxWorker({ inbox, kind, clock, log, work }: WorkerParts): InboxWorker {
  const stopping = new AbortController()
  let bell = new AbortController()
  const round = async (): Promise<void> => {
    // A ring from here on is for the next round.
    bell = new AbortController()
    await inbox.workOn(kind, work).catch((error: unknown) => log.warn('the inbox cannot be worked on', { kind, error: error instanceof Error ? error.message : String(error) }))
    await clock.sleep(LOOK_EVERY_MS, { signal: AbortSignal.any([bell.signal, stopping.signal]) }).catch(() => undefined)
  }
  const running = (async () => {
    while (!stopping.signal.aborted) await round()
  })()
  return {
    wake: () => bell.abort(),
    async stop() {
      stopping.abort()
      await running
    },
  }
}
