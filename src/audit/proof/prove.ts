/** Proofs made from a whole ledger file, each a line of JSON that is checked without it. */

import { canonicalJson } from '../../kernel/canonical-json.ts'
import { isRecord } from '../../kernel/json.ts'
import { leafDigest } from '../chain.ts'
import { parseCheckpoint, type Checkpoint } from '../notes/checkpoint.ts'
import { createMerkleTree, type MerkleTree } from './merkle-tree.ts'

/** A ledger file, taken apart. It is not verified here: whoever makes a proof has done that. */
export interface LedgerParts {
  readonly lines: readonly string[]
  readonly tree: MerkleTree
  /** Those in it, in order. */
  readonly checkpoints: readonly Checkpoint[]
}

export interface TreeHead {
  readonly size: number
  /** Base64. */
  readonly root: string
  /** Absent where nobody signed a tree of this size. */
  readonly checkpoint?: string
}

export interface InclusionProof {
  readonly inclusion: TreeHead & { readonly line: string; readonly seq: number; readonly proof: readonly string[] }
}

export interface ConsistencyProof {
  readonly consistency: { readonly from: TreeHead; readonly to: TreeHead; readonly proof: readonly string[] }
}

export function partsOf(text: string): LedgerParts {
  const tree = createMerkleTree()
  const lines: string[] = []
  const checkpoints: Checkpoint[] = []
  for (const line of text.split('\n').slice(0, -1)) {
    const entry = JSON.parse(line) as { readonly checkpoint?: string; readonly type?: string; readonly data?: unknown }
    const note = entry.checkpoint ?? (entry.type === 'checkpoint-signed' && isRecord(entry.data) ? entry.data['note'] : undefined)
    const checkpoint = typeof note === 'string' ? parseCheckpoint(note) : undefined
    if (checkpoint !== undefined) checkpoints.push(checkpoint)
    if (entry.checkpoint !== undefined) continue
    lines.push(line)
    tree.append(leafDigest(line))
  }
  return { lines, tree, checkpoints }
}

/** `seq` from 1. In the tree of `size`, or of the last checkpoint that covers the line, or of all lines where none does. */
export function proveInclusion({ lines, tree, checkpoints }: LedgerParts, seq: number, size?: number): InclusionProof {
  const covering = checkpoints.findLast((checkpoint) => checkpoint.size >= seq)
  const head = headAt({ tree, checkpoints }, size ?? covering?.size ?? tree.size())
  return { inclusion: { ...head, seq, line: lines[seq - 1] ?? '', proof: encoded(tree.inclusionProof(seq - 1, head.size)) } }
}

export function proveConsistency({ tree, checkpoints }: Pick<LedgerParts, 'tree' | 'checkpoints'>, from: number, to: number): ConsistencyProof {
  return { consistency: { from: headAt({ tree, checkpoints }, from), to: headAt({ tree, checkpoints }, to), proof: encoded(tree.consistencyProof(from, to)) } }
}

export function proofText(proof: InclusionProof | ConsistencyProof): string {
  return `${canonicalJson(proof)}\n`
}

function headAt({ tree, checkpoints }: Pick<LedgerParts, 'tree' | 'checkpoints'>, size: number): TreeHead {
  const checkpoint = checkpoints.find((candidate) => candidate.size === size)
  return { size, root: tree.rootAt(size).toString('base64'), ...(checkpoint === undefined ? {} : { checkpoint: checkpoint.text }) }
}

function encoded(hashes: readonly Buffer[]): readonly string[] {
  return hashes.map((hash) => hash.toString('base64'))
}
