import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createUseCases } from '../app/use-cases/create-use-cases.ts'
import { appOver, OPERATOR_TOKEN, signalAbout, startRealParts, WEBHOOK_TOKEN, type RealParts } from '../../test/support/real-parts.ts'
import { proves } from '../../test/requirements.ts'
import type { BoydHono } from './identify.ts'

const TOKEN = OPERATOR_TOKEN
const HMAC_SECRET = 'a-shared-secret-of-32-characters'
const HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>"\'&'

let real: RealParts
let app: BoydHono

beforeAll(async () => {
  real = await startRealParts()
  app = appOver({ ...real.parts, webhook: { token: WEBHOOK_TOKEN, hmacSecret: HMAC_SECRET } })
})
afterAll(() => real.stop())

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })
const get = async (path: string, headers: Record<string, string> = bearer(TOKEN)): Promise<Response> => app.request(path, { headers })
const post = async (path: string, body: string, headers: Record<string, string>): Promise<Response> => app.request(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })

function payload(name: string): string {
  const alert = { status: 'firing', labels: { alertname: name, namespace: 'default', deployment: name, severity: 'critical' }, annotations: { summary: HOSTILE }, startsAt: '2026-06-01T03:00:00Z' }
  return JSON.stringify({ version: '4', alerts: [alert] })
}

describe('who may call', () => {
  const open = [{ path: '/healthz' }, { path: '/openapi.json' }, { path: '/' }]
  test.each(open)('$path needs no token', async ({ path }) => {
    expect((await get(path, {})).status).toBe(200)
  })

  const closed = ['/api/v1/incidents', '/api/v1/incidents/inc-1', '/api/v1/approvals', '/api/v1/ledger', '/api/v1/ledger/checkpoint', '/api/v1/events']
  test.each(closed)('%s does', async (path) => {
    const attempts = [{}, bearer(''), bearer(`${TOKEN}x`), bearer(WEBHOOK_TOKEN), { authorization: `Basic ${TOKEN}` }]
    const answers = await Promise.all(attempts.map(async (headers) => (await get(path, headers)).status))
    expect(answers).toEqual([401, 401, 401, 401, 401])
  })

  test('a vote does, and is not cast without it', async () => {
    expect((await post('/api/v1/approvals/apr-1/votes', '{}', {})).status).toBe(401)
  })

  test.each([
    { name: 'from another machine', peer: '10.0.0.7', headers: {} },
    { name: 'through a proxy on this one', peer: '127.0.0.1', headers: { 'x-forwarded-for': '10.0.0.7' } },
    { name: 'from no socket at all', peer: undefined, headers: {} },
  ])("the operator's token works on this machine only: $name", async ({ peer, headers }) => {
    const answer = await appOver(real.parts, { peer }).request('/api/v1/incidents', { headers: { ...bearer(TOKEN), ...headers } })
    expect([answer.status, await answer.json()]).toEqual([401, expect.objectContaining({ detail: expect.stringContaining('boyd token create') })])
  })

  test('a client that says who votes is refused', async () => {
    const answer = await post('/api/v1/approvals/apr-1/votes', JSON.stringify({ decision: 'approve', planHash: 'abcdef', by: 'ada' }), bearer(TOKEN))
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ title: expect.stringContaining('by') })])
  })

  test('the page is open only where nobody else can ask for it', async () => {
    const elsewhere = await appOver(real.parts, { host: '0.0.0.0' }).request('/')
    expect([elsewhere.status, elsewhere.headers.get('location')]).toEqual([303, '/login?to=/'])
  })
})

