/**
 * What stands where a secret stood: `⟦secret:jwt:k3f9⟧`.
 *
 * The suffix is a keyed digest of the value, cut to 20 bits: under one key equal secrets look equal, different ones
 * look different, and without the key nothing can be guessed from it. Each incident has a key of its own, so marks of
 * two incidents cannot be joined.
 */

import { createHmac } from 'node:crypto'
import type { WithheldClass } from './span.ts'

/** A mark as it stands in a text. */
export const MARK = /⟦(?:secret|personal):[a-z0-9-]{1,40}:[a-z2-7]{4}⟧/

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const SUFFIX_LENGTH = 4

export function markOf(key: Uint8Array, what: { readonly class: WithheldClass; readonly type: string; readonly value: string }): string {
  const digest = createHmac('sha256', key).update(what.value).digest()
  const suffix = Array.from(digest.subarray(0, SUFFIX_LENGTH), (byte) => ALPHABET.charAt(byte & 31)).join('')
  return `⟦${what.class}:${what.type}:${suffix}⟧`
}

/** Is there a mark anywhere in this JSON value? A plan that holds one would write it into a cluster. */
export function holdsMark(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('⟦') ? MARK.test(value) : holdsEncodedMark(value)
  if (Array.isArray(value)) return value.some(holdsMark)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, child]) => holdsMark(name) || holdsMark(child))
}

/** `⟦secret:` in base64: how the values of a Secret are marked. */
const ENCODED_START = Buffer.from('⟦secret:').toString('base64').slice(0, 12)

function holdsEncodedMark(text: string): boolean {
  return text.includes(ENCODED_START)
}
