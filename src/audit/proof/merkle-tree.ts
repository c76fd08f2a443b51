/**
 * The Merkle tree over the ledger's lines, as RFC 9162 (section 2.1) defines it: a node is SHA-256(0x01 ‖ left ‖ right).
 *
 * Only complete subtrees are kept, each level in one growing buffer: 64 bytes a line, and the root, an inclusion proof or a
 * consistency proof of any earlier size can be given.
 */

import { hash } from 'node:crypto'
import { assert } from '../../kernel/assert.ts'

const HASH_BYTES = 32
const LEVEL_HASHES_MIN = 64
const NODE = Uint8Array.of(1)

export interface MerkleTree {
  size(): number
  /** `leaf` is a leaf hash: 32 bytes. */
  append(leaf: Uint8Array): void
  /** The root of the first `size` leaves. */
  rootAt(size: number): Buffer
  /** From the leaf's sibling up, for the leaf at `index` (from 0) in the tree of the first `size` leaves. */
  inclusionProof(index: number, size: number): readonly Buffer[]
  /** That the tree of `from` leaves is a beginning of the tree of `to` leaves; 0 < from <= to. */
  consistencyProof(from: number, to: number): readonly Buffer[]
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([NODE, left, right]), 'buffer')
}

export function createMerkleTree(): MerkleTree {
  const levels: Level[] = [createLevel()]
  const leaves = (): number => levels[0]?.count() ?? 0
  const known = (size: number): void => assert(Number.isSafeInteger(size) && size >= 0 && size <= leaves(), `the tree has ${leaves()} leaves`)
  return {
    size: leaves,
    append: (leaf) => grow(levels, leaf),
    rootAt(size) {
      known(size)
      return rangeHash(levels, 0, size)
    },
    inclusionProof(index, size) {
      known(size)
      assert(index >= 0 && index < size, `leaf ${index} is in the tree of ${size}`)
      return path(levels, index, { start: 0, end: size })
    },
    consistencyProof(from, to) {
      known(to)
      assert(from > 0 && from <= to, `a tree of ${from} can be a beginning of one of ${to}`)
      return subproof(levels, from, { start: 0, end: to, whole: true })
    },
  }
}

interface Level {
  count(): number
  push(hash: Uint8Array): void
  at(index: number): Buffer
}

function createLevel(): Level {
  let bytes = Buffer.alloc(LEVEL_HASHES_MIN * HASH_BYTES)
  let count = 0
  return {
    count: () => count,
    push(hash) {
      assert(hash.length === HASH_BYTES, 'a hash has 32 bytes')
      if ((count + 1) * HASH_BYTES > bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(bytes.length)])
      bytes.set(hash, count * HASH_BYTES)
      count += 1
    },
    at: (index) => bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
  }
}

/** A leaf that completes a pair completes a node above it, and so on up. */
function grow(levels: Level[], leaf: Uint8Array): void {
  let hash = leaf
  for (let height = 0; ; height += 1) {
    const level = (levels[height] ??= createLevel())
    level.push(hash)
    const count = level.count()
    if (count % 2 === 1) return
    hash = nodeHash(level.at(count - 2), level.at(count - 1))
  }
}

/** MTH(D[start:end]); `start` is a multiple of the largest power of two that is less than the width. */
function rangeHash(levels: readonly Level[], start: number, end: number): Buffer {
  const width = end - start
  if (width === 0) return hash('sha256', '', 'buffer')
  const split = splitOf(width)
  if (split * 2 === width || width === 1) return Buffer.from(levelOf(levels, Math.log2(width)).at(start / width))
  return nodeHash(rangeHash(levels, start, start + split), rangeHash(levels, start + split, end))
}

function levelOf(levels: readonly Level[], height: number): Level {
  const level = levels[height]
  assert(level !== undefined, `level ${height} of the tree is there`)
  return level
}

/** The largest power of two below `width`; 1 has none and is a leaf. */
function splitOf(width: number): number {
  let split = 1
  while (split * 2 < width) split *= 2
  return split
}

interface Range {
  readonly start: number
  readonly end: number
}

/** PATH(m, D[n]) of RFC 9162, 2.1.3.1; `index` counts from the start of the range. */
function path(levels: readonly Level[], index: number, { start, end }: Range): readonly Buffer[] {
  if (end - start === 1) return []
  const split = splitOf(end - start)
  const middle = start + split
  if (index < split) return [...path(levels, index, { start, end: middle }), rangeHash(levels, middle, end)]
  return [...path(levels, index - split, { start: middle, end }), rangeHash(levels, start, middle)]
}

/** SUBPROOF(m, D[n], b) of RFC 9162, 2.1.4.1; `whole` is b: the old tree is this very range. */
function subproof(levels: readonly Level[], from: number, { start, end, whole }: Range & { readonly whole: boolean }): readonly Buffer[] {
  const width = end - start
  if (from === width) return whole ? [] : [rangeHash(levels, start, end)]
  const split = splitOf(width)
  const middle = start + split
  if (from <= split) return [...subproof(levels, from, { start, end: middle, whole }), rangeHash(levels, middle, end)]
  return [...subproof(levels, from - split, { start: middle, end, whole: false }), rangeHash(levels, start, middle)]
}
