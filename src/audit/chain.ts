/**
 * The chain of the ledger: each line carries the leaf hash of the line before it.
 *
 * The leaf is SHA-256(0x00 ‖ line), as in RFC 6962, so that a Merkle tree over the same lines needs no second hash.
 */

import { createHash } from 'node:crypto'

/** `prev` of the first line. */
export const NO_PREVIOUS = '0'.repeat(64)

/** Hex. The line without its line feed, as UTF-8. */
export function leafHash(line: string): string {
  return createHash('sha256').update(Uint8Array.of(0)).update(line, 'utf8').digest('hex')
}
