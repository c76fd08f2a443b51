/** A token of the API: what is known of it. The secret itself is shown once and kept nowhere; its digest is. */

import type { Principal, Role, Scope } from './principal.ts'

export interface ApiToken {
  readonly id: string
  /** What it is for, in its maker's words. */
  readonly label: string
  readonly kind: Exclude<Principal['kind'], 'agent'>
  /** Whom it speaks for. */
  readonly subject: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly teams: readonly string[]
  readonly scopes: readonly Scope[]
  /** Subject of who made it. */
  readonly createdBy: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly lastUsedAtMs?: number
  readonly revokedAtMs?: number
}

/** Why it opens nothing; undefined while it does. */
export function whyDead(token: ApiToken, nowMs: number): 'revoked' | 'expired' | undefined {
  if (token.revokedAtMs !== undefined) return 'revoked'
  return nowMs >= token.expiresAtMs || nowMs < token.createdAtMs - CLOCK_SKEW_MS ? 'expired' : undefined
}

/** A clock that is further off than this is not believed. */
const CLOCK_SKEW_MS = 60_000
