/** One line by itself: is it an entry, whole and in the one form that it may have, and does it follow the line before it? */

import { canonicalJson } from '../../kernel/canonical-json.ts'
import { isRecord } from '../../kernel/json.ts'

/** An entry as a verifier believes it: the fields are there and of these types, what is in `data` is not known. */
export interface CheckedEntry {
  readonly seq: number
  readonly type: string
  readonly key: string
  readonly at: string
  readonly actor: string
  readonly incidentId: string
  readonly missionId: string
  readonly prev: string
  readonly data: unknown
}

export type ReadEntry = { readonly ok: true; readonly entry: CheckedEntry } | { readonly ok: false; readonly reason: string }

const FIELDS = ['actor', 'at', 'data', 'incidentId', 'key', 'missionId', 'prev', 'seq', 'type', 'v']
const TEXTS = ['actor', 'at', 'incidentId', 'key', 'missionId', 'prev', 'type']

/** `follows`: the number that it must have and the leaf hash, in hex, of the line before; absent for a line by itself. */
export function readEntry(text: string | undefined, follows?: { readonly seq: number; readonly prev: string }): ReadEntry {
  const parsed = canonicalRecord(text)
  if (!parsed.ok) return parsed
  const { record } = parsed
  const reason = fieldFlaw(record) ?? (follows === undefined ? undefined : orderFlaw(record, follows))
  return reason === undefined ? { ok: true, entry: record as unknown as CheckedEntry } : { ok: false, reason }
}

/** A JSON object in canonical form: any other spelling, order of keys, or a key given twice is refused. */
export function canonicalRecord(text: string | undefined): { readonly ok: true; readonly record: Record<string, unknown> } | { readonly ok: false; readonly reason: string } {
  if (text === undefined) return { ok: false, reason: 'it is not UTF-8' }
  const record = parsed(text)
  if (!isRecord(record)) return { ok: false, reason: 'it is not a JSON object' }
  return canonicalOf(record) === text ? { ok: true, record } : { ok: false, reason: 'it is not canonical JSON' }
}

function fieldFlaw(record: Record<string, unknown>): string | undefined {
  if (Object.keys(record).join() !== FIELDS.join()) return `its fields are not ${FIELDS.join(', ')}`
  if (record['v'] !== 1) return 'its version is not 1'
  const odd = TEXTS.find((field) => typeof record[field] !== 'string')
  if (odd !== undefined) return `its ${odd} is not a text`
  if (!Number.isSafeInteger(record['seq'])) return 'its number is not one'
  const at = String(record['at'])
  return Number.isNaN(Date.parse(at)) ? `its time is none: ${at}` : undefined
}

function orderFlaw(record: Record<string, unknown>, follows: { readonly seq: number; readonly prev: string }): string | undefined {
  if (record['seq'] !== follows.seq) return `its number is ${String(record['seq'])}, expected ${follows.seq}: a line was removed, added or moved`
  if (record['prev'] !== follows.prev) return 'it does not continue the line before it: that line, or this one, was changed'
  return undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Lone surrogates and the like have no canonical form. */
function canonicalOf(record: unknown): string | undefined {
  try {
    return canonicalJson(record)
  } catch {
    return undefined
  }
}
