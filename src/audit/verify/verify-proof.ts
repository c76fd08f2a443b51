/** Checks an inclusion or a consistency proof that `boyd ledger prove` made, without the ledger. */

import { isRecord } from '../../kernel/json.ts'
import { leafDigest } from '../chain.ts'
import { strictBase64 } from '../notes/base64.ts'
import { parseCheckpoint, type Checkpoint } from '../notes/checkpoint.ts'
import type { NoteKey } from '../notes/note-key.ts'
import { checkNote } from '../notes/signed-note.ts'
import { provesConsistency, provesInclusion } from '../proof/merkle-proof.ts'
import type { Remark } from './clock-remarks.ts'
import { canonicalRecord, readEntry } from './entry-flaw.ts'
import { holdAgainstAnchors } from './proof-anchors.ts'
import { readLines } from './read-lines.ts'
import type { Changed, VerifyOptions } from './verify-ledger.ts'

export type ProofCheck =
  | {
      readonly ok: true
      readonly kind: 'inclusion' | 'consistency'
      /** One sentence: what is proven. */
      readonly proven: string
      readonly signed: boolean
      readonly anchors: number
      readonly remarks: readonly Remark[]
    }
  | Changed

interface Head {
  readonly size: number
  readonly root: Buffer
  readonly checkpoint: Checkpoint | undefined
}

type Claim = Readonly<Record<string, unknown>>

export function verifyProof(content: Uint8Array, options: VerifyOptions = {}): ProofCheck {
  const [line, ...more] = readLines(content)
  if (line === undefined || !line.complete || more.length > 0) return bad('a proof is one line that ends in a line feed')
  const read = canonicalRecord(line.text)
  if (!read.ok) return bad(read.reason)
  const { inclusion, consistency } = read.record
  if (isRecord(inclusion) && Object.keys(read.record).length === 1) return checkInclusion(inclusion, options)
  if (isRecord(consistency) && Object.keys(read.record).length === 1) return checkConsistency(consistency, options)
  return bad('it is no proof')
}

function checkInclusion(claim: Claim, options: VerifyOptions): ProofCheck {
  const { line, seq, proof, ...head } = claim
  const tree = headOf(head)
  const entry = typeof line === 'string' ? readEntry(line) : undefined
  const hashes = hashesOf(proof)
  if (tree === undefined || hashes === undefined || entry?.ok !== true || entry.entry.seq !== seq) return bad('it is no inclusion proof, or it was changed')
  if (!provesInclusion({ leaf: leafDigest(line as string), index: entry.entry.seq - 1, size: tree.size, root: tree.root, proof: hashes })) return bad('the line is not in that tree: it, or the proof, was changed')
  return held([tree], options, { kind: 'inclusion', proven: `line ${seq} is in the ledger of ${tree.size} lines` })
}

function checkConsistency(claim: Claim, options: VerifyOptions): ProofCheck {
  const { from: older, to: newer, proof, ...more } = claim
  const [from, to] = [isRecord(older) ? headOf(older) : undefined, isRecord(newer) ? headOf(newer) : undefined]
  const hashes = hashesOf(proof)
  if (from === undefined || to === undefined || hashes === undefined || Object.keys(more).length > 0) return bad('it is no consistency proof, or it was changed')
  if (!provesConsistency({ from, to, proof: hashes })) return bad('the older ledger is not the beginning of the newer one: it was rewritten, or the proof was changed')
  return held([from, to], options, { kind: 'consistency', proven: `the ledger of ${from.size} lines is the beginning of the one of ${to.size}` })
}

/** What the proof is about must be signed where a key is given; what has a signature must have a right one. */
function held(heads: readonly Head[], options: VerifyOptions, result: { readonly kind: 'inclusion' | 'consistency'; readonly proven: string }): ProofCheck {
  const { keys = [], anchors = [] } = options
  const flaw = keys.length === 0 ? undefined : heads.map((head) => signatureFlaw(head, keys)).find((reason) => reason !== undefined)
  if (flaw !== undefined) return bad(flaw)
  const against = heads.map((head) => holdAgainstAnchors(head, anchors))
  const other = against.find(({ ok }) => !ok)
  if (other !== undefined && !other.ok) return bad(other.reason)
  const met = against.flatMap((one) => (one.ok ? [one.met] : [])).reduce((sum, one) => sum + one, 0)
  return { ok: true, ...result, signed: keys.length > 0, anchors: met, remarks: met > 0 ? [] : against.flatMap((one) => (one.ok ? one.remarks : [])).slice(0, 1) }
}

function signatureFlaw({ size, checkpoint }: Head, keys: readonly NoteKey[]): string | undefined {
  if (checkpoint === undefined) return `nobody signed the ledger of ${size} lines: there is no checkpoint of it in the proof`
  const { forged, signed } = checkNote(checkpoint.note, keys)
  return forged || signed === 0 ? `the checkpoint of ${size} lines is not signed with the key ${keys.map(({ id }) => id).join(', ')}` : undefined
}

function headOf(claim: Claim): Head | undefined {
  const { size, root: base64, checkpoint: text, ...more } = claim
  const root = typeof base64 === 'string' ? strictBase64(base64) : undefined
  const checkpoint = typeof text === 'string' ? parseCheckpoint(text) : undefined
  if (typeof size !== 'number' || root === undefined || Object.keys(more).length > 0 || (text !== undefined && checkpoint === undefined)) return undefined
  if (checkpoint !== undefined && (checkpoint.size !== size || !checkpoint.root.equals(root))) return undefined
  return { size, root, checkpoint }
}

function hashesOf(proof: unknown): readonly Buffer[] | undefined {
  const hashes = Array.isArray(proof) ? proof.map((hash) => (typeof hash === 'string' ? strictBase64(hash) : undefined)) : undefined
  return hashes?.every((hash) => hash !== undefined) === true ? hashes : undefined
}

function bad(reason: string): Changed {
  return { ok: false, line: 1, reason }
}
