/**
 * Which lines are vouched for by a signature, told line by line.
 *
 * A ledger announces the keys it is signed with (`keeping-changed`) and holds its checkpoints (`checkpoint-signed`). Every
 * checkpoint must be right about the lines before it and signed by all the keys that were live then. Whom to believe
 * begins with the keys that the reader was given: a checkpoint signed by one of them vouches for the lines it covers, and so
 * for the keys that those lines announce. That is how a rotation is followed from the old key to the new one.
 */

import { isRecord } from '../../kernel/json.ts'
import { parseCheckpoint, type Checkpoint } from '../notes/checkpoint.ts'
import { parseNoteKey, type NoteKey } from '../notes/note-key.ts'
import { checkNote } from '../notes/signed-note.ts'
import type { MerkleTree } from '../proof/merkle-tree.ts'
import type { CheckedEntry } from './entry-flaw.ts'

export interface SignedSoFar {
  /** Told of each entry once the tree holds it; says what is wrong with it. */
  see(entry: CheckedEntry): string | undefined
  /** A checkpoint that stands behind the last line: it must cover all of them. */
  seal(text: unknown): string | undefined
  /** Lines, from the first on, that a checkpoint under a trusted key covers. */
  signedSize(): number
  /** The keys that the ledger announces at this point. */
  live(): readonly NoteKey[]
  /** All that were ever announced, and those given. */
  known(): readonly NoteKey[]
  last(): Checkpoint | undefined
}

interface Announced {
  /** The line that says so. */
  readonly seq: number
  readonly keys: readonly NoteKey[]
}

export function followSignatures(options: { readonly tree: MerkleTree; readonly given: readonly NoteKey[] }): SignedSoFar {
  const { tree, given } = options
  const state = { announced: [] as Announced[], trusted: [...given], signedSize: 0, last: undefined as Checkpoint | undefined }
  const liveAt = (size: number): readonly NoteKey[] => state.announced.findLast(({ seq }) => seq <= size)?.keys ?? []

  const check = (text: unknown, sizeMax: number): string | undefined => {
    const checkpoint = typeof text === 'string' ? parseCheckpoint(text) : undefined
    if (checkpoint === undefined) return 'its checkpoint is not one'
    const flaw = flawOf(checkpoint, sizeMax)
    if (flaw === undefined) accept(checkpoint)
    return flaw
  }
  const keysOf = (keys: readonly NoteKey[]): string => `${keys.length === 1 ? 'the key' : 'the keys'} that the ledger announced (${keys.map(({ id }) => id).join(', ') || 'none'})`
  const flawOf = (checkpoint: Checkpoint, sizeMax: number): string | undefined => {
    const { size, root, origin, note } = checkpoint
    if (size > sizeMax) return `its checkpoint is about ${size} lines, which cannot be here`
    if (!tree.rootAt(size).equals(root)) return `its checkpoint of ${size} lines has another root: the ledger or the checkpoint was changed`
    const live = liveAt(size)
    if (live.some(({ name }) => name !== origin)) return `its checkpoint is of ${origin}, not of this ledger`
    const { forged, signed } = checkNote(note, live)
    return forged || signed === 0 ? `its checkpoint is not signed by ${keysOf(live)}` : undefined
  }
  const accept = (checkpoint: Checkpoint): void => {
    if (checkpoint.size >= (state.last?.size ?? 0)) state.last = checkpoint
    const byTrusted = checkNote(checkpoint.note, state.trusted).signed > 0
    // Processes that share a ledger may write down an earlier checkpoint after a later one.
    if (!byTrusted || checkpoint.size < state.signedSize) return
    state.signedSize = checkpoint.size
    state.trusted = [...given, ...liveAt(checkpoint.size)]
  }

  return {
    see(entry) {
      const data = isRecord(entry.data) ? entry.data : {}
      if (entry.type === 'checkpoint-signed') return check(data['note'], entry.seq - 1)
      if (entry.type !== 'keeping-changed') return undefined
      const keys = announcedIn(data)
      if (keys === undefined) return 'the keys that it announces are none'
      state.announced.push({ seq: entry.seq, keys })
      return undefined
    },
    seal(text) {
      const flaw = check(text, tree.size())
      if (flaw !== undefined) return flaw
      const sealing = state.last
      if (sealing?.size !== tree.size()) return `the checkpoint at the end covers ${sealing?.size ?? 0} of ${tree.size()} lines`
      // No line after it vouches for its bytes, so here every signature counts.
      const { unknown, signed } = checkNote(sealing.note, liveAt(tree.size()))
      return unknown > 0 || signed < liveAt(tree.size()).length ? `its checkpoint is not signed by ${keysOf(liveAt(tree.size()))}` : undefined
    },
    signedSize: () => state.signedSize,
    live: () => liveAt(tree.size()),
    known: () => [...given, ...state.announced.flatMap(({ keys }) => keys)],
    last: () => state.last,
  }
}

/** The public keys in the data of a `keeping-changed` entry. */
export function announcedIn(data: Readonly<Record<string, unknown>>): readonly NoteKey[] | undefined {
  const texts = data['keys']
  if (!Array.isArray(texts) || texts.length === 0) return undefined
  const keys = texts.map((text) => (typeof text === 'string' ? parseNoteKey(text) : undefined))
  return keys.every((key) => key !== undefined) ? keys : undefined
}
