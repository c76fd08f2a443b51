/** Is this the ledger that was signed before? Every checkpoint that is remembered outside the database must fit it. */

import { parseCheckpoint } from '../notes/checkpoint.ts'
import { parseNoteKey, type NoteSigner } from '../notes/note-key.ts'
import { checkNote } from '../notes/signed-note.ts'
import type { FollowedLedger } from './followed-ledger.ts'

/** Why not; undefined when it is. */
export function whyNotOurs(ledger: FollowedLedger, remembered: readonly { readonly name: string; readonly checkpoint: string }[], signers: readonly NoteSigner[]): string | undefined {
  const { tree } = ledger
  const announced = ledger.keys().map(parseNoteKey)
  const keys = [...signers.map(({ key }) => key), ...announced.filter((key) => key !== undefined)]
  for (const { name, checkpoint: text } of remembered) {
    const checkpoint = parseCheckpoint(text)
    const check = checkpoint === undefined ? undefined : checkNote(checkpoint.note, keys)
    if (checkpoint === undefined || check === undefined || check.forged || check.signed === 0) return `${name} holds a checkpoint that is not signed with a key of this ledger`
    if (checkpoint.size > tree.size()) return `the ledger was cut: ${name} knows ${checkpoint.size} lines, and there are ${tree.size()}`
    if (!tree.rootAt(checkpoint.size).equals(checkpoint.root)) return `the ledger was rewritten: ${name} knows its first ${checkpoint.size} lines otherwise`
  }
  return undefined
}
