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

/** Processes that share a ledger differ by less; a clock that goes back further was set, and that is recorded. */
const CLOCK_SKEW_MS = 1_000

export interface Appended {
  readonly entry: LedgerEntry
  /** The key was there before: `entry` is the one that was written then. */
  readonly repeated: boolean
}

export interface Ledger {
  /** Durable when it resolves. Throws the store's faults; then nothing may be done that needed recording. */
  append(init: LedgerEntryInit): Promise<Appended>
}

interface Parts {
  readonly store: LedgerStore
  readonly clock: Pick<Clock, 'now'>
}

export function createLedger(parts: Parts): Ledger {
  const last: Last = {}
  return {
    async append(init) {
      const { appended, jumpedFrom } = await write(parts, last, init)
      if (jumpedFrom !== undefined) await write(parts, last, clockJump(appended.entry, jumpedFrom))
      return appended
    },
  }
}

/** The line that this process wrote last, as it is: the tip usually is that one, and need not be read again. */
interface Last {
  line?: string
  entry?: LedgerEntry
  atMs?: number
  at?: string
}

/** Entries that are written together are of one millisecond, and a date costs as much as a hash. */
function timeText(atMs: number, last: Last): string {
  if (last.atMs !== atMs || last.at === undefined) Object.assign(last, { atMs, at: toIso(atMs) })
  return last.at ?? toIso(atMs)
}

async function write({ store, clock }: Parts, last: Last, init: LedgerEntryInit): Promise<{ readonly appended: Appended; readonly jumpedFrom?: string }> {
  let before: string | undefined
  let built: LedgerEntry | undefined
  const { line, repeated } = await store.append(init.key, (tip) => {
    before = tip === undefined ? undefined : entryOf(tip.line, last).at
    built = { ...fieldsOf(init), v: 1, seq: (tip?.seq ?? 0) + 1, at: timeText(clock.now(), last), prev: tip?.hash ?? NO_PREVIOUS }
    const text = canonicalJson(built)
    Object.assign(last, { line: text, entry: built })
    return { line: text, hash: leafHash(text), incidentId: init.incidentId }
  })
  const entry = repeated || built === undefined ? (JSON.parse(line) as LedgerEntry) : built
  const jumped = !repeated && before !== undefined && Date.parse(before) - Date.parse(entry.at) > CLOCK_SKEW_MS
  return { appended: { entry, repeated }, ...(jumped && before !== undefined ? { jumpedFrom: before } : {}) }
}

function entryOf(line: string, last: Last): LedgerEntry {
  return last.line === line && last.entry !== undefined ? last.entry : (JSON.parse(line) as LedgerEntry)
}

/** Stands behind the first entry that was written with the earlier time. */
function clockJump(entry: LedgerEntry, from: string): LedgerEntryInit {
  return { type: 'clock-jumped', key: `clock/${entry.seq}`, incidentId: '', missionId: '', actor: 'boyd', data: { from, to: entry.at, seq: entry.seq } }
}

/** Only what an entry holds: a caller's object may carry more. */
function fieldsOf({ type, key, incidentId, missionId, actor, data }: LedgerEntryInit): LedgerEntryInit {
  return { type, key, incidentId, missionId, actor, data: data ?? null }
}
