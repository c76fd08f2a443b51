/** One command for whatever the ledger hands out: a whole ledger, an exported incident, a proof. The first line tells which it is. */

import { canonicalRecord } from './entry-flaw.ts'
import { readLines } from './read-lines.ts'
import { verifyBundle, type BundleCheck } from './verify-bundle.ts'
import { verifyLedger, type LedgerCheck, type VerifyOptions } from './verify-ledger.ts'
import { verifyProof, type ProofCheck } from './verify-proof.ts'

export type FileCheck = LedgerCheck | BundleCheck | ProofCheck

export function verifyFile(content: Uint8Array, options: VerifyOptions = {}): FileCheck {
  const [first] = readLines(content)
  const read = canonicalRecord(first?.text)
  const fields = read.ok ? Object.keys(read.record) : []
  if (fields.includes('bundle')) return verifyBundle(content, options)
  if (fields.includes('inclusion') || fields.includes('consistency')) return verifyProof(content, options)
  return verifyLedger(content, options)
}
