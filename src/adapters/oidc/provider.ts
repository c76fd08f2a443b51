/**
 * An OpenID Connect provider. `openid-client` signs people in, `jose` verifies tokens: signature, issuer, audience,
 * time and an allow-list of algorithms are theirs to check, with the settings given here. A key that is not known makes
 * the key set be fetched again, at most every half minute, so that the provider may rotate its keys.
 */

import { createRemoteJWKSet, jwtVerify, type JWTVerifyResult, type RemoteJWKSet } from 'jose'
import * as openid from 'openid-client'
import type { Clock } from '../../kernel/clock.ts'
import { fault } from '../../kernel/fault.ts'
import type { Claims, DeviceSignIn, IdentityProvider, SignIn, VerifiedToken } from '../../ports/identity-provider.ts'
import { identityFault } from './identity-fault.ts'

export interface OidcOptions {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret?: string
  /** What a machine's access token must be meant for. */
  readonly audience?: string
  readonly scopes: readonly string[]
  readonly algorithms: readonly string[]
  readonly clockSkewSeconds: number
  /** How long after a look at its keys an unknown key makes us look again; a flood of forged tokens is no flood of questions. */
  readonly keysCooldownMs?: number
  /** The wall clock. */
  readonly clock: Pick<Clock, 'now'>
}

interface Discovered {
  readonly configuration: openid.Configuration
  readonly keys: RemoteJWKSet
}

const REQUEST_TIMEOUT_SEC = 10
const KEYS_COOLDOWN_MS = 30_000

/** Nothing is asked of the provider before it is needed; what was discovered is kept. */
export function createOidcProvider(options: OidcOptions): IdentityProvider {
  let known: Promise<Discovered> | undefined
  const discover = (): Promise<Discovered> => {
    known ??= discoverOnce(options).catch((error: unknown) => {
      known = undefined
      throw identityFault(error, options.issuer)
    })
    return known
  }
  return {
    issuer: options.issuer,
    verify: (token) => verify(options, discover, token),
    begin: (redirectUrl) => begin(options, discover, redirectUrl),
    finish: (callbackUrl, signIn) => finish(options, discover, { callbackUrl, signIn }),
    beginDevice: () => beginDevice(options, discover),
    pollDevice: (deviceCode) => pollDevice(options, discover, deviceCode),
    examine: async () => void (await discover()),
  }
}

async function discoverOnce({ issuer, clientId, clientSecret, clockSkewSeconds, keysCooldownMs = KEYS_COOLDOWN_MS }: OidcOptions): Promise<Discovered> {
  const url = new URL(issuer)
  const metadata = { ...(clientSecret === undefined ? {} : { client_secret: clientSecret }), [openid.clockTolerance]: clockSkewSeconds }
  const authentication = clientSecret === undefined ? openid.None() : openid.ClientSecretBasic(clientSecret)
  // The settings allow plain HTTP for this machine only.
  const execute = url.protocol === 'http:' ? [openid.allowInsecureRequests] : []
  const configuration = await openid.discovery(url, clientId, metadata, authentication, { execute, timeout: REQUEST_TIMEOUT_SEC })
  const keysUrl = configuration.serverMetadata().jwks_uri
  if (keysUrl === undefined) throw fault({ code: 'invalid', operation: 'identity provider', subject: issuer, message: 'it publishes no keys (jwks_uri)', hint: 'Check auth.oidc.issuer.' })
  return { configuration, keys: createRemoteJWKSet(new URL(keysUrl), { cooldownDuration: keysCooldownMs }) }
}

type Discover = () => Promise<Discovered>

async function verify(options: OidcOptions, discover: Discover, token: string): Promise<VerifiedToken> {
  const { issuer, clientId, audience, algorithms, clockSkewSeconds, clock } = options
  const { keys } = await discover()
  try {
    const verified = await jwtVerify(token, keys, {
      issuer,
      audience: audience === undefined ? [clientId] : [clientId, audience],
      algorithms: [...algorithms],
      clockTolerance: clockSkewSeconds,
      currentDate: new Date(clock.now()),
      requiredClaims: ['sub', 'exp', 'iat'],
    })
    return { claims: verified.payload, use: useOf(verified, clientId) }
  } catch (error) {
    throw identityFault(error, issuer)
  }
}