describe('the webhook', () => {
  const path = '/api/v1/webhooks/alertmanager'

  test('stores an alert before it answers, and a repeat is no second incident', async () => {
    proves('nothing-twice.one-incident')
    const first = await post(path, payload('stored'), bearer(WEBHOOK_TOKEN))
    const { incidents } = (await first.json()) as { incidents: { type: string; incidentId: string }[] }
    expect([first.status, incidents.map(({ type }) => type)]).toEqual([202, ['opened']])
    const again = await post(path, payload('stored'), bearer(WEBHOOK_TOKEN))
    expect(await again.json()).toEqual({ accepted: 1, incidents: [{ type: 'repeated', incidentId: incidents[0]?.incidentId }] })
    expect(await (await get(`/api/v1/incidents/${incidents[0]?.incidentId}`)).json()).toMatchObject({ incident: { severity: 1, signals: 1, subjects: [{ kind: 'Deployment', namespace: 'default', name: 'stored' }] } })
  })

  test('takes a signature over the body, and not one over another', async () => {
    const sign = (body: string): Record<string, string> => ({ 'x-hub-signature-256': `sha256=${createHmac('sha256', HMAC_SECRET).update(body).digest('hex')}` })
    expect((await post(path, payload('signed'), sign(payload('signed')))).status).toBe(202)
    expect((await post(path, payload('forged'), sign(payload('signed')))).status).toBe(401)
  })

  const bad = [
    { name: 'no sender', body: payload('bad'), headers: {}, status: 401 },
    { name: 'not JSON', body: '{"version":', headers: bearer(WEBHOOK_TOKEN), status: 400 },
    { name: 'another version', body: '{"version":"3","alerts":[]}', headers: bearer(WEBHOOK_TOKEN), status: 400 },
    { name: 'nothing', body: '', headers: bearer(WEBHOOK_TOKEN), status: 400 },
    { name: 'too deep', body: `${'['.repeat(100_000)}`, headers: bearer(WEBHOOK_TOKEN), status: 400 },
    { name: 'too large', body: ' '.repeat(20_000_000), headers: bearer(WEBHOOK_TOKEN), status: 413 },
  ]
  test.each(bad)('$name: $status, a problem document, and no incident', async ({ body, headers, status }) => {
    const before = await real.parts.store.incidents({ limit: 100 })
    const response = await post(path, body, headers)
    expect([response.status, response.headers.get('content-type')]).toEqual([status, expect.stringContaining('application/problem+json')])
    expect(await response.json()).toMatchObject({ status, type: expect.stringMatching(/^urn:boyd:fault:/), title: expect.stringMatching(/\S/) })
    expect(await real.parts.store.incidents({ limit: 100 })).toEqual(before)
  })
})

describe('problems', () => {
  test.each([
    { path: '/api/v1/incidents/inc-none', status: 404, type: 'urn:boyd:fault:not-found' },
    { path: '/nowhere', status: 404, type: 'urn:boyd:fault:not-found' },
    { path: '/api/v1/incidents?limit=0', status: 400, type: 'urn:boyd:fault:invalid' },
    { path: '/api/v1/incidents?state=lost', status: 400, type: 'urn:boyd:fault:invalid' },
  ])('$path: $status', async ({ path, status, type }) => {
    const response = await get(path)
    expect([response.status, await response.json()]).toEqual([status, expect.objectContaining({ status, type })])
  })

  test('a bug of ours shows no inside', async () => {
    const broken = appOver(real.parts, { useCases: { ...createUseCases(real.parts), incidents: () => Promise.reject(new TypeError('secret detail')) } })
    const response = await broken.request('/api/v1/incidents', { headers: bearer(TOKEN) })
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('secret detail')])
  })
})

test('pages follow one another without a gap', async () => {
  for (const id of ['page-1', 'page-2', 'page-3']) await createUseCases(real.parts).takeIn(signalAbout(id, { id }))
  const all = (await real.parts.store.incidents({ limit: 100 })).map(({ id }) => id)
  const seen: string[] = []
  let after: string | undefined
  do {
    const page = (await (await get(`/api/v1/incidents?limit=2${after === undefined ? '' : `&after=${after}`}`)).json()) as { incidents: { id: string }[]; next?: string }
    seen.push(...page.incidents.map(({ id }) => id))
    after = page.next
  } while (after !== undefined)
  expect(seen).toEqual(all)
})

