/**
 * The ledger as a stream, for live pages and the terminal. It reads the store and not the process's own events,
 * so every process of a fleet shows the same story.
 */

import type { Clock } from '../../kernel/clock.ts'
import type { LedgerEntry } from '../../model/ledger-entry.ts'
import type { LedgerStore } from '../../ports/ledger-store.ts'

const POLL_MS = 150
const BATCH = 200

/** Entries from `fromSeq` on, in order, each once; waits for more until aborted. `clock` is the wall clock. */
export async function* follow(
  parts: { readonly ledgerStore: LedgerStore; readonly clock: Clock },
  options: { readonly fromSeq: number; readonly signal: AbortSignal },
): AsyncIterable<LedgerEntry> {
  let next = options.fromSeq
  while (!options.signal.aborted) {
    const lines = await parts.ledgerStore.read(next, BATCH)
    for (const line of lines) {
      const entry = JSON.parse(line) as LedgerEntry
      next = entry.seq + 1
      yield entry
    }
    if (lines.length < BATCH) await pause(parts.clock, options.signal)
  }
}

async function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(POLL_MS, { signal })
  } catch {
    // Aborted while waiting: the loop's condition ends the stream.
  }
}
