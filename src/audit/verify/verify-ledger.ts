/**
 * Verifies a ledger with nothing but its bytes: every line canonical, numbered without a gap, chained to the one before it
 * and true to what it says of others; every checkpoint right and signed; every anchor met.
 *
 * What the file and the public key cannot show: lines cut off at the end together with their checkpoints, and a whole
 * ledger made anew by somebody who holds the private key. Both show against an anchor.
 */

import type { NoteKey } from '../notes/note-key.ts'
import { leafDigest, NO_PREVIOUS } from '../chain.ts'
import { createMerkleTree, type MerkleTree } from '../proof/merkle-tree.ts'
import { followAnchors, type ReadAnchors } from './anchored.ts'
import { followClock, type Remark } from './clock-remarks.ts'
import { canonicalRecord, readEntry, type CheckedEntry } from './entry-flaw.ts'
import { readLines, type Line } from './read-lines.ts'
import { followReferences } from './references.ts'
import { followSignatures, type SignedSoFar } from './signed-so-far.ts'

export type LedgerCheck =
  | {
      readonly ok: true
      readonly kind: 'ledger'
      readonly entries: number
      /** Leaf hash of the last line, in hex. */
      readonly head: string
      /** Root of the Merkle tree over all lines, in base64 as checkpoints have it. */
      readonly root: string
      /** How many lines, from the first on, a checkpoint under a given key covers. */
      readonly signed: number
      readonly anchors: number
      readonly remarks: readonly Remark[]
    }
  | Changed

/** The first bad line, from 1, and why. */
export interface Changed {
  readonly ok: false
  readonly line: number
  readonly reason: string
}

export interface VerifyOptions {
  /** Whom to believe. Without any, signatures are held against the keys that the ledger itself announces. */
  readonly keys?: readonly NoteKey[]
  readonly anchors?: Extract<ReadAnchors, { ok: true }>['checkpoints']
  /** The file is still being written: lines after the last checkpoint are let pass. */
  readonly openEnd?: boolean
}

/** The bytes of a file, or a text. */
export function verifyLedger(content: string | Uint8Array, options: VerifyOptions = {}): LedgerCheck {
  const walk = startWalk(options)
  let last = 0
  for (const line of readLines(typeof content === 'string' ? Buffer.from(content) : content)) {
    last = line.number
    const reason = walk.see(line)
    if (reason !== undefined) return { ok: false, line: line.number, reason }
  }
  return walk.end(last)
}

interface Walk {
  see(line: Line): string | undefined
  end(lines: number): LedgerCheck
}

function startWalk(options: VerifyOptions): Walk {
  const { keys = [], anchors: checkpoints = [] } = options
  const tree = createMerkleTree()
  const signatures = followSignatures({ tree, given: keys })
  const anchors = followAnchors(checkpoints)
  const [references, clock] = [followReferences(), followClock()]
  const state = { prev: NO_PREVIOUS, sealed: false, remarks: [] as Remark[] }

  const seeEntry = (entry: CheckedEntry, line: Line): string | undefined => {
    const leaf = leafDigest(line.bytes)
    tree.append(leaf)
    state.prev = leaf.toString('hex')
    const remark = clock(entry)
    if (remark !== undefined) state.remarks.push({ line: line.number, text: remark })
    return anchors.see(tree) ?? signatures.see(entry) ?? references(entry)
  }
  return {
    see(line) {
      if (state.sealed) return 'it stands after the checkpoint that ends the file'
      if (!line.complete) return 'the line is cut short: it does not end in a line feed'
      const read = readEntry(line.text, { seq: line.number, prev: state.prev })
      if (read.ok) return seeEntry(read.entry, line)
      const seal = sealOf(line.text)
      if (seal === undefined) return read.reason
      state.sealed = true
      return signatures.seal(seal)
    },
    end(lines) {
      const reason = anchors.close(tree, signatures.known()) ?? unsigned({ tree, signatures, options })
      if (reason !== undefined) return { ok: false, line: reason.startsWith('the ledger was cut') ? lines + 1 : Math.max(lines, 1), reason }
      return { ok: true, kind: 'ledger', entries: tree.size(), head: state.prev, root: tree.rootAt(tree.size()).toString('base64'), signed: signatures.signedSize(), anchors: anchors.count(), remarks: state.remarks }
    },
  }
}

/** A last line `{"checkpoint": …}`: what `ledger export` puts behind the entries. */
function sealOf(text: string | undefined): unknown {
  const parsed = canonicalRecord(text)
  return parsed.ok && Object.keys(parsed.record).join() === 'checkpoint' ? parsed.record['checkpoint'] : undefined
}

function unsigned({ tree, signatures, options }: { readonly tree: MerkleTree; readonly signatures: SignedSoFar; readonly options: VerifyOptions }): string | undefined {
  const { keys = [], openEnd = false } = options
  if (keys.length === 0) return undefined
  const signed = signatures.signedSize()
  if (signed === 0) return `nothing in it is signed with the key ${keys.map(({ id }) => id).join(', ')}`
  if (signed === tree.size() || openEnd) return undefined
  return `lines ${signed + 1} to ${tree.size()} are not covered by a checkpoint that is signed with the key; an export ends with one, and a file that is still being written needs --open-end`
}
