/** Secrets that Boyd hands out: long enough that nobody guesses one, and kept as a digest only. */

import { randomBytes } from 'node:crypto'
import { digestOf } from '../../kernel/canonical-json.ts'

const SECRET_BYTES = 32

/** 256 random bits: a plain digest of them needs no salt and no slow hash. */
export function newSecret(prefix: string): { readonly secret: string; readonly digest: string } {
  const secret = `${prefix}${randomBytes(SECRET_BYTES).toString('base64url')}`
  return { secret, digest: digestOf(secret) }
}

/** Tells a token of ours at a glance, to people and to those who look for leaked secrets. */
export const TOKEN_PREFIX = 'boyd_'
