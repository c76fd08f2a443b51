/**
 * A real OpenID Connect provider on loopback (`oidc-provider`), and a browser for it: people sign in under any name with its
 * own pages. Groups come from `groupsOf`; machines get JWT access tokens for the audience `boyd-api`.
 */

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { Provider, type Configuration } from 'oidc-provider'

export const CLIENT = { id: 'boyd', secret: 'the-secret-of-the-client-boyd-32' }
export const MACHINE = { id: 'pipeline', secret: 'the-secret-of-a-machine-32-chars' }
export const AUDIENCE = 'https://boyd.example/api'

export interface TestProvider {
  readonly issuer: string
  /** Signs with another key from now on, as after a rotation. */
  rotate(): Promise<void>
  /** An access token of the machine, or of it for another audience. */
  machineToken(audience?: string): Promise<string>
  stop(): Promise<void>
}

export async function startIdentityProvider(options: { readonly redirectUrls: readonly string[]; groupsOf(login: string): readonly string[] }): Promise<TestProvider> {
  let server = createServer()
  const port = await listen(server, 0)
  const issuer = `http://127.0.0.1:${port}`
  const serve = async (): Promise<void> => void server.on('request', new Provider(issuer, configurationOf(options, await signingKey())).callback())
  await serve()
  return {
    issuer,
    async rotate() {
      await close(server)
      server = createServer()
      await serve()
      await listen(server, port)
    },
    async machineToken(audience = AUDIENCE) {
      const basic = Buffer.from(`${MACHINE.id}:${MACHINE.secret}`).toString('base64')
      const body = new URLSearchParams({ grant_type: 'client_credentials', resource: audience })
      const response = await fetch(`${issuer}/token`, { method: 'POST', headers: { authorization: `Basic ${basic}` }, body })
      return ((await response.json()) as { access_token: string }).access_token
    },
    stop: () => close(server),
  }
}

function configurationOf(options: Parameters<typeof startIdentityProvider>[0], key: JWK): Configuration {
  return {
    clients: [
      { client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [...options.redirectUrls], grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'], response_types: ['code'] },
      { client_id: MACHINE.id, client_secret: MACHINE.secret, redirect_uris: [], grant_types: ['client_credentials'], response_types: [] },
    ],
    jwks: { keys: [key] },
    cookies: { keys: ['a-key-of-the-tests'] },
    claims: { openid: ['sub'], profile: ['name', 'groups'] },
    findAccount: (_context, login) => ({ accountId: login, claims: () => ({ sub: login, name: `${login.charAt(0).toUpperCase()}${login.slice(1)}`, groups: [...options.groupsOf(login)] }) }),
    extraTokenClaims: () => ({ groups: ['sre'] }),
    features: {
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => [],
        getResourceServerInfo: (_context, audience) => ({ scope: 'read', audience, accessTokenFormat: 'jwt', accessTokenTTL: 600 }),
      },
    },
  }
}

async function signingKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: crypto.randomUUID() }
}

/** Walks from the address of a sign-in to the address that the provider sends the browser back to. */
export async function signInAt(url: string, login: string): Promise<string> {
  const end = await walk(url, login)
  if (end.left === undefined) throw new Error(`the provider ended with: ${end.text.slice(0, 400)}`)
  return end.left
}

/** Opens the address that a terminal shows, confirms the code, and signs in. */
export async function confirmDevice(url: string, login: string): Promise<void> {
  const { text } = await walk(url, login)
  if (!/success/i.test(text)) throw new Error(`the provider ended with: ${text.slice(0, 400)}`)
}

/** Follows redirects and fills the provider's forms, until it sends the browser elsewhere or has none left. */
async function walk(url: string, login: string): Promise<{ readonly left?: string; readonly text: string }> {
  const cookies = new Map<string, string>()
  let next = url
  let form: URLSearchParams | undefined
  for (let hop = 0; hop < 20; hop += 1) {
    const response = await fetch(next, { redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }, ...(form === undefined ? {} : { method: 'POST', body: form }) })
    for (const cookie of response.headers.getSetCookie()) remember(cookies, cookie)
    const location = response.headers.get('location')
    form = undefined
    if (location === null) {
      const text = await response.text()
      form = filled(text, login)
      if (form === undefined) return { text }
      next = new URL(/<form[^>]*action="([^"]+)"/.exec(text)?.[1] ?? next, next).href
      continue
    }
    next = new URL(location, next).href
    if (new URL(next).origin !== new URL(url).origin) return { left: next, text: '' }
  }
  throw new Error('the sign-in goes round in circles')
}

/** The hidden fields of a page's form, with what a person would add. */
function filled(page: string, login: string): URLSearchParams | undefined {
  if (!/<form/.test(page)) return undefined
  const hidden = [...page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [/name="([^"]*)"/.exec(input)?.[1] ?? '', /value="([^"]*)"/.exec(input)?.[1] ?? ''] as [string, string])
  const form = new URLSearchParams(hidden)
  if (/name="login"/.test(page)) {
    form.set('login', login)
    form.set('password', 'any')
  }
  if (/deviceConfirmForm/.test(page)) form.set('confirm', 'yes')
  return form
}

function remember(cookies: Map<string, string>, header: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
  if (value === '') cookies.delete(name)
  else cookies.set(name, value)
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
