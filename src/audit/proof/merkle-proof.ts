/** Checks inclusion and consistency proofs with nothing but hashes: RFC 9162, sections 2.1.3.2 and 2.1.4.2. */

import { nodeHash } from './merkle-tree.ts'

/** Is this leaf the one at `index` (from 0) of the tree of `size` leaves with this root? */
export function provesInclusion(claim: { readonly leaf: Uint8Array; readonly index: number; readonly size: number; readonly root: Uint8Array; readonly proof: readonly Uint8Array[] }): boolean {
  const { leaf, index, size, root, proof } = claim
  if (!isCount(size) || !isCount(index) || index >= size) return false
  let [node, last] = [index, size - 1]
  let hash: Buffer = Buffer.from(leaf)
  for (const sibling of proof) {
    if (last === 0 || sibling.length !== hash.length) return false
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash)
      if (!isOdd(node)) [node, last] = upToOdd(node, last)
    } else {
      hash = nodeHash(hash, sibling)
    }
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && hash.equals(root)
}

export interface ConsistencyClaim {
  readonly from: { readonly size: number; readonly root: Uint8Array }
  readonly to: { readonly size: number; readonly root: Uint8Array }
  readonly proof: readonly Uint8Array[]
}

/** Is the tree `from` a beginning of the tree `to`? */
export function provesConsistency({ from, to, proof }: ConsistencyClaim): boolean {
  if (!isCount(from.size) || !isCount(to.size) || from.size === 0 || from.size > to.size) return false
  if (from.size === to.size) return proof.length === 0 && Buffer.from(from.root).equals(to.root)
  const hashes = isPowerOfTwo(from.size) ? [from.root, ...proof] : proof
  const [first, ...rest] = hashes
  if (first === undefined || rest.length === 0) return false
  let [node, last] = [from.size - 1, to.size - 1]
  while (isOdd(node)) [node, last] = [half(node), half(last)]
  let [old, fresh]: [Buffer, Buffer] = [Buffer.from(first), Buffer.from(first)]
  for (const hash of rest) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      ;[old, fresh] = [nodeHash(hash, old), nodeHash(hash, fresh)]
      if (!isOdd(node)) [node, last] = upToOdd(node, last)
    } else {
      fresh = nodeHash(fresh, hash)
    }
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && old.equals(from.root) && fresh.equals(to.root)
}

/** The last node of a level stands alone until it meets a sibling on its left. */
function upToOdd(node: number, last: number): [number, number] {
  while (node !== 0 && !isOdd(node)) [node, last] = [half(node), half(last)]
  return [node, last]
}

// Sizes may pass 2^31, so no bitwise operators here.
const isOdd = (value: number): boolean => value % 2 === 1
const half = (value: number): number => Math.floor(value / 2)
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

function isPowerOfTwo(value: number): boolean {
  let power = 1
  while (power < value) power *= 2
  return power === value
}
