/** Compares secrets in a time that depends on neither of them: over digests, so that lengths tell nothing either. */

import { createHash, timingSafeEqual } from 'node:crypto'

export function sameSecret(offered: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(offered), digest(expected))
}
