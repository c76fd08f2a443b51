/**
 * One incident as a file that stands by itself: a header line with the checkpoint and the public keys, then each of its
 * entries with the proof that it is in the tree of that checkpoint.
 *
 * Proofs show that the entries are real, not that there are no others; so the last entry is the ledger's own word, written
 * at the export, how many there were and which.
 */

import { digestOf, canonicalJson } from '../../kernel/canonical-json.ts'
import { isRecord } from '../../kernel/json.ts'
import { leafHash } from '../chain.ts'

export const BUNDLE_FORMAT = 'boyd-incident/1'

export interface BundleHeader {
  readonly bundle: typeof BUNDLE_FORMAT
  readonly incidentId: string
  /** Digests of the policies that its verdicts were made under, in order of text. */
  readonly policyDigests: readonly string[]
  readonly checkpoint: string
  /** Public keys of the ledger. */
  readonly keys: readonly string[]
}

export interface BundleItem {
  /** The entry as it stands in the ledger. */
  readonly line: string
  /** Base64, from the leaf's sibling up. */
  readonly proof: readonly string[]
}

/** What the entry `incident-exported` says of the entries before it. */
export interface ExportedClaim {
  readonly entries: number
  /** SHA-256 over their leaf hashes in hex, a line each. */
  readonly digest: string
}

export function claimOf(lines: readonly string[]): ExportedClaim {
  return { entries: lines.length, digest: digestOf(lines.map((line) => `${leafHash(line)}\n`).join('')) }
}

export function bundleText(header: Omit<BundleHeader, 'bundle'>, items: readonly BundleItem[]): string {
  return [{ bundle: BUNDLE_FORMAT, ...header }, ...items].map((line) => `${canonicalJson(line)}\n`).join('')
}

/** Of the data of the entries, whatever their type. */
export function policyDigestsOf(datas: readonly unknown[]): readonly string[] {
  const digests = datas.flatMap((data) => (isRecord(data) && typeof data['policyDigest'] === 'string' ? [data['policyDigest']] : []))
  return [...new Set(digests)].sort()
}
