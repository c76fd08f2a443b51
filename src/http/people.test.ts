/**
 * People and machines at the HTTP door: tokens, sessions, an identity provider; and what a hostile page, a stolen cookie or a
 * flood of guesses gets.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authSettings, type AuthSettings } from '../app/settings/auth.ts'
import { AUDIENCE, CLIENT, confirmDevice, signInAt, startIdentityProvider, type TestProvider } from '../../test/support/identity-provider.ts'
import { appOver, OPERATOR_TOKEN, startRealParts, type RealParts } from '../../test/support/real-parts.ts'
import type { BoydHono } from './identify.ts'

const ORIGIN = 'http://localhost'

const folder = mkdtempSync(join(tmpdir(), 'boyd-people-'))
const secretFile = join(folder, 'client-secret')
writeFileSync(secretFile, `${CLIENT.secret}\n`)

let real: RealParts
let idp: TestProvider
const groups: Record<string, readonly string[]> = { ada: ['sre-leads', 'payments'], bob: ['sre'] }

beforeAll(async () => {
  ;[real, idp] = await Promise.all([startRealParts(), startIdentityProvider({ redirectUrls: [`${ORIGIN}/login/callback`], groupsOf: (login) => groups[login] ?? [] })])
})
afterAll(async () => {
  await Promise.all([real.stop(), idp.stop()])
  rmSync(folder, { recursive: true })
})

function appWith(auth: Partial<AuthSettings> = {}, options: Parameters<typeof appOver>[1] = {}): BoydHono {
  return appOver({ ...real.parts, settings: { ...real.parts.settings, auth: { ...real.parts.settings.auth, ...auth } } }, options)
}

function withProvider(more: object = {}): BoydHono {
  return appWith(authSettings.parse({ oidc: { issuer: idp.issuer, clientId: CLIENT.id, clientSecretFile: secretFile, audience: AUDIENCE, roles: { approver: ['sre-leads'], viewer: ['sre'] }, teamsClaim: 'groups' }, ...more }))
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })
const asJson = (body: unknown, headers: Record<string, string>): RequestInit => ({ method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } })

async function makeToken(app: BoydHono, request: object, by = OPERATOR_TOKEN): Promise<{ status: number; secret: string; token: { id: string }; title?: string }> {
  const response = await app.request('/api/v1/tokens', asJson({ label: 'test', ...request }, bearer(by)))
  return { status: response.status, ...((await response.json()) as { secret: string; token: { id: string } }) }
}

async function me(app: BoydHono, headers: Record<string, string>): Promise<{ status: number; principal?: Record<string, unknown>; csrfToken?: string }> {
  const response = await app.request('/api/v1/me', { headers })
  return { status: response.status, ...((await response.json()) as object) }
}

describe('tokens', () => {
  test('of a service: it is who it says, reads, and gives and approves nothing', async () => {
    const app = appWith()
    const { secret, token } = await makeToken(app, { service: 'Alertmanager', roles: ['admin'], scopes: ['read', 'alerts'] })
    expect(secret).toMatch(/^boyd_[\w-]{43}$/)
    expect((await me(app, bearer(secret))).principal).toMatchObject({ subject: 'service:alertmanager', kind: 'service', scopes: ['read', 'alerts'] })
    expect((await app.request('/api/v1/incidents', { headers: bearer(secret) })).status).toBe(200)
    expect((await makeToken(app, { service: 'another' }, secret)).status).toBe(400)
    expect((await app.request('/api/v1/approvals/apr-1/votes', asJson({ decision: 'approve', planHash: 'abcdef' }, bearer(secret)))).status).toBe(403)
    expect(JSON.stringify(await real.parts.identities.tokens())).not.toContain(secret)
    const lines = (await real.parts.ledgerStore.read(1, 1_000)).filter((line) => line.includes(token.id))
    expect([lines.length, lines.join().includes(secret)]).toEqual([1, false])
  })

  test.each([
    { name: 'with the scope alerts', roles: ['responder'], scopes: ['alerts'], status: 202 },
    { name: 'without it', roles: ['responder'], scopes: ['read'], status: 401 },
    { name: 'with it, in a role that sends none', roles: ['viewer'], scopes: ['alerts'], status: 401 },
  ])('of a service $name: an alert is answered $status', async ({ roles, scopes, status }) => {
    const app = appWith()
    const { secret } = await makeToken(app, { service: `sender-${status}-${scopes.join()}`, roles, scopes })
    const alert = { status: 'firing', labels: { alertname: 'A', namespace: 'default', deployment: 'web' }, annotations: {}, startsAt: '2026-06-01T03:00:00Z' }
    expect((await app.request('/api/v1/webhooks/alertmanager', asJson({ version: '4', alerts: [alert] }, bearer(secret)))).status).toBe(status)
  })

  test('revoked or past their time they open nothing', async () => {
    const app = appWith()
    const { secret, token } = await makeToken(app, { service: 'brief', expiresInDays: 1 })
    const late = appWith({}, { clock: { ...real.parts.wallClock, now: () => real.parts.wallClock.now() + 86_400_001 } })
    expect([(await me(app, bearer(secret))).status, (await me(late, bearer(secret))).status]).toEqual([200, 401])
    expect((await app.request(`/api/v1/tokens/${token.id}`, { method: 'DELETE', headers: bearer(OPERATOR_TOKEN) })).status).toBe(204)
    expect((await me(app, bearer(secret))).status).toBe(401)
  })

  test.each([
    { name: 'for a service to approve with', request: { service: 's', scopes: ['approve'] }, says: 'a service cannot have the scope approve' },
    { name: 'for a person under the name of this program', request: { person: 'Boyd', roles: ['approver'] }, says: "cannot be a person's subject" },
    { name: "for a person under the operator's kind of name", request: { person: 'local:root', roles: ['approver'] }, says: "cannot be a person's subject" },
    { name: 'for a person without a role', request: { person: 'ann' }, says: 'needs roles' },
    { name: 'for longer than the site allows', request: { service: 's', expiresInDays: 91 }, says: 'lives 90 days at most' },
    { name: 'for the operator, who has one', request: {}, says: 'whose token shall it be' },
    { name: 'for nothing in particular', request: { label: '', service: 's' }, says: 'label' },
    { name: 'with a field that nobody knows', request: { service: 's', subject: 'root' }, says: 'subject' },
  ])('are not made $name', async ({ request, says }) => {
    const { status, title } = await makeToken(appWith(), request)
    expect([status, title]).toEqual([400, expect.stringContaining(says)])
  })

  test('of a person are never more than the person: a role that went, went from the token', async () => {
    const app = appWith()
    const { secret } = await makeToken(app, { person: 'carol', roles: ['approver'], teams: ['shop'] })
    expect((await me(app, bearer(secret))).principal).toMatchObject({ subject: 'carol', kind: 'person', roles: ['approver'], teams: ['shop'] })
    await makeToken(app, { person: 'carol', roles: ['viewer'] })
    expect((await me(app, bearer(secret))).principal).toMatchObject({ roles: [] })
    const put = (disabled: boolean) => app.request('/api/v1/people/carol/disabled', { ...asJson({ disabled }, bearer(OPERATOR_TOKEN)), method: 'PUT' })
    expect((await put(true)).status).toBe(204)
    expect((await me(app, bearer(secret))).status).toBe(401)
    await put(false)
    expect((await me(app, bearer(secret))).status).toBe(200)
  })
})


interface Browser {
  readonly cookie: string
  readonly location: string
}

/** The cookie that an answer sets, as a browser would send it. */
function cookieOf(response: Response, name: string): string {
  const header = response.headers.getSetCookie().find((one) => one.startsWith(`${name}=`)) ?? ''
  expect(header).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  return header.split(';')[0] ?? ''
}

