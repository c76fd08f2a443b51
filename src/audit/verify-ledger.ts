/**
 * Verifies a ledger with nothing but its text: every line canonical, numbered without a gap, and chained to the one
 * before it. An edit, a deletion, an insertion or a swap breaks at least one of these.
 *
 * What a chain alone cannot show: lines cut off at the end, and a chain that somebody with the means to write the file
 * computed anew. Both show against an anchor, a count and head that were kept elsewhere.
 */

import { canonicalJson } from '../kernel/canonical-json.ts'
import { isRecord } from '../kernel/json.ts'
import { leafHash, NO_PREVIOUS } from './chain.ts'

export type LedgerCheck =
  | { readonly ok: true; readonly entries: number; readonly head: string }
  /** The first bad line, from 1, and why. */
  | { readonly ok: false; readonly line: number; readonly reason: string }

/** What was known of the ledger at some time: so many entries, ending in this head. */
export interface Anchor {
  readonly entries: number
  readonly head: string
}

/** Lines, or the text of a file that ends in a line feed. `head` is the leaf hash of the last line. */
export function verifyLedger(ledger: string | readonly string[], anchor?: Anchor): LedgerCheck {
  const split = typeof ledger === 'string' ? splitLines(ledger) : { lines: ledger, complete: true }
  let head = NO_PREVIOUS
  for (const [index, line] of split.lines.entries()) {
    const reason = flawOf(line, { seq: index + 1, prev: head })
    if (reason !== undefined) return { ok: false, line: index + 1, reason }
    head = leafHash(line)
    if (anchor?.entries === index + 1 && anchor.head !== head) return { ok: false, line: index + 1, reason: 'the ledger was rewritten: the head differs from the anchor' }
  }
  const { length } = split.lines
  if (!split.complete) return { ok: false, line: length, reason: 'the last line is cut short: it does not end in a line feed' }
  if (anchor !== undefined && length < anchor.entries) return { ok: false, line: length + 1, reason: `the ledger was cut: the anchor knows ${anchor.entries} entries` }
  return { ok: true, entries: length, head }
}

function splitLines(text: string): { readonly lines: readonly string[]; readonly complete: boolean } {
  if (text === '') return { lines: [], complete: true }
  const complete = text.endsWith('\n')
  return { lines: (complete ? text.slice(0, -1) : text).split('\n'), complete }
}

const FIELDS = ['actor', 'at', 'data', 'incidentId', 'key', 'missionId', 'prev', 'seq', 'type', 'v']

function flawOf(line: string, expected: { readonly seq: number; readonly prev: string }): string | undefined {
  const entry = parsed(line)
  if (!isRecord(entry)) return 'it is not a JSON object'
  if (canonicalOf(entry) !== line) return 'it is not canonical JSON'
  if (Object.keys(entry).sort().join() !== FIELDS.join()) return `its fields are not ${FIELDS.join(', ')}`
  if (entry['v'] !== 1) return 'its version is not 1'
  if (entry['seq'] !== expected.seq) return `its number is ${String(entry['seq'])}, expected ${expected.seq}: a line was removed, added or moved`
  if (entry['prev'] !== expected.prev) return 'it does not continue the line before it: that line, or this one, was changed'
  return undefined
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Lone surrogates and the like have no canonical form. */
function canonicalOf(entry: unknown): string | undefined {
  try {
    return canonicalJson(entry)
  } catch {
    return undefined
  }
}
