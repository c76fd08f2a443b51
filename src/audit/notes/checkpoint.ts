/**
 * Checkpoints (https://c2sp.org/tlog-checkpoint): a signed note that says how many lines the ledger had and what the root of
 * their Merkle tree was.
 *
 *   <origin>
 *   <size>
 *   <base64 of the root>
 */

import { strictBase64 } from './base64.ts'
import type { NoteSigner } from './note-key.ts'
import { parseNote, signNote, type SignedNote } from './signed-note.ts'

const ROOT_BYTES = 32

export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  /** As it was written, signatures and all. */
  readonly text: string
  readonly note: SignedNote
}

export function signCheckpoint(tree: { readonly size: number; readonly root: Buffer }, signers: readonly [NoteSigner, ...NoteSigner[]]): string {
  return signNote(`${signers[0].key.name}\n${tree.size}\n${tree.root.toString('base64')}\n`, signers)
}

/** Undefined for anything that is not one whole checkpoint. Lines of extensions are allowed, as the format says. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const note = parseNote(text)
  if (note === undefined) return undefined
  const [origin = '', count = '', base64 = '', ...extensions] = note.text.slice(0, -1).split('\n')
  const root = strictBase64(base64)
  const size = Number(count)
  if (origin === '' || extensions.includes('') || String(size) !== count || !Number.isSafeInteger(size) || size < 0) return undefined
  return root?.length === ROOT_BYTES ? { origin, size, root, text, note } : undefined
}
