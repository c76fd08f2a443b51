/** What the claims of an identity provider come to: a subject, roles and teams, by the site's settings. */

import { fault } from '../../kernel/fault.ts'
import { ROLES, type PrincipalKind, type Role } from '../../model/principal.ts'
import type { Claims, VerifiedToken } from '../../ports/identity-provider.ts'
import type { OidcSettings } from '../settings/auth.ts'

export interface Identity {
  readonly subject: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly teams: readonly string[]
}

/** Values that nobody mapped give no role. */
export function identityOf(claims: Claims, settings: OidcSettings): Identity {
  const [subject = ''] = textsOf(valueAt(claims, settings.subjectClaim))
  if (subject === '') throw fault({ code: 'unauthenticated', operation: 'sign in', message: `the identity provider sent no "${settings.subjectClaim}"`, hint: 'Name a claim that it sends in auth.oidc.subjectClaim.' })
  const groups = textsOf(valueAt(claims, settings.rolesClaim))
  return {
    subject,
    name: textsOf(valueAt(claims, settings.nameClaim))[0] ?? textsOf(claims['preferred_username'])[0] ?? textsOf(claims['email'])[0] ?? subject,
    roles: ROLES.filter((role) => (settings.roles[role] ?? []).some((group) => groups.includes(group))),
    teams: settings.teamsClaim === undefined ? [] : textsOf(valueAt(claims, settings.teamsClaim)),
  }
}

/**
 * A person or a machine? An identity token is a person's by definition. An access token is a machine's unless it shows
 * that somebody signed in for it; where it says itself that it is an application's, that settles it.
 */
export function kindOf({ claims, use }: VerifiedToken): PrincipalKind {
  const clients = [claims['client_id'], claims['azp'], claims['cid'], claims['appid']]
  const ownedByClient = typeof claims['sub'] === 'string' && clients.includes(claims['sub'])
  if (ownedByClient || claims['idtyp'] === 'app' || claims['gty'] === 'client-credentials') return 'service'
  if (use === 'identity') return 'person'
  return typeof claims['auth_time'] === 'number' ? 'person' : 'service'
}

/** `a.b` is `b` inside `a`, unless a claim is called exactly that: providers name claims by URLs. */
function valueAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  return path.split('.').reduce<unknown>((at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Claims)[key] : undefined), claims)
}

function textsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value]
  return list.filter((item): item is string => typeof item === 'string' && item.trim() !== '').map((item) => item.trim())
}
