/** The page on which people answer: what it shows, who may say what on it, and that looking decides nothing. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digestOf } from '../kernel/canonical-json.ts'
import { visible } from '../kernel/visible.ts'
import type { Approval } from '../model/approval.ts'
import { appOver, OPERATOR_TOKEN, startRealParts, type RealParts } from '../../test/support/real-parts.ts'
import type { BoydHono } from './identify.ts'
import { proves } from '../../test/requirements.ts'

const ORIGIN = 'http://localhost'
const HOSTILE = '</pre><script>alert(1)</script>"\u202Eevil\nNeeded: nobody'
const PLAN_HASH = `sha256:${'0123456789abcdef'.repeat(4)}`

let real: RealParts
let app: BoydHono
beforeAll(async () => {
  real = await startRealParts()
  app = appOver({ ...real.parts, settings: { ...real.parts.settings, approvals: { ...real.parts.settings.approvals, newApproverWaitMinutes: 0 } } })
})
afterAll(() => real.stop())

let serial = 0

async function asked(change: Partial<Approval> = {}): Promise<Approval> {
  serial += 1
  const nowMs = real.parts.clock.now()
  const shown = `Goal: ${visible(HOSTILE)}\nIncident: web (P2)\n\nSteps:\n  1. patch ConfigMap shop/settings\n     {"data":{"a":"${visible(HOSTILE)}"}}\n\nTouches: 3 pods\nUndo:\n  nothing takes back: it\n\nUntil: soon`
  const approval: Approval = {
    kind: 'approval', id: `apr-page-${serial}`, missionId: `mis-page-${serial}`, incidentId: `inc-page-${serial}`, planId: 'plan', planHash: PLAN_HASH, rehearsalId: 'reh', targetVersions: {}, requestedBy: 'boyd', approvalsNeeded: 1,
    distinctTeams: 1, breakGlass: false, state: 'pending', votes: [], messages: [], asked: { severity: 2, blast: { pods: 3, podPct: 5, namespaces: 1, nodes: 0, nodePct: 0 }, agentVersion: '1' },
    requestedAtMs: nowMs, expiresAtMs: nowMs + 600_000, shownDigest: digestOf(shown), shown, ...change,
  }
  await real.parts.store.requestApproval(approval)
  await real.parts.engine.launch(approval.missionId, { topic: `approval-${approval.id}` })
  return approval
}

const linkTo = (approval: Approval): string => new URL(real.links.write(approval, 'on-call') ?? '').pathname
const form = (fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit => ({ method: 'POST', body: new URLSearchParams(fields), headers: { origin: ORIGIN, ...headers } })
const stateOf = async ({ id }: Approval): Promise<string | undefined> => (await real.parts.store.approval(id))?.state

/** A browser that is signed in as a new person with these roles. */
async function browserOf(person: string, roles: readonly string[]): Promise<{ readonly cookie: string; readonly csrf: string }> {
  const made = await app.request('/api/v1/tokens', { method: 'POST', headers: { authorization: `Bearer ${OPERATOR_TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify({ label: person, person, roles }) })
  const { secret } = (await made.json()) as { secret: string }
  const entered = await app.request('/login', form({ token: secret }))
  const cookie = entered.headers.getSetCookie().find((one) => one.startsWith('__Host-boyd='))?.split(';')[0] ?? ''
  const { csrfToken } = (await (await app.request('/api/v1/me', { headers: { cookie } })).json()) as { csrfToken: string }
  return { cookie, csrf: csrfToken }
}

describe('a link that was sent', () => {
  test('shows the plan to whoever opens it, and decides nothing, however often it is opened', async () => {
    proves('nothing-unauthorised.looking-decides-nothing')
    const approval = await asked()
    const before = await real.parts.store.approval(approval.id)
    for (const method of ['GET', 'HEAD', 'GET']) {
      const answer = await app.request(linkTo(approval), { method })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
    expect(await real.parts.store.approval(approval.id)).toEqual(before)
  })

  test('shows every line of the text, and nothing in it is markup or moves what is read', async () => {
    const approval = await asked()
    const page = await (await app.request(linkTo(approval))).text()
    expect(page).not.toMatch(/<script|[\u202A-\u202E]/)
    for (const line of approval.shown.split('\n').flatMap((text) => text.split(': ')).filter((text) => text.trim() !== '')) {
      expect(page).toContain(line.replace(/:$/, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'))
    }
    expect(page).toMatch(/Open until \d\d:\d\d UTC, 10 min from now\. 0 of 1 approvals\./)
    expect(page).toContain('Sign in to approve')
  })

  test('denies with the link alone, once, with the reason and the link in the record', async () => {
    const approval = await asked()
    const denied = await app.request(`${linkTo(approval)}/deny`, form({ reason: 'not tonight' }))
    expect([denied.status, await stateOf(approval)]).toEqual([200, 'denied'])
    expect((await real.parts.store.approval(approval.id))?.votes).toMatchObject([{ by: 'link:on-call', decision: 'deny', reason: 'not tonight', door: 'page', authentication: { method: 'link' } }])
    expect((await app.request(`${linkTo(approval)}/deny`, form({ reason: 'again' }))).status).toBe(200)
    expect((await real.parts.store.approval(approval.id))?.votes).toHaveLength(1)
  })

  test.each([
    { name: 'opened for approval', path: '', fields: { decision: 'approve', plan: PLAN_HASH }, status: 404 },
    { name: 'posted for approval', path: '/approve', fields: {}, status: 404 },
    { name: 'denied from another site', path: '/deny', fields: { reason: 'x' }, headers: { origin: 'https://evil.example' }, status: 403 },
    { name: 'denied by no browser', path: '/deny', fields: { reason: 'x' }, headers: { origin: '' }, status: 403 },
  ])('$name: $status, and nothing happened', async ({ path, fields, headers, status }) => {
    const approval = await asked()
    const init = form(fields as Record<string, string>, headers)
    if (headers?.origin === '') delete (init.headers as Record<string, string>)['origin']
    expect([(await app.request(`${linkTo(approval)}${path}`, init)).status, await stateOf(approval)]).toEqual([status, 'pending'])
  })

  test.each([
    { name: 'changed by a letter', change: (link: string) => `${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}` },
    { name: 'with another request under the signature', change: (link: string) => withPayload(link, { ar: 'apr-other' }) },
    { name: 'that lives for ever', change: (link: string) => withPayload(link, { exp: 99_999_999_999 }) },
    { name: 'cut short', change: (link: string) => link.split('.').slice(0, 3).join('.') },
    { name: 'of another version', change: (link: string) => link.replace('/a/v1.', '/a/v2.') },
  ])('is not believed $name', async ({ change }) => {
    const approval = await asked()
    const link = change(linkTo(approval))
    expect([(await app.request(link)).status, (await app.request(`${link}/deny`, form({ reason: 'x' }))).status, await stateOf(approval)]).toEqual([410, 410, 'pending'])
  })

  test('ends with the request, and is about one plan', async () => {
    const short = await asked({ expiresAtMs: real.parts.clock.now() + 900 })
    const link = linkTo(short)
    await real.parts.clock.sleep(1_000)
    expect((await app.request(link)).status).toBe(410)
    const approval = await asked()
    const other = linkTo({ ...approval, planHash: 'sha256:another' })
    expect([(await app.request(other)).status, (await app.request(`${other}/deny`, form({ reason: 'x' }))).status, await stateOf(approval)]).toEqual([410, 410, 'pending'])
  })

  test('is opened only so often by one address', async () => {
    const link = linkTo(await asked())
    const limited = appOver(real.parts, { peer: '127.0.0.9' })
    const statuses = await Promise.all(Array.from({ length: 40 }, async () => (await limited.request(link)).status))
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(5)
  })
})

describe('somebody who is signed in', () => {
  test('approves what the page showed, under their own name', async () => {
    const approval = await asked()
    const { cookie, csrf } = await browserOf('ada', ['approver'])
    const page = await (await app.request(`/approvals/${approval.id}`, { headers: { cookie } })).text()
    expect(page).toContain('>Approve</button>')
    const answer = await app.request(`/approvals/${approval.id}`, form({ csrf, decision: 'approve', plan: approval.planHash, reason: 'looked at it' }, { cookie }))
    expect([answer.status, await stateOf(approval)]).toEqual([200, 'granted'])
    expect((await real.parts.store.approval(approval.id))?.votes).toMatchObject([{ by: 'ada', door: 'page', reason: 'looked at it', authentication: { method: 'session' }, proof: { sig: expect.stringMatching(/\S/) } }])
  })

  test.each([
    { name: 'without the token of the page', roles: ['approver'], fields: { csrf: 'guess' }, status: 403 },
    { name: 'about another plan', roles: ['approver'], fields: { plan: `sha256:${'f'.repeat(64)}` }, status: 409 },
    { name: 'as somebody who may only look', roles: ['viewer'], fields: {}, status: 403 },
    { name: 'as somebody who may only deny', roles: ['responder'], fields: {}, status: 403 },
  ])('approves nothing $name', async ({ roles, fields, status }) => {
    const approval = await asked()
    const { cookie, csrf } = await browserOf(`person-${serial}`, roles)
    const answer = await app.request(`/approvals/${approval.id}`, form({ csrf, decision: 'approve', plan: approval.planHash, ...fields }, { cookie }))
    expect([answer.status, await stateOf(approval)]).toEqual([status, 'pending'])
  })

  test('is one person, whichever door they come through', async () => {
    const approval = await asked({ approvalsNeeded: 2 })
    const { cookie, csrf } = await browserOf('grace', ['approver'])
    await app.request(`/approvals/${approval.id}`, form({ csrf, decision: 'approve', plan: approval.planHash }, { cookie }))
    const token = await app.request('/api/v1/tokens', { method: 'POST', headers: { authorization: `Bearer ${OPERATOR_TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify({ label: 'cli', person: ' GRACE', roles: ['approver'] }) })
    const { secret } = (await token.json()) as { secret: string }
    const again = await app.request(`/api/v1/approvals/${approval.id}/votes`, { method: 'POST', headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }, body: JSON.stringify({ decision: 'approve', planHash: approval.planHash }) })
    expect([again.status, await stateOf(approval), (await real.parts.store.approval(approval.id))?.votes.length]).toEqual([200, 'pending', 1])
  })

  test('sees what waits, and what became of what did', async () => {
    const approval = await asked()
    const { cookie } = await browserOf('viewer', ['viewer'])
    const list = await (await app.request('/approvals', { headers: { cookie } })).text()
    expect(list).toContain(`href="/approvals/${approval.id}"`)
    expect(list).not.toMatch(/<script/)
    expect((await app.request('/approvals')).headers.get('location')).toBe('/login?to=/approvals')
  })
})

function withPayload(link: string, change: object): string {
  const [start = '', kid = '', payload = '', sig = ''] = link.split('.')
  const changed = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), ...change }
  return [start, kid, Buffer.from(JSON.stringify(changed)).toString('base64url'), sig].join('.')
}
