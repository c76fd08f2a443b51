/**
 * The ledger: writes what happened, once a key, each line chained to the one before.
 *
 * A line is canonical JSON (RFC 8785), so that a verifier can insist on every byte. Whoever acts writes first: an
 * append that resolved is durable.
 */

import { canonicalJson } from '../kernel/canonical-json.ts'
import { toIso, type Clock } from '../kernel/clock.ts'
import type { LedgerEntry, LedgerEntryInit } from '../model/ledger-entry.ts'
import type { LedgerStore } from '../ports/ledger-store.ts'
import { leafHash, NO_PREVIOUS } from './chain.ts'

export interface Appended {
  readonly entry: LedgerEntry
  /** The key was there before: `entry` is the one that was written then. */
  readonly repeated: boolean
}

export interface Ledger {
  /** Durable when it resolves. Throws the store's faults; then nothing may be done that needed recording. */
  append(init: LedgerEntryInit): Promise<Appended>
}

export function createLedger(options: { readonly store: LedgerStore; readonly clock: Pick<Clock, 'now'> }): Ledger {
  const { store, clock } = options
  return {
    async append(init) {
      const { line, repeated } = await store.append(init.key, (tip) => {
        const entry = { ...fieldsOf(init), v: 1, seq: (tip?.seq ?? 0) + 1, at: toIso(clock.now()), prev: tip?.hash ?? NO_PREVIOUS }
        const built = canonicalJson(entry)
        return { line: built, hash: leafHash(built) }
      })
      return { entry: JSON.parse(line) as LedgerEntry, repeated }
    },
  }
}

/** Only what an entry holds: a caller's object may carry more. */
function fieldsOf({ type, key, incidentId, missionId, actor, data }: LedgerEntryInit): LedgerEntryInit {
  return { type, key, incidentId, missionId, actor, data: data ?? null }
}
