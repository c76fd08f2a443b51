/**
 * The ledger as its keeper has read it: the tree over its lines, and what they say about keys, anchors and checkpoints.
 *
 * The keeper reads every line once and believes nothing that changes behind it: a line that does not continue what was
 * read before means that somebody else wrote into the past.
 */

import { isRecord } from '../../kernel/json.ts'
import type { LedgerStore } from '../../ports/ledger-store.ts'
import { leafDigest, NO_PREVIOUS } from '../chain.ts'
import { createMerkleTree, type MerkleTree } from '../proof/merkle-tree.ts'
import { announcedIn } from '../verify/signed-so-far.ts'
import { readEntry, type CheckedEntry } from '../verify/entry-flaw.ts'

const BATCH = 1_000

export interface FollowedLedger {
  readonly tree: MerkleTree
  /** Reads what is new. Returns why the ledger is no longer the one that was read; undefined while it is. */
  catchUp(): Promise<string | undefined>
  /** What the last `keeping-changed` says, of all lines or of the first `size`. */
  announced(size?: number): Announced | undefined
  /** Public keys that were ever announced. */
  keys(): readonly string[]
  /** The text of the last `checkpoint-signed`. */
  checkpoint(): string | undefined
  /** Lines behind the last checkpoint that are worth one: its own entry is not. */
  uncovered(): number
}

export interface Announced {
  readonly seq: number
  /** Public keys. */
  readonly keys: readonly string[]
  readonly data: unknown
}

export function followLedger(store: Pick<LedgerStore, 'read'>): FollowedLedger {
  const tree = createMerkleTree()
  const state = { head: NO_PREVIOUS, broken: undefined as string | undefined, announced: [] as Announced[], checkpoint: undefined as string | undefined, uncovered: 0 }

  const see = (entry: CheckedEntry, leaf: Buffer): void => {
    tree.append(leaf)
    state.head = leaf.toString('hex')
    const data = isRecord(entry.data) ? entry.data : {}
    if (entry.type === 'keeping-changed') state.announced.push({ seq: entry.seq, keys: (announcedIn(data) ?? []).map(({ text }) => text), data })
    if (entry.type !== 'checkpoint-signed') state.uncovered += 1
    else {
      state.checkpoint = typeof data['note'] === 'string' ? data['note'] : undefined
      state.uncovered = 0
    }
  }
  const readOn = async (): Promise<string | undefined> => {
    for (;;) {
      const lines = await store.read(tree.size() + 1, BATCH)
      for (const line of lines) {
        const read = readEntry(line, { seq: tree.size() + 1, prev: state.head })
        if (!read.ok) return `line ${tree.size() + 1} of the ledger is not what was written: ${read.reason}`
        see(read.entry, leafDigest(line))
      }
      if (lines.length < BATCH) return undefined
    }
  }
  return {
    tree,
    async catchUp() {
      state.broken ??= (await lastLineStands(store, tree, state.head)) ?? (await readOn())
      return state.broken
    },
    announced: (size = Infinity) => state.announced.findLast(({ seq }) => seq <= size),
    keys: () => state.announced.flatMap(({ keys }) => keys),
    checkpoint: () => state.checkpoint,
    uncovered: () => state.uncovered,
  }
}

/** A ledger that was cut, or made anew to the same length, no longer has the line that was read last. */
async function lastLineStands(store: Pick<LedgerStore, 'read'>, tree: MerkleTree, head: string): Promise<string | undefined> {
  const size = tree.size()
  if (size === 0) return undefined
  const [line] = await store.read(size, 1)
  if (line === undefined) return `the ledger was cut: it had ${size} lines`
  return leafDigest(line).toString('hex') === head ? undefined : `line ${size} of the ledger was rewritten`
}
