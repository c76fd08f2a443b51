/**
 * Sessions of browsers: a random secret in a cookie, its digest in the database. A session is somebody's until it ends or
 * they are shut out; the roles are looked up anew at each request.
 */

import { createHmac } from 'node:crypto'
import type { Clock } from '../../kernel/clock.ts'
import { digestOf } from '../../kernel/canonical-json.ts'
import { whyDead } from '../../model/api-token.ts'
import type { Principal } from '../../model/principal.ts'
import type { Identities } from '../../ports/identities.ts'
import type { KnownPeople } from './known-people.ts'
import { newSecret } from './secret.ts'

export interface Sessions {
  /** The secret for the cookie, and how long it is good for. */
  open(principal: Principal, options?: { readonly tokenDigest?: string }): Promise<{ readonly secret: string; readonly maxAgeSec: number }>
  /** Whose it is; undefined for one that is over, or was never there. */
  find(secret: string): Promise<Principal | undefined>
  close(secret: string): Promise<void>
}

interface SessionParts {
  readonly identities: Pick<Identities, 'keep' | 'kept' | 'take' | 'tokenByDigest'>
  readonly people: Pick<KnownPeople, 'returned'>
  readonly clock: Pick<Clock, 'now'>
  readonly hours: number
}

interface Kept {
  readonly principal: Principal
  /** Of the token that opened it: the session ends with it. */
  readonly tokenDigest?: string
}

export function createSessions({ identities, people, clock, hours }: SessionParts): Sessions {
  const lifeMs = hours * 3_600_000
  return {
    async open(principal, options = {}) {
      const { secret, digest } = newSecret('')
      await identities.keep(keyOf(digest), { principal, ...options } satisfies Kept, clock.now() + lifeMs)
      return { secret, maxAgeSec: Math.floor(lifeMs / 1000) }
    },
    async find(secret) {
      const digest = digestOf(secret)
      const kept = await identities.kept<Kept>(keyOf(digest), clock.now())
      if (kept === undefined || (await tokenIsDead(identities, kept, clock.now()))) return undefined
      const authentication = { ...kept.principal.authentication, method: 'session' as const, reference: digest.slice(0, 'sha256:'.length + 12) }
      // The machine's owner is in no directory; the session of one is as the token was.
      const now = await people.returned(kept.principal.subject, authentication)
      if (now === undefined) return { ...kept.principal, authentication }
      const { roles, scopes } = kept.principal
      // A session that was opened with a token gives no more than the token did.
      return scopes === undefined ? now : { ...now, roles: now.roles.filter((role) => roles.includes(role)), scopes }
    },
    async close(secret) {
      await identities.take(keyOf(digestOf(secret)), clock.now())
    },
  }
}

async function tokenIsDead(identities: SessionParts['identities'], { tokenDigest }: Kept, nowMs: number): Promise<boolean> {
  if (tokenDigest === undefined) return false
  const token = await identities.tokenByDigest(tokenDigest)
  return token === undefined || whyDead(token, nowMs) !== undefined
}

function keyOf(digest: string): string {
  return `session/${digest}`
}

/** What a form of this session must carry: only a page that we gave to this session can know it. */
export function csrfTokenOf(secret: string): string {
  return createHmac('sha256', secret).update('boyd form').digest('base64url')
}