/**
 * An identity token is meant for us as the client, and only for us (OpenID Connect Core, 2 and 3.1.3.7); what is meant
 * for our API, or says that it is an access token (RFC 9068), is one.
 */
function useOf({ payload, protectedHeader }: JWTVerifyResult, clientId: string): VerifiedToken['use'] {
  const audiences = [payload.aud].flat()
  const party = payload['azp']
  const forUs = audiences.includes(clientId) && (audiences.length === 1 || party === clientId) && (party === undefined || party === clientId)
  return forUs && !/^(application\/)?at\+jwt$/i.test(protectedHeader.typ ?? '') && payload['scope'] === undefined ? 'identity' : 'access'
}

async function begin(options: OidcOptions, discover: Discover, redirectUrl: string): Promise<{ readonly url: string; readonly signIn: SignIn }> {
  const { configuration } = await discover()
  const signIn: SignIn = { state: openid.randomState(), nonce: openid.randomNonce(), codeVerifier: openid.randomPKCECodeVerifier() }
  const url = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUrl,
    scope: options.scopes.join(' '),
    state: signIn.state,
    nonce: signIn.nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(signIn.codeVerifier),
    code_challenge_method: 'S256',
  })
  return { url: url.href, signIn }
}

async function finish(options: OidcOptions, discover: Discover, back: { readonly callbackUrl: string; readonly signIn: SignIn }): Promise<Claims> {
  const { configuration } = await discover()
  const { state, nonce, codeVerifier } = back.signIn
  try {
    return await claimsOf(options, discover, await openid.authorizationCodeGrant(configuration, new URL(back.callbackUrl), { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier, idTokenExpected: true }))
  } catch (error) {
    throw identityFault(error, options.issuer)
  }
}

/** The client trusts the TLS of the token endpoint; a signature is proof to more than us, so it is checked as well. */
async function claimsOf(options: OidcOptions, discover: Discover, tokens: { readonly id_token?: string; readonly access_token: string }): Promise<Claims> {
  const { configuration } = await discover()
  const { claims, use } = await verify(options, discover, tokens.id_token ?? '')
  if (use !== 'identity') throw fault({ code: 'unauthenticated', operation: 'sign in', message: 'the provider answered with no identity token', hint: 'Check that auth.oidc.scopes holds openid.' })
  return { ...(await profileOf(configuration, tokens.access_token, String(claims['sub']))), ...claims }
}

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

/** RFC 8628, 3.2: five seconds where the provider names none. */
const DEVICE_INTERVAL_SEC = 5

async function beginDevice(options: OidcOptions, discover: Discover): Promise<DeviceSignIn> {
  const { configuration } = await discover()
  if (configuration.serverMetadata().device_authorization_endpoint === undefined) {
    throw fault({ code: 'invalid', operation: 'sign in', subject: options.issuer, message: 'the identity provider has no sign-in for terminals', hint: 'Sign in on the page, or make a token with "boyd token create".' })
  }
  try {
    const begun = await openid.initiateDeviceAuthorization(configuration, { scope: options.scopes.join(' ') })
    const { device_code: deviceCode, user_code: userCode, expires_in: expiresInSec, interval: intervalSec = DEVICE_INTERVAL_SEC } = begun
    return { deviceCode, userCode, expiresInSec, intervalSec, verificationUrl: begun.verification_uri_complete ?? begun.verification_uri }
  } catch (error) {
    throw identityFault(error, options.issuer)
  }
}

async function pollDevice(options: OidcOptions, discover: Discover, deviceCode: string): Promise<Claims | undefined> {
  const { configuration } = await discover()
  try {
    return await claimsOf(options, discover, await openid.genericGrantRequest(configuration, DEVICE_GRANT, { device_code: deviceCode }))
  } catch (error) {
    if (error instanceof openid.ResponseBodyError && ['authorization_pending', 'slow_down'].includes(error.error)) return undefined
    throw identityFault(error, options.issuer)
  }
}

/** Many providers put groups and names there and not into the token. Without an endpoint there is nothing to add. */
async function profileOf(configuration: openid.Configuration, accessToken: string, subject: string): Promise<object> {
  if (configuration.serverMetadata().userinfo_endpoint === undefined) return {}
  return openid.fetchUserInfo(configuration, accessToken, subject)
}
