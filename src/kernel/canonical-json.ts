/**
 * Canonical JSON (RFC 8785) and the digests made from it. A plan's hash, a ledger line and an approval must
 * come out the same on every machine, so everything that is hashed goes through here.
 */

import { createHash, hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { required } from './assert.ts'
import { sortedKeysText } from './sorted-keys.ts'

/** RFC 8785 text of a JSON value. Properties that are undefined are left out, as JSON.stringify does. */
export function canonicalJson(value: unknown): string {
  return required(canonicalize(value), 'a value that JSON can carry')
}

/** `sha256:<hex>` of a text or of bytes. */
export function digestOf(content: string | Uint8Array): string {
  return `sha256:${hash('sha256', content, 'hex')}`
}

/** `sha256:<hex>` over the canonical JSON of each value in turn, a line each: for what is too large to be one text. */
export function digestOfJsonLines(values: Iterable<unknown>): string {
  const running = createHash('sha256')
  for (const value of values) running.update(sortedKeysText(value) ?? canonicalJson(value)).update('\n')
  return `sha256:${running.digest('hex')}`
}

/** `sha256:<hex>` over the canonical JSON of a value. */
export function digestOfJson(value: unknown): string {
  return digestOf(canonicalJson(value))
}
