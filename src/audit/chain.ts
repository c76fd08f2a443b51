/**
 * The chain of the ledger: each line carries the leaf hash of the line before it.
 *
 * The leaf is SHA-256(0x00 ‖ line), as in RFC 6962, so that the Merkle tree over the same lines needs no second hash.
 */

import { hash } from 'node:crypto'

/** `prev` of the first line. */
export const NO_PREVIOUS = '0'.repeat(64)

const LEAF = Uint8Array.of(0)

/** 32 bytes. The line without its line feed; a text is hashed as UTF-8. */
export function leafDigest(line: string | Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([LEAF, typeof line === 'string' ? Buffer.from(line) : line]), 'buffer')
}

/** The same in hex. */
export function leafHash(line: string): string {
  return leafDigest(line).toString('hex')
}