async function signIn(app: BoydHono, login: string, to = '/approvals/apr-1'): Promise<Browser> {
  const started = await app.request(`/login/start?to=${encodeURIComponent(to)}`)
  const away = cookieOf(started, '__Host-boyd-sign-in')
  const back = new URL(await signInAt(started.headers.get('location') ?? '', login))
  const entered = await app.request(`${back.pathname}${back.search}`, { headers: { cookie: away } })
  return { cookie: cookieOf(entered, '__Host-boyd'), location: entered.headers.get('location') ?? '' }
}

describe('an identity provider', () => {
  test('lets people in with the roles and teams of their groups, and back to where they wanted', async () => {
    const app = withProvider()
    const { cookie, location } = await signIn(app, 'ada')
    const { principal, csrfToken } = await me(app, { cookie })
    expect(principal).toMatchObject({ subject: 'ada', name: 'Ada', kind: 'person', roles: ['approver'], teams: ['sre-leads', 'payments'], authentication: { method: 'session', issuer: idp.issuer } })
    expect([location, typeof csrfToken]).toEqual(['/approvals/apr-1', 'string'])
  })

  test.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])('and nowhere else: %s', async (to) => {
    expect((await signIn(withProvider(), 'ada', to)).location).toBe('/')
  })

  test('a return that is another browser’s, or a second one, opens nothing', async () => {
    const app = withProvider()
    const [mine, theirs] = await Promise.all([app.request('/login/start'), app.request('/login/start')])
    const back = new URL(await signInAt(mine.headers.get('location') ?? '', 'ada'))
    const enter = (cookie: string) => app.request(`${back.pathname}${back.search}`, { headers: { cookie } })
    expect([(await enter('')).status, (await enter(cookieOf(theirs, '__Host-boyd-sign-in'))).status]).toEqual([401, 401])
    expect([(await enter(cookieOf(mine, '__Host-boyd-sign-in'))).status, (await enter(cookieOf(mine, '__Host-boyd-sign-in'))).status]).toEqual([303, 401])
  })

  test('a role that went there is gone here with the next sign-in, from sessions that are open too', async () => {
    const app = withProvider()
    const { cookie } = await signIn(app, 'bob')
    expect((await me(app, { cookie })).principal).toMatchObject({ roles: ['viewer'] })
    groups['bob'] = []
    await signIn(app, 'bob')
    expect((await me(app, { cookie })).principal).toMatchObject({ roles: [] })
    expect((await app.request('/api/v1/incidents', { headers: { cookie } })).status).toBe(403)
  })

  test('a machine’s JWT is a service with the roles of its groups', async () => {
    const app = withProvider()
    expect((await me(app, bearer(await idp.machineToken()))).principal).toMatchObject({ subject: 'pipeline', kind: 'service', roles: ['viewer'] })
    expect((await me(app, bearer(await idp.machineToken('https://elsewhere.example')))).status).toBe(401)
    expect((await me(appWith(), bearer(await idp.machineToken()))).status).toBe(401)
  })

  test('lets a terminal in once the person has confirmed its code, once, with a token of theirs for a day', async () => {
    const app = withProvider()
    const begin = async () => (await (await app.request('/api/v1/login/device', asJson({}, {}))).json()) as { handle: string; userCode: string; verificationUrl: string }
    const poll = async (handle: string) => {
      const answer = await app.request('/api/v1/login/device/poll', asJson({ handle }, {}))
      return { status: answer.status, ...((await answer.json()) as { secret?: string; token?: { expiresAt: string } }) }
    }
    const { handle, verificationUrl } = await begin()
    expect(await poll(handle)).toEqual({ status: 200 })
    await confirmDevice(verificationUrl, 'ada')
    const got = await poll(handle)
    expect((await me(app, bearer(got.secret ?? ''))).principal).toMatchObject({ subject: 'ada', kind: 'person', roles: ['approver'], authentication: { method: 'api-token' } })
    expect(Date.parse(got.token?.expiresAt ?? '') - real.parts.wallClock.now()).toBeLessThanOrEqual(86_400_000)
    expect([(await poll(handle)).status, (await poll('guessed')).status]).toEqual([401, 401])
    expect((await appWith().request('/api/v1/login/device', asJson({}, {}))).status).toBe(400)
  })

  test('where people sign in, nobody makes tokens for them, and a file approves nothing until it is said whose it is', async () => {
    const app = withProvider()
    expect(await makeToken(app, { person: 'dan', roles: ['approver'] })).toMatchObject({ status: 400, title: expect.stringContaining('identity provider') })
    expect((await me(app, bearer(OPERATOR_TOKEN))).principal).toMatchObject({ roles: ['admin'], scopes: ['read', 'alerts', 'respond', 'admin'] })
    const said = withProvider({ operator: { subject: 'ada' } })
    expect((await me(said, bearer(OPERATOR_TOKEN))).principal).toMatchObject({ subject: 'ada', scopes: expect.arrayContaining(['approve']) })
  })
})

