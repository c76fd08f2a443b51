/**
 * Who asks: a person, a service or an agent, under a subject that was proved and never merely said.
 *
 * One subject is one identity, whichever door it came through: a person who answers in a chat and on the page is one
 * person. Services and agents may read and report; they never vote.
 */

export type PrincipalKind = 'person' | 'service' | 'agent'

export const ROLES = ['viewer', 'responder', 'approver', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** What a credential may be used for; a principal's roles bound it further. */
export const SCOPES = ['read', 'alerts', 'respond', 'approve', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

/** How a principal proved who it is: what stands beside a vote as evidence. */
export interface Authentication {
  readonly method: 'operator-token' | 'api-token' | 'oidc-token' | 'session' | 'slack' | 'link' | 'process'
  /** Who vouches for it: an issuer's URL, a chat workspace; absent where Boyd itself does. */
  readonly issuer?: string
  /** Names the credential (its id, never the secret), so that a record can be traced to it. */
  readonly reference?: string
  /** When it was proved, in wall-clock milliseconds. */
  readonly atMs: number
}

export interface Principal {
  readonly subject: string
  /** What people call it. For reading only: nothing is decided by a name. */
  readonly name: string
  readonly kind: PrincipalKind
  readonly roles: readonly Role[]
  readonly teams: readonly string[]
  /** What the credential is limited to; absent where it may be used for all that the roles permit. */
  readonly scopes?: readonly Scope[]
  /** Since when the approver role is held, in wall-clock milliseconds; absent where that is the site's own settings. */
  readonly approverSinceMs?: number
  readonly authentication: Authentication
}

/** Subjects are compared without regard to case, width and surrounding space: look-alikes are one identity, which is the safe side. */
export function normalSubject(subject: string): string {
  return subject.trim().normalize('NFKC').toLowerCase()
}
