/**
 * The identity provider of the site: who somebody is, by OpenID Connect. Adapter: `adapters/oidc`.
 *
 * What it returns was verified: signature by a key of the issuer, issuer, audience, time, algorithm. What the claims
 * mean to Boyd is not known here.
 */

export type Claims = Readonly<Record<string, unknown>>

export interface VerifiedToken {
  readonly claims: Claims
  /** An identity token speaks of a person who signed in; an access token may be a machine's own. */
  readonly use: 'identity' | 'access'
}

/** A sign-in under way: kept by us until the browser comes back, used once. */
export interface SignIn {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}


/** A sign-in at a terminal: the person opens the address on any device and types the code there. */
export interface DeviceSignIn {
  readonly deviceCode: string
  readonly userCode: string
  readonly verificationUrl: string
  readonly expiresInSec: number
  readonly intervalSec: number
}

export interface IdentityProvider {
  readonly issuer: string
  /** Fault `unauthenticated` for a token that is not good; `unavailable` when the provider does not answer. */
  verify(token: string): Promise<VerifiedToken>
  /** Where to send the browser (authorization code with PKCE), and what to remember meanwhile. */
  begin(redirectUrl: string): Promise<{ readonly url: string; readonly signIn: SignIn }>
  /** `callbackUrl`: as the browser came back, with its query. Fault `unauthenticated` when anything does not match. */
  finish(callbackUrl: string, signIn: SignIn): Promise<Claims>
  /** Begins a sign-in at a terminal (RFC 8628). Fault `invalid` where the provider offers none. */
  beginDevice(): Promise<DeviceSignIn>
  /** One look: undefined while the person is not done. Fault `unauthenticated` when it was refused, or took too long. */
  pollDevice(deviceCode: string): Promise<Claims | undefined>
  /** Checks that the provider answers and is the one that is configured. Faults: `unavailable`, `invalid`. */
  examine(): Promise<void>
}
