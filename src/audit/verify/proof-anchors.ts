/** A checkpoint held against anchors, where the ledger between them is not at hand: only those of the same size can be compared. */

import type { Checkpoint } from '../notes/checkpoint.ts'
import type { Remark } from './clock-remarks.ts'
import type { VerifyOptions } from './verify-ledger.ts'

export type HeldAgainst = { readonly ok: true; readonly met: number; readonly remarks: readonly Remark[] } | { readonly ok: false; readonly reason: string }

export function holdAgainstAnchors(checkpoint: Pick<Checkpoint, 'size' | 'root'>, anchors: NonNullable<VerifyOptions['anchors']>): HeldAgainst {
  const same = anchors.filter(({ size }) => size === checkpoint.size)
  const other = same.find(({ root }) => !root.equals(checkpoint.root))
  if (other !== undefined) return { ok: false, reason: `${other.file} knows the first ${other.size} lines of the ledger otherwise` }
  const missed = anchors.length > 0 && same.length === 0
  const text = `no anchor is about the same ${checkpoint.size} lines; to compare others, prove them consistent from the whole ledger (boyd ledger prove FILE --from SIZE --to SIZE)`
  return { ok: true, met: same.length, remarks: missed ? [{ line: 1, text }] : [] }
}
