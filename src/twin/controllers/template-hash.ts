/**
 * The hash in names and labels of what a template makes (`pod-template-hash`, `controller-revision-hash`).
 *
 * Upstream hashes a Go struct dump, which nobody else can reproduce; any stable hash serves, since the label is only
 * compared with itself. Collisions are told apart by a counter, as there.
 */

import { canonicalJson } from '../../kernel/canonical-json.ts'

/** `k8s.io/apimachinery/pkg/util/rand.SafeEncodeString`. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

export function templateHash(template: unknown, collisionCount: number): string {
  const text = canonicalJson(template) + (collisionCount === 0 ? '' : String(collisionCount))
  const digits = String(fnv32(text))
  return Array.from(digits, (digit) => ALPHABET[digit.charCodeAt(0) % ALPHABET.length]).join('')
}

function fnv32(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash, 0x01000193) ^ text.charCodeAt(index)
  return hash >>> 0
}
