/** Works on the inbox: at once when woken, and every few seconds for what another process left, or what failed the last time. */

import type { Cancel, Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Inbox } from '../../ports/inbox.ts'

export interface InboxWorker {
  wake(): void
  /** Waits for what is under way. */
  stop(): Promise<void>
}

const LOOK_EVERY_MS = 5_000

export function startInboxWorker(parts: { readonly inbox: Inbox; readonly kind: string; readonly clock: Clock; readonly log: Log; work(payload: unknown): Promise<void> }): InboxWorker {
  const { inbox, kind, clock, log } = parts
  let cancel: Cancel = () => undefined
  let [stopped, running, again] = [false, Promise.resolve(), false]
  const round = async (): Promise<void> => {
    do {
      again = false
      await inbox.workOn(kind, (payload) => parts.work(payload)).catch((error: unknown) => log.warn('the inbox cannot be worked on', { kind, error: error instanceof Error ? error.message : String(error) }))
    } while (again && !stopped)
    busy = false
    if (!stopped) cancel = clock.after(LOOK_EVERY_MS, wake)
  }
  let busy = false
  const wake = (): void => {
    if (stopped) return
    again = true
    if (busy) return
    busy = true
    cancel()
    running = round()
  }
  wake()
  return {
    wake,
    async stop() {
      stopped = true
      cancel()
      await running
    },
  }
}
