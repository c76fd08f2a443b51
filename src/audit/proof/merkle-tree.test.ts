import * as fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { leafDigest } from '../chain.ts'
import { provesConsistency, provesInclusion } from './merkle-proof.ts'
import { createMerkleTree, nodeHash, type MerkleTree } from './merkle-tree.ts'

/** The leaves and roots of the reference tests of Certificate Transparency (RFC 6962). */
const REFERENCE = [
  { leaf: '', root: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d' },
  { leaf: '00', root: 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125' },
  { leaf: '10', root: 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77' },
  { leaf: '2021', root: 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7' },
  { leaf: '3031', root: '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4' },
  { leaf: '40414243', root: '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef' },
  { leaf: '5051525354555657', root: 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c' },
  { leaf: '606162636465666768696a6b6c6d6e6f', root: '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328' },
]

function treeOf(size: number): { readonly tree: MerkleTree; readonly leaves: readonly Buffer[] } {
  const leaves = Array.from({ length: size }, (_, index) => leafDigest(`leaf ${index}`))
  const tree = createMerkleTree()
  for (const leaf of leaves) tree.append(leaf)
  return { tree, leaves }
}

/** MTH as the RFC writes it down. */
function slowRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return createHash('sha256').digest()
  if (leaves.length === 1) return leaves[0] as Buffer
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return nodeHash(slowRoot(leaves.slice(0, split)), slowRoot(leaves.slice(split)))
}

describe('the tree', () => {
  test('has the roots of the reference tests', () => {
    const tree = createMerkleTree()
    for (const { leaf, root } of REFERENCE) {
      tree.append(leafDigest(Buffer.from(leaf, 'hex')))
      expect(tree.rootAt(tree.size()).toString('hex')).toBe(root)
    }
  })

  test('knows the root of each earlier size, as the definition gives it', () => {
    const { tree, leaves } = treeOf(70)
    for (let size = 0; size <= 70; size += 1) expect(tree.rootAt(size)).toEqual(slowRoot(leaves.slice(0, size)))
  })

  test('refuses what it does not have', () => {
    const { tree } = treeOf(3)
    expect(() => tree.rootAt(4)).toThrow('3 leaves')
    expect(() => tree.inclusionProof(3, 3)).toThrow('leaf 3')
    expect(() => tree.consistencyProof(0, 3)).toThrow('beginning')
    expect(() => tree.append(Buffer.alloc(31))).toThrow('32 bytes')
  })
})

const { tree, leaves } = treeOf(130)
const size = fc.integer({ min: 1, max: 130 })

describe('proofs', () => {
  test('each leaf of each size is proven to be in it, and no other leaf, place or root is', () => {
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), (of, at, other) => {
        const index = at % of
        const claim = { leaf: leaves[index] as Buffer, index, size: of, root: tree.rootAt(of), proof: tree.inclusionProof(index, of) }
        expect(provesInclusion(claim)).toBe(true)
        const wrong = (index + 1 + (other % 129)) % 130
        const changed = [
          { ...claim, leaf: leaves[wrong] as Buffer },
          { ...claim, index: wrong },
          { ...claim, root: leafDigest('another') },
          { ...claim, proof: [...claim.proof, leafDigest('more')] },
          ...(claim.proof.length === 0 ? [] : [{ ...claim, proof: claim.proof.slice(1) }]),
        ]
        expect(changed.map(provesInclusion)).toEqual(changed.map(() => false))
      }),
    )
  })

  test('each size is proven to be a beginning of each later one, and no other tree is', () => {
    fc.assert(
      fc.property(size, size, fc.nat(), (one, two, at) => {
        const [from, to] = [Math.min(one, two), Math.max(one, two)]
        const proof = tree.consistencyProof(from, to)
        const claim = { from: { size: from, root: tree.rootAt(from) }, to: { size: to, root: tree.rootAt(to) }, proof }
        expect(provesConsistency(claim)).toBe(true)
        const changed = [
          { ...claim, from: { size: from, root: leafDigest('another') } },
          { ...claim, to: { size: to, root: leafDigest('another') } },
          { ...claim, proof: [...proof, leafDigest('more')] },
          ...(proof.length === 0 ? [] : [{ ...claim, proof: proof.with(at % proof.length, leafDigest('changed')) }]),
        ]
        expect(changed.map(provesConsistency)).toEqual(changed.map(() => false))
      }),
    )
  })

  test('sizes that are none prove nothing', () => {
    const root = tree.rootAt(4)
    expect(provesInclusion({ leaf: leaves[0] as Buffer, index: 4, size: 4, root, proof: [] })).toBe(false)
    expect(provesConsistency({ from: { size: 0, root }, to: { size: 4, root }, proof: [] })).toBe(false)
    expect(provesConsistency({ from: { size: 5, root }, to: { size: 4, root }, proof: [] })).toBe(false)
  })
})