test('the ledger comes as lines, and as events from where a reader stopped', async () => {
  const lines = (await (await get('/api/v1/ledger')).text()).trim().split('\n')
  expect(lines).toEqual(await real.parts.ledgerStore.read(1, 1_000))
  const reader = (await get('/api/v1/events', { ...bearer(TOKEN), 'last-event-id': '1' })).body?.getReader()
  const first = new TextDecoder().decode((await reader?.read())?.value)
  await reader?.cancel()
  expect(first.split('\n')).toEqual(expect.arrayContaining([`data: ${lines[1]}`, 'id: 2']))
})

test('the page shows text from alerts as text, and allows no script', async () => {
  await createUseCases(real.parts).takeIn(signalAbout('hostile', { id: 'hostile', title: HOSTILE }))
  const response = await get('/', {})
  const page = await response.text()
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;&quot;')
  expect(page).not.toMatch(/<script|<img/i)
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('the description names each route, what it needs, and resolves within itself', async () => {
  const text = await (await get('/openapi.json', {})).text()
  const document = JSON.parse(text) as { openapi: string; paths: Record<string, object>; components: { schemas: Record<string, object>; securitySchemes: object } }
  expect(document).toMatchObject({ openapi: '3.1.0', components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } } })
  expect(Object.entries(document.paths).flatMap(([path, verbs]) => Object.keys(verbs).map((verb) => `${verb} ${path}`))).toEqual(
    expect.arrayContaining(['get /api/v1/incidents', 'get /api/v1/incidents/{id}', 'get /api/v1/approvals', 'post /api/v1/approvals/{id}/votes']),
  )
  const named = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? '')
  expect(named.filter((name) => document.components.schemas[name] === undefined)).toEqual([])
})

describe('a question about the future', () => {
  const ask = async (body: object): Promise<Response> => post('/api/v1/what-if', JSON.stringify({ runs: 1, minutes: 1, ...body }), bearer(TOKEN))
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'sent', namespace: 'default' } }

  test('is answered with what the command line prints, and nothing of it stays', async () => {
    const answer = await ask({ questions: ['apply -f -', 'kubectl cordon n1; wait 1m; uncordon n1'], objects: [configMap] })
    const { timeline, assumptions, confidence } = (await answer.json()) as { readonly timeline: readonly { readonly atMs: number; readonly text: string }[]; readonly assumptions: readonly string[]; readonly confidence: number }
    expect(answer.status).toBe(200)
    expect(timeline.map(({ text }) => text)).toEqual(expect.arrayContaining(['ConfigMap default/sent is applied', 'Node n1 is now cordoned', 'Node n1 is now schedulable']))
    expect(timeline.find(({ text }) => text === 'Node n1 is now schedulable')?.atMs).toBeGreaterThanOrEqual(60_000)
    expect(assumptions.length).toBeGreaterThan(0)
    expect(confidence).toBeLessThanOrEqual(1)
    expect(await real.parts.cluster.get({ ...configMap, ...configMap.metadata })).toBeUndefined()
  })

  test.each([
    { name: 'cannot be read', body: { questions: ['explode everything'] }, status: 400, says: '"explode" is not one of' },
    { name: 'names a file of the server', body: { questions: ['apply -f /etc/passwd'] }, status: 400, says: 'a file cannot be named over HTTP' },
    { name: 'names what is not there', body: { questions: ['drain nowhere'] }, status: 404, says: 'there is no such object' },
    { name: 'is many', body: { questions: ['nothing;'.repeat(40)] }, status: 400, says: '40 questions' },
    { name: 'is none', body: { questions: [] }, status: 400, says: 'questions' },
    { name: 'waits for ever', body: { questions: ['wait 9999h'] }, status: 400, says: 'too long' },
  ])('one that $name is refused, and says why', async ({ body, status, says }) => {
    const answer = await ask(body)
    expect([answer.status, JSON.stringify(await answer.json()).replaceAll('\\"', '"')]).toEqual([status, expect.stringContaining(says)])
  })
})
