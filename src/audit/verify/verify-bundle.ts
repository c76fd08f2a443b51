/** Verifies an exported incident with nothing but its file and the public key. */

import { isRecord } from '../../kernel/json.ts'
import { leafDigest } from '../chain.ts'
import { strictBase64 } from '../notes/base64.ts'
import { parseCheckpoint, type Checkpoint } from '../notes/checkpoint.ts'
import { parseNoteKey, type NoteKey } from '../notes/note-key.ts'
import { checkNote } from '../notes/signed-note.ts'
import { BUNDLE_FORMAT, claimOf, policyDigestsOf } from '../proof/incident-bundle.ts'
import { provesInclusion } from '../proof/merkle-proof.ts'
import { followClock, type Remark } from './clock-remarks.ts'
import { canonicalRecord, readEntry, type CheckedEntry } from './entry-flaw.ts'
import { holdAgainstAnchors } from './proof-anchors.ts'
import { readLines, type Line } from './read-lines.ts'
import { followReferences } from './references.ts'
import type { Changed, VerifyOptions } from './verify-ledger.ts'

export type BundleCheck =
  | {
      readonly ok: true
      readonly kind: 'incident'
      readonly incidentId: string
      readonly entries: number
      /** Lines of the ledger that the checkpoint covers. */
      readonly size: number
      readonly policyDigests: readonly string[]
      readonly signed: boolean
      readonly anchors: number
      readonly remarks: readonly Remark[]
    }
  | Changed

interface Header {
  readonly incidentId: string
  readonly policyDigests: readonly string[]
  readonly checkpoint: Checkpoint
  readonly keys: readonly NoteKey[]
}

interface Item {
  readonly entry: CheckedEntry
  readonly text: string
}

export function verifyBundle(content: Uint8Array, options: VerifyOptions = {}): BundleCheck {
  const [first, ...rest] = readLines(content)
  const header = first === undefined ? 'the file is empty' : readHeader(first)
  if (typeof header === 'string') return { ok: false, line: 1, reason: header }
  const keyFlaw = signatureFlaw(header, options.keys ?? [])
  if (keyFlaw !== undefined) return { ok: false, line: 1, reason: keyFlaw }
  const [references, clock] = [followReferences(), followClock()]
  const items: Item[] = []
  const remarks: Remark[] = []
  for (const line of rest) {
    const item = readItem(line, header, items.at(-1))
    const reason = typeof item === 'string' ? item : references(item.entry)
    if (typeof item === 'string' || reason !== undefined) return { ok: false, line: line.number, reason: String(reason) }
    const remark = clock(item.entry)
    if (remark !== undefined) remarks.push({ line: line.number, text: remark })
    items.push(item)
  }
  return concluded(header, items, { options, remarks })
}

function concluded(header: Header, items: readonly Item[], { options, remarks }: { readonly options: VerifyOptions; readonly remarks: readonly Remark[] }): BundleCheck {
  const { incidentId, policyDigests, checkpoint } = header
  const reason = incomplete(items)
  if (reason !== undefined) return { ok: false, line: items.length + 1, reason }
  if (policyDigestsOf(items.map(({ entry }) => entry.data)).join() !== policyDigests.join()) return { ok: false, line: 1, reason: 'its policy digests are not those of its verdicts' }
  const anchored = holdAgainstAnchors(checkpoint, options.anchors ?? [])
  if (!anchored.ok) return { ok: false, line: 1, reason: anchored.reason }
  return { ok: true, kind: 'incident', incidentId, entries: items.length, size: checkpoint.size, policyDigests, signed: (options.keys ?? []).length > 0, anchors: anchored.met, remarks: [...remarks, ...anchored.remarks] }
}

function readHeader(line: Line): Header | string {
  const read = line.complete ? canonicalRecord(line.text) : { ok: false as const, reason: 'the line is cut short: it does not end in a line feed' }
  if (!read.ok) return read.reason
  const { bundle, checkpoint: text, incidentId, keys, policyDigests, ...more } = read.record
  const checkpoint = typeof text === 'string' ? parseCheckpoint(text) : undefined
  const parsed = Array.isArray(keys) ? keys.map((key) => (typeof key === 'string' ? parseNoteKey(key) : undefined)) : []
  if (bundle !== BUNDLE_FORMAT || Object.keys(more).length > 0 || typeof incidentId !== 'string' || !isTexts(policyDigests)) return `it is no header of ${BUNDLE_FORMAT}`
  if (checkpoint === undefined) return 'its checkpoint is not one'
  if (parsed.length === 0 || !parsed.every((key) => key !== undefined)) return 'its keys are none'
  return { incidentId, policyDigests, checkpoint, keys: parsed }
}

/** Every byte of the header is held: each key signs, and nobody else does. */
function signatureFlaw({ checkpoint, keys }: Header, given: readonly NoteKey[]): string | undefined {
  const own = checkNote(checkpoint.note, keys)
  if (own.forged || own.unknown > 0 || own.signed !== keys.length) return 'its checkpoint is not signed with the keys that it names'
  if (keys.some(({ name }) => name !== checkpoint.origin)) return `its checkpoint is of ${checkpoint.origin}, and its keys are not`
  const trusted = checkNote(checkpoint.note, given)
  if (given.length > 0 && (trusted.forged || trusted.signed === 0)) return `it is signed with ${keys.map(({ id }) => id).join(', ')}, not with the key ${given.map(({ id }) => id).join(', ')}`
  return undefined
}

function readItem(line: Line, header: Header, before: Item | undefined): Item | string {
  if (!line.complete) return 'the line is cut short: it does not end in a line feed'
  const read = canonicalRecord(line.text)
  if (!read.ok) return read.reason
  const { line: text, proof, ...more } = read.record
  const hashes = isTexts(proof) ? proof.map(strictBase64) : undefined
  if (typeof text !== 'string' || Object.keys(more).length > 0 || hashes?.every((hash) => hash !== undefined) !== true) return 'it is no entry with its proof'
  const entry = readEntry(text)
  if (!entry.ok) return `its entry is none: ${entry.reason}`
  if (entry.entry.incidentId !== header.incidentId) return `its entry is of another incident: ${entry.entry.incidentId || 'none'}`
  if (before !== undefined && entry.entry.seq <= before.entry.seq) return 'its entry does not come after the one before it'
  const { size, root } = header.checkpoint
  const included = provesInclusion({ leaf: leafDigest(text), index: entry.entry.seq - 1, size, root, proof: hashes })
  return included ? { entry: entry.entry, text } : 'its entry is not in the ledger that was signed: it, or its proof, was changed'
}

/** The last entry says how many came before it, and which. */
function incomplete(items: readonly Item[]): string | undefined {
  const last = items.at(-1)?.entry
  if (last?.type !== 'incident-exported' || !isRecord(last.data)) return 'it does not end with the entry of its export: lines were cut off'
  const claim = claimOf(items.slice(0, -1).map(({ text }) => text))
  return last.data['entries'] === claim.entries && last.data['digest'] === claim.digest ? undefined : `entries are missing: the ledger exported ${String(last.data['entries'])}, and here are ${claim.entries}`
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
