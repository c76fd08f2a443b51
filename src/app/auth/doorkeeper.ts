/**
 * Who stands at the door? Turns what a request showed into a principal, or refuses. The doors bring what they were
 * shown; nothing they say about who somebody is counts.
 */

import type { Clock } from '../../kernel/clock.ts'
import { digestOf } from '../../kernel/canonical-json.ts'
import { fault } from '../../kernel/fault.ts'
import { sameSecret } from '../../kernel/same-secret.ts'
import { whyDead, type ApiToken } from '../../model/api-token.ts'
import type { Authentication, Principal } from '../../model/principal.ts'
import type { Identities } from '../../ports/identities.ts'
import type { IdentityProvider } from '../../ports/identity-provider.ts'
import type { AuthSettings } from '../settings/auth.ts'
import { identityOf, kindOf } from './claims.ts'
import type { KnownPeople } from './known-people.ts'
import { operatorPrincipal } from './operator.ts'
import { TOKEN_PREFIX } from './secret.ts'
import type { Sessions } from './sessions.ts'

export interface Credentials {
  /** Of `authorization: Bearer …`. */
  readonly bearer?: string
  /** Of the session's cookie. */
  readonly session?: string
  /** The request came from this machine, through no proxy. */
  readonly local: boolean
}

export interface Doorkeeper {
  /** Fault `unauthenticated` when what was shown proves nobody. */
  identify(credentials: Credentials): Promise<Principal>
}

export interface DoorkeeperParts {
  readonly operatorToken: string
  readonly settings: AuthSettings
  readonly identities: Identities
  readonly people: KnownPeople
  readonly sessions: Sessions
  readonly provider?: IdentityProvider
  /** The wall clock. */
  readonly clock: Pick<Clock, 'now'>
}

/** A bearer outweighs a cookie: a browser sends cookies by itself, a bearer is meant. */
export function createDoorkeeper(parts: DoorkeeperParts): Doorkeeper {
  return {
    async identify({ bearer, session, local }) {
      if (bearer !== undefined) return byBearer(parts, bearer, local)
      const principal = session === undefined ? undefined : await parts.sessions.find(session)
      if (principal !== undefined) return principal
      throw refused(session === undefined ? 'a bearer token is needed' : 'the session is over', 'Send "authorization: Bearer <token>", or sign in at /login; "boyd doctor" says where the token of this machine lies.')
    },
  }
}

async function byBearer(parts: DoorkeeperParts, bearer: string, local: boolean): Promise<Principal> {
  if (sameSecret(bearer, parts.operatorToken)) return operator(parts, local)
  if (bearer.startsWith(TOKEN_PREFIX)) return byApiToken(parts, bearer)
  if (parts.provider !== undefined && bearer.split('.').length === 3) return byIdentityToken(parts, parts.provider, bearer)
  throw refused('a bearer token is needed, and this is none', 'Make one with "boyd token create"; "boyd doctor" says where the token of this machine lies.')
}

function operator({ settings, clock }: DoorkeeperParts, local: boolean): Principal {
  if (local) return operatorPrincipal(settings, clock.now())
  throw refused('this token does not work from afar', "The operator's token works on Boyd's own machine only: make another with \"boyd token create\" there.")
}

async function byApiToken(parts: DoorkeeperParts, secret: string): Promise<Principal> {
  const { identities, clock } = parts
  const token = await identities.tokenByDigest(digestOf(secret))
  const dead = token === undefined ? 'not known' : whyDead(token, clock.now())
  if (token === undefined || dead !== undefined) throw refused(`the token is ${dead}`, 'Make another with "boyd token create".')
  await noteUse(parts, token)
  const authentication: Authentication = { method: 'api-token', reference: token.id, atMs: clock.now() }
  return token.kind === 'service' ? serviceOf(token, authentication) : personOf(parts, token, authentication)
}

/** Once a minute is enough to see which tokens are still used. */
const USE_NOTED_EACH_MS = 60_000

async function noteUse({ identities, clock }: DoorkeeperParts, token: ApiToken): Promise<void> {
  if (clock.now() - (token.lastUsedAtMs ?? 0) >= USE_NOTED_EACH_MS) await identities.usedToken(token.id, clock.now())
}

function serviceOf({ subject, name, roles, teams, scopes }: ApiToken, authentication: Authentication): Principal {
  return { subject, name, kind: 'service', roles, teams, scopes, authentication }
}

/** A token never gives more than its person has now. */
async function personOf({ people }: DoorkeeperParts, token: ApiToken, authentication: Authentication): Promise<Principal> {
  const person = await people.returned(token.subject, authentication)
  if (person === undefined) throw refused('the person of this token is not known any more', 'Sign in again.')
  return { ...person, roles: person.roles.filter((role) => token.roles.includes(role)), scopes: token.scopes }
}

async function byIdentityToken({ people, settings, clock }: DoorkeeperParts, provider: IdentityProvider, bearer: string): Promise<Principal> {
  const verified = await provider.verify(bearer)
  const { oidc } = settings
  if (oidc === undefined) throw refused('no identity provider is configured', 'Set auth.oidc.')
  const identity = identityOf(verified.claims, oidc)
  const authentication: Authentication = { method: 'oidc-token', issuer: provider.issuer, atMs: clock.now() }
  if (kindOf(verified) === 'person') return people.arrived(identity, authentication)
  return { ...identity, kind: 'service', authentication }
}

function refused(message: string, hint: string): Error {
  return fault({ code: 'unauthenticated', operation: 'http', message, hint })
}