describe('a browser', () => {
  const form = (fields: Record<string, string>, headers: Record<string, string>): RequestInit => ({ method: 'POST', body: new URLSearchParams(fields), headers: { origin: ORIGIN, ...headers } })

  async function sessionOf(app: BoydHono, token = OPERATOR_TOKEN): Promise<string> {
    return cookieOf(await app.request('/login', form({ token, to: '/' }, {})), '__Host-boyd')
  }

  test('signs in with a token, and out', async () => {
    const app = appWith()
    const cookie = await sessionOf(app)
    const { csrfToken = '' } = await me(app, { cookie })
    expect((await app.request('/logout', form({ csrf: 'another' }, { cookie }))).status).toBe(403)
    expect((await app.request('/logout', form({ csrf: csrfToken }, { cookie }))).headers.get('location')).toBe('/login')
    expect((await me(app, { cookie })).status).toBe(401)
  })

  test('is told what is wrong with a token, on the page', async () => {
    const answer = await appWith().request('/login', form({ token: '<b>guess</b>' }, {}))
    expect([answer.status, await answer.text()]).toEqual([401, expect.stringContaining('role="alert"')])
  })

  test('a session ends with the token that opened it', async () => {
    const app = appWith()
    const { secret, token } = await makeToken(app, { person: 'erin', roles: ['viewer'] })
    const cookie = await sessionOf(app, secret)
    expect((await me(app, { cookie })).principal).toMatchObject({ subject: 'erin' })
    await app.request(`/api/v1/tokens/${token.id}`, { method: 'DELETE', headers: bearer(OPERATOR_TOKEN) })
    expect((await me(app, { cookie })).status).toBe(401)
  })

  test.each([
    { name: 'without the token of a page', headers: {}, status: 403 },
    { name: 'with that of another session', headers: { 'x-boyd-csrf': 'A'.repeat(43) }, status: 403 },
    { name: 'from a page of another site', headers: { 'sec-fetch-site': 'cross-site' }, own: true, status: 403 },
    { name: 'from a page of a sibling', headers: { 'sec-fetch-site': 'same-site' }, own: true, status: 403 },
    { name: 'from another origin', headers: { origin: 'https://evil.example' }, own: true, status: 403 },
    { name: 'from an origin that is hidden', headers: { origin: 'null' }, own: true, status: 403 },
    { name: 'from its own page', headers: { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }, own: true, status: 201 },
  ])('that changes something $name: $status', async ({ headers, own, status }) => {
    const app = appWith()
    const cookie = await sessionOf(app)
    const { csrfToken = '' } = await me(app, { cookie })
    const sent = { cookie, ...(own === true ? { 'x-boyd-csrf': csrfToken } : {}), ...headers }
    expect((await app.request('/api/v1/tokens', asJson({ label: 'x', service: 'x' }, sent))).status).toBe(status)
  })

  test.each([
    { host: 'localhost:8484', settings: {}, listen: '127.0.0.1', status: 200 },
    { host: '[::1]:8484', settings: {}, listen: '127.0.0.1', status: 200 },
    { host: 'rebound.evil.example', settings: {}, listen: '127.0.0.1', status: 403 },
    { host: 'boyd.example', settings: { publicUrl: 'https://boyd.example' }, listen: '0.0.0.0', status: 200 },
    { host: 'oncall.example', settings: { publicUrl: 'https://boyd.example', allowedHosts: ['oncall.example'] }, listen: '0.0.0.0', status: 200 },
    { host: 'rebound.evil.example', settings: { publicUrl: 'https://boyd.example' }, listen: '0.0.0.0', status: 403 },
    { host: 'anything.cluster.local', settings: {}, listen: '0.0.0.0', status: 200 },
  ])('that asks $listen for $host: $status', async ({ host, settings, listen, status }) => {
    expect((await appWith(settings, { host: listen }).request('/login', { headers: { host } })).status).toBe(status)
  })

  test('gets pages with no script, in no frame, kept by nobody', async () => {
    const { headers } = await appWith().request('/login')
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/),
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    })
  })
})

describe('too much', () => {
  test('wrong guesses of an address are cut off, and the right token of the same address still works', async () => {
    const app = appWith({}, { clock: { ...real.parts.wallClock, now: () => 1_900_000_000_000 } })
    const statuses = await Promise.all(Array.from({ length: 130 }, async (_, index) => (await me(app, bearer(`guess-${index}`))).status))
    expect([statuses.filter((status) => status === 401).length, statuses.filter((status) => status === 429).length]).toEqual([100, 30])
    expect((await me(app, bearer(OPERATOR_TOKEN))).status).toBe(200)
    const refused = await app.request('/api/v1/me', { headers: bearer('once more') })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  })

  test('a body that is longer than anything we take', async () => {
    const answer = await appWith().request('/api/v1/tokens', asJson({ label: 'x'.repeat(70_000), service: 'x' }, bearer(OPERATOR_TOKEN)))
    expect(answer.status).toBe(413)
  })
})
