/** Checkpoints that were kept elsewhere, held against a ledger: the one thing that shows a cut or a chain made anew. */

import { parseCheckpoint, type Checkpoint } from '../notes/checkpoint.ts'
import type { NoteKey } from '../notes/note-key.ts'
import { checkNote, parseNotes } from '../notes/signed-note.ts'
import type { MerkleTree } from '../proof/merkle-tree.ts'

export interface Anchors {
  /** Called once the tree has grown by a line; says which anchor knows another ledger. */
  see(tree: MerkleTree): string | undefined
  /** Called at the end: the ledger must be as long as every anchor, and the anchors must be its own. */
  close(tree: MerkleTree, keys: readonly NoteKey[]): string | undefined
  count(): number
}

export interface AnchorFile {
  /** What a person knows it as. */
  readonly name: string
  readonly text: string
}

export type ReadAnchors = { readonly ok: true; readonly checkpoints: readonly (Checkpoint & { readonly file: string })[] } | { readonly ok: false; readonly reason: string }

/** One or many checkpoints a file. */
export function readAnchors(files: readonly AnchorFile[]): ReadAnchors {
  const checkpoints: (Checkpoint & { readonly file: string })[] = []
  for (const { name, text } of files) {
    const found = (parseNotes(text) ?? []).map(parseCheckpoint)
    if (found.length === 0 || found.includes(undefined)) return { ok: false, reason: `${name} holds no checkpoint, or something else besides` }
    checkpoints.push(...found.flatMap((checkpoint) => (checkpoint === undefined ? [] : [{ ...checkpoint, file: name }])))
  }
  return { ok: true, checkpoints }
}

export function followAnchors(checkpoints: readonly (Checkpoint & { readonly file: string })[]): Anchors {
  const bySize = Map.groupBy(checkpoints, ({ size }) => size)
  return {
    see(tree) {
      const other = (bySize.get(tree.size()) ?? []).find(({ root }) => !tree.rootAt(tree.size()).equals(root))
      return other === undefined ? undefined : `the ledger was rewritten: ${other.file} knows its first ${other.size} lines otherwise`
    },
    close(tree, keys) {
      const longer = checkpoints.find(({ size }) => size > tree.size())
      if (longer !== undefined) return `the ledger was cut: ${longer.file} knows ${longer.size} lines`
      const stranger = checkpoints.find(({ note }) => checkNote(note, keys).forged || checkNote(note, keys).signed === 0)
      return stranger === undefined ? undefined : `the checkpoint of ${stranger.size} lines in ${stranger.file} is not signed by a key of this ledger`
    },
    count: () => checkpoints.length,
  }
}
