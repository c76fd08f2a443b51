import { SignJWT, exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AUDIENCE, CLIENT, signInAt, startIdentityProvider, type TestProvider } from '../../../test/support/identity-provider.ts'
import { systemClock } from '../../kernel/clock.ts'
import type { IdentityProvider } from '../../ports/identity-provider.ts'
import { createOidcProvider } from './provider.ts'

/* Against a real provider on loopback. Tokens that it would never sign are signed by a key of the tests. */

const REDIRECT = 'http://127.0.0.1:1/login/callback'

let real: TestProvider
beforeAll(async () => {
  real = await startIdentityProvider({ redirectUrls: [REDIRECT], groupsOf: (login) => (login === 'ada' ? ['sre-leads'] : []) })
})
afterAll(() => real.stop())

function provider(change: Partial<Parameters<typeof createOidcProvider>[0]> = {}): IdentityProvider {
  return createOidcProvider({ issuer: real.issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret, audience: AUDIENCE, scopes: ['openid', 'profile'], algorithms: ['RS256'], clockSkewSeconds: 60, keysCooldownMs: 0, clock: systemClock(), ...change })
}

const code = (error: unknown): unknown => (error as { code: string }).code

describe('a sign-in', () => {
  test('tells who it is, once', async () => {
    const idp = provider()
    const { url, signIn } = await idp.begin(REDIRECT)
    expect(new URL(url).searchParams.get('code_challenge_method')).toBe('S256')
    const back = await signInAt(url, 'ada')
    expect(await idp.finish(back, signIn)).toMatchObject({ sub: 'ada', name: 'Ada', groups: ['sre-leads'], iss: real.issuer, aud: CLIENT.id })
    expect(await idp.finish(back, signIn).catch(code)).toBe('unauthenticated')
  })

  test.each([
    { name: 'another state', change: { state: 'another' } },
    { name: 'another nonce', change: { nonce: 'another' } },
    { name: 'another verifier', change: { codeVerifier: 'x'.repeat(43) } },
  ])('is refused with $name', async ({ change }) => {
    const idp = provider()
    const { url, signIn } = await idp.begin(REDIRECT)
    const back = await signInAt(url, 'ada')
    expect(await idp.finish(back, { ...signIn, ...change }).catch(code)).toBe('unauthenticated')
  })
})

describe('a token', () => {
  test("of a machine is good, and is no person's", async () => {
    expect(await provider().verify(await real.machineToken())).toMatchObject({ use: 'access', claims: { sub: 'pipeline', client_id: 'pipeline', aud: AUDIENCE, groups: ['sre'] } })
  })

  test.each([
    { name: 'for another audience', token: () => real.machineToken('https://elsewhere.example/api'), change: {} },
    { name: 'of an algorithm that is not allowed', token: () => real.machineToken(), change: { algorithms: ['ES256'] } },
    { name: 'whose time is up', token: () => real.machineToken(), change: { clock: { now: () => systemClock().now() + 3_600_000 } } },
    { name: 'cut short', token: async () => (await real.machineToken()).slice(0, -4), change: {} },
    { name: 'with other claims under the signature', token: async () => withClaims(await real.machineToken(), { sub: 'root' }), change: {} },
    { name: 'without a signature', token: async () => unsigned(await real.machineToken()), change: {} },
    { name: 'signed by somebody else', token: () => forged('RS256'), change: {} },
    { name: 'signed with what everybody knows', token: () => forged('HS256'), change: { algorithms: ['RS256', 'HS256'] } },
  ])('$name is refused', async ({ token, change }) => {
    expect(await provider(change).verify(await token()).catch(code)).toBe('unauthenticated')
  })

  test('of a key that came with a rotation is good; one of the key that went is not', async () => {
    const idp = provider()
    const before = await real.machineToken()
    await idp.verify(before)
    await real.rotate()
    await idp.verify(await real.machineToken())
    expect(await idp.verify(before).catch(code)).toBe('unauthenticated')
  })
})

test('a provider that does not answer is unavailable, and asked again the next time', async () => {
  const idp = provider({ issuer: 'http://127.0.0.1:1' })
  expect(await idp.examine().catch(code)).toBe('unavailable')
  expect(await idp.verify(await real.machineToken()).catch(code)).toBe('unavailable')
})

async function forged(alg: 'RS256' | 'HS256'): Promise<string> {
  const jwt = new SignJWT({}).setProtectedHeader({ alg }).setIssuer(real.issuer).setAudience(AUDIENCE).setSubject('root').setIssuedAt().setExpirationTime('1h')
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  return jwt.sign(alg === 'RS256' ? privateKey : new TextEncoder().encode(JSON.stringify(await exportJWK(publicKey))))
}

function withClaims(token: string, change: object): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return [header, encoded({ ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), ...change }), signature].join('.')
}

function unsigned(token: string): string {
  return [encoded({ alg: 'none', typ: 'at+jwt' }), token.split('.')[1], ''].join('.')
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
