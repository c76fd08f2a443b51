/**
 * The desk where a browser gets its session: by the identity provider, or by a token typed into a form. What a sign-in
 * needs to remember while the browser is away lies with us under a random name, is used once, and ends after ten minutes.
 */

import { digestOf } from '../../kernel/canonical-json.ts'
import type { Clock } from '../../kernel/clock.ts'
import { fault } from '../../kernel/fault.ts'
import type { Identities } from '../../ports/identities.ts'
import type { Principal } from '../../model/principal.ts'
import type { DeviceSignIn, IdentityProvider, SignIn } from '../../ports/identity-provider.ts'
import type { AuthSettings } from '../settings/auth.ts'
import { identityOf } from './claims.ts'
import type { Doorkeeper } from './doorkeeper.ts'
import type { KnownPeople } from './known-people.ts'
import { newSecret, TOKEN_PREFIX } from './secret.ts'
import type { Sessions } from './sessions.ts'

export interface OpenedSession {
  readonly secret: string
  readonly maxAgeSec: number
  /** Where the browser wanted to go: a path of ours. */
  readonly returnTo: string
}

export interface SignInDesk {
  /** Whether people sign in with an identity provider; otherwise with a token. */
  readonly withProvider: boolean
  /** Where to send the browser, and the secret that ties its return to this very browser. Faults: `unavailable`, `invalid`. */
  begin(options: { readonly redirectUrl: string; readonly returnTo: string }): Promise<{ readonly url: string; readonly browserSecret: string; readonly maxAgeSec: number }>
  /** Fault `unauthenticated` when the return is another's, a second one, too late, or not what the provider answers for. */
  finish(options: { readonly callbackUrl: string; readonly browserSecret: string }): Promise<OpenedSession>
  /** Begins a sign-in at a terminal; the handle is what the terminal asks with. Faults: `unavailable`, `invalid`. */
  beginDevice(): Promise<Omit<DeviceSignIn, 'deviceCode'> & { readonly handle: string }>
  /** Who signed in; undefined while nobody has. Once. Fault `unauthenticated`. */
  pollDevice(handle: string): Promise<Principal | undefined>
  /** A session for whom a token belongs to. Fault `unauthenticated`. */
  withToken(options: { readonly token: string; readonly local: boolean; readonly returnTo: string }): Promise<OpenedSession>
}

interface DeskParts {
  readonly identities: Pick<Identities, 'keep' | 'kept' | 'take'>
  readonly people: KnownPeople
  readonly sessions: Sessions
  readonly doorkeeper: Doorkeeper
  readonly settings: AuthSettings
  readonly provider?: IdentityProvider
  readonly clock: Pick<Clock, 'now'>
}

const AWAY_MAX_SEC = 600

interface Away {
  readonly signIn: SignIn
  readonly returnTo: string
}

export function createSignIn(parts: DeskParts): SignInDesk {
  return {
    withProvider: parts.provider !== undefined,
    begin: (options) => begin(parts, options),
    finish: (options) => finish(parts, options),
    beginDevice: () => beginDevice(parts),
    pollDevice: (handle) => pollDevice(parts, handle),
    async withToken({ token, local, returnTo }) {
      const principal = await parts.doorkeeper.identify({ bearer: token, local })
      if (principal.kind !== 'person') throw fault({ code: 'unauthenticated', operation: 'sign in', message: 'only a person has a session', hint: 'A service sends its token with each request.' })
      const opener = token.startsWith(TOKEN_PREFIX) ? { tokenDigest: digestOf(token) } : {}
      return { ...(await parts.sessions.open(principal, opener)), returnTo: ownPath(returnTo) }
    },
  }
}

async function begin({ identities, provider, clock }: DeskParts, options: { readonly redirectUrl: string; readonly returnTo: string }) {
  if (provider === undefined) throw noProvider()
  const { url, signIn } = await provider.begin(options.redirectUrl)
  const { secret, digest } = newSecret('')
  await identities.keep(`sign-in/${digest}`, { signIn, returnTo: ownPath(options.returnTo) } satisfies Away, clock.now() + AWAY_MAX_SEC * 1000)
  return { url, browserSecret: secret, maxAgeSec: AWAY_MAX_SEC }
}

async function finish(parts: DeskParts, options: { readonly callbackUrl: string; readonly browserSecret: string }): Promise<OpenedSession> {
  const { identities, provider, settings, people, sessions, clock } = parts
  const away = await identities.take<Away>(`sign-in/${digestOf(options.browserSecret)}`, clock.now())
  if (away === undefined || provider === undefined || settings.oidc === undefined) throw notUnderWay('begin again at /login')
  const identity = identityOf(await provider.finish(options.callbackUrl, away.signIn), settings.oidc)
  const principal = await people.arrived(identity, { method: 'session', issuer: provider.issuer, atMs: clock.now() })
  return { ...(await sessions.open(principal)), returnTo: away.returnTo }
}

async function beginDevice({ identities, provider, clock }: DeskParts): Promise<Omit<DeviceSignIn, 'deviceCode'> & { readonly handle: string }> {
  if (provider === undefined) throw noProvider()
  const { deviceCode, ...shown } = await provider.beginDevice()
  const { secret: handle, digest } = newSecret('')
  await identities.keep(`device/${digest}`, { deviceCode }, clock.now() + shown.expiresInSec * 1000)
  return { ...shown, handle }
}

/** The code is taken by the one who is first to hear that it was good. */
async function pollDevice({ identities, provider, settings, people, clock }: DeskParts, handle: string): Promise<Principal | undefined> {
  const key = `device/${digestOf(handle)}`
  const kept = await identities.kept<{ readonly deviceCode: string }>(key, clock.now())
  if (kept === undefined || provider === undefined || settings.oidc === undefined) throw notUnderWay('begin again with "boyd login"')
  const claims = await provider.pollDevice(kept.deviceCode)
  if (claims === undefined) return undefined
  if ((await identities.take(key, clock.now())) === undefined) throw notUnderWay('begin again with "boyd login"')
  return people.arrived(identityOf(claims, settings.oidc), { method: 'session', issuer: provider.issuer, atMs: clock.now() })
}

function noProvider(): Error {
  return fault({ code: 'invalid', operation: 'sign in', message: 'no identity provider is configured', hint: 'Sign in with a token, or set auth.oidc.' })
}

function notUnderWay(next: string): Error {
  return fault({ code: 'unauthenticated', operation: 'sign in', message: 'this sign-in is not under way', hint: `It took too long, or was used already: ${next}.` })
}

/** A path of this site and nothing else: a sign-in that ends elsewhere is somebody's trap. */
export function ownPath(path: string): string {
  return /^\/(?![/\\])[\w\-./~%?=&]*$/.test(path) ? path : '/'
}
