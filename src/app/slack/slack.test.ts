/** Slack both ways, with a Slack of our own on loopback: cards out, clicks in, over the real HTTP app, store and engine. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appOver, startRealParts, type RealParts } from '../../../test/support/real-parts.ts'
import { BOT_TOKEN, clickRequest, SIGNING_SECRET, startSlackWorkspace, WORKSPACE, type SlackWorkspace } from '../../../test/support/slack-workspace.ts'
import { silentLog } from '../../kernel/log.ts'
import type { Approval } from '../../model/approval.ts'
import type { ApprovalCard } from '../../ports/notifier.ts'
import { createKnownPeople } from '../auth/known-people.ts'
import { authSettings } from '../settings/auth.ts'
import { slackSettings, type SlackSettings } from '../settings/slack.ts'
import { createUseCases } from '../use-cases/create-use-cases.ts'
import { slackNotifier, startSlackDoor, type StartedDoor } from './create-slack.ts'
import { SLACK_CLICK } from './slack-door.ts'

const folder = mkdtempSync(join(tmpdir(), 'boyd-slack-'))
const secretFile = (name: string, text: string): string => {
  writeFileSync(join(folder, name), `${text}\n`)
  return join(folder, name)
}

let real: RealParts
let slack: SlackWorkspace
let settings: SlackSettings
let started: StartedDoor
let app: ReturnType<typeof appOver>
const auth = authSettings.parse({ people: [{ subject: 'mira@harbour.example', name: 'Mira', roles: ['approver'], teams: ['platform'] }, { subject: 'otto@harbour.example', name: 'Otto', roles: ['viewer'] }] })

beforeAll(async () => {
  ;[real, slack] = await Promise.all([startRealParts(), startSlackWorkspace()])
  settings = slackSettings.parse({
    channels: { 'on-call': { channel: 'C0PLATFORM1' }, leads: { webhookUrlFile: secretFile('webhook', `${slack.url}/services/T0/B0/secret`) } },
    botTokenFile: secretFile('bot', BOT_TOKEN),
    signingSecretFile: secretFile('signing', SIGNING_SECRET),
    workspace: WORKSPACE,
    users: { U0LEAD01: 'mira@harbour.example', U0VIEW01: 'otto@harbour.example' },
    apiUrl: `${slack.url}/api`,
    responseOrigins: [slack.url],
  })
  started = startDoor()
  app = appOver(real.parts, { slack: started.door })
})
afterAll(async () => {
  await started.worker.stop()
  await Promise.all([slack.stop(), real.stop()])
  rmSync(folder, { recursive: true })
})

function startDoor(): StartedDoor {
  const people = createKnownPeople({ identities: real.parts.identities, settings: auth, clock: real.parts.wallClock })
  const door = startSlackDoor({ settings, clock: real.parts.wallClock, pathOf: (path) => path, inbox: real.inbox, useCases: createUseCases(real.parts), people, log: silentLog() })
  if (door === undefined) throw new Error('there is a signing secret')
  return door
}

let serial = 0

async function asked(change: Partial<Approval> = {}): Promise<Approval> {
  serial += 1
  const nowMs = real.parts.clock.now()
  const approval: Approval = {
    kind: 'approval', id: `apr-slack-${serial}`, missionId: `mis-slack-${serial}`, incidentId: `inc-slack-${serial}`, planId: 'plan', planHash: `sha256:${'ab'.repeat(32)}`, rehearsalId: 'reh', targetVersions: {}, requestedBy: 'boyd', approvalsNeeded: 1,
    distinctTeams: 1, breakGlass: false, state: 'pending', votes: [], messages: [], asked: { severity: 2, blast: { pods: 3, podPct: 5, namespaces: 1, nodes: 0, nodePct: 0 }, agentVersion: '1' },
    requestedAtMs: nowMs, expiresAtMs: nowMs + 600_000, shownDigest: 'sha256:0', shown: 'Goal: web runs', ...change,
  }
  await real.parts.store.requestApproval(approval)
  await real.parts.engine.launch(approval.missionId, { topic: `approval-${approval.id}` })
  return approval
}

function clickOn(approval: Approval, change: { readonly user?: string; readonly team?: string; readonly action?: string; readonly value?: string; readonly url?: string } = {}): object {
  const { user = 'U0LEAD01', team = WORKSPACE, action = 'approve', value = JSON.stringify({ approval: approval.id, plan: approval.planHash }), url = `${slack.url}/actions/${approval.id}` } = change
  return { type: 'block_actions', user: { id: user, username: 'mira' }, team: { id: team, domain: 'harbour' }, token: 'deprecated', response_url: url, actions: [{ action_id: action, block_id: 'approval', type: 'button', value }] }
}

async function send(request: { readonly body: string; readonly headers: Readonly<Record<string, string>> }): Promise<number> {
  return (await app.request('/api/v1/slack/interactions', { method: 'POST', ...request })).status
}

const click = (payload: object, options: Partial<Parameters<typeof clickRequest>[1]> = {}) => send(clickRequest(payload, { atMs: real.parts.wallClock.now(), ...options }))

/** What Slack was told about this click. */
async function answerTo(approval: Approval): Promise<string> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = slack.received.findLast(({ path }) => path === `/actions/${approval.id}`)
    if (answer !== undefined) return String(answer.body['text'])
    await pause(50)
  }
  throw new Error('no answer came')
}

const votesOf = async ({ id }: Approval) => (await real.parts.store.approval(id))?.votes ?? []

describe('a click', () => {
  test('is answered, and then counts for whom the settings say it is', async () => {
    const approval = await asked()
    expect(await click(clickOn(approval))).toBe(200)
    expect(await answerTo(approval)).toBe('Counted: 1 of 1 approvals; it is granted.')
    expect(await votesOf(approval)).toMatchObject([{ by: 'mira@harbour.example', name: 'Mira', teams: ['platform'], decision: 'approve', door: 'slack', authentication: { method: 'slack', issuer: WORKSPACE, reference: 'U0LEAD01' } }])
  })

  test('denies, with one click', async () => {
    const approval = await asked()
    await click(clickOn(approval, { action: 'deny' }))
    expect(await answerTo(approval)).toMatch(/^Denied\./)
    expect((await real.parts.store.approval(approval.id))?.state).toBe('denied')
  })

  test.each([
    { name: 'of somebody nobody mapped', change: { user: 'U0STRANGER' }, says: 'nobody has told me who you are' },
    { name: 'of a user called like a method of objects', change: { user: 'constructor' }, says: 'nobody has told me who you are' },
    { name: 'of somebody who may only look', change: { user: 'U0VIEW01' }, says: 'Otto may not approve a plan' },
    { name: 'on a plan that needs two people', change: {}, approval: { approvalsNeeded: 2 }, says: 'approved on its page only' },
    { name: 'on a request that is over', change: {}, approval: { state: 'denied' as const }, says: 'the request is denied' },
    { name: 'on a card of another plan', change: { value: JSON.stringify({ approval: 'ID', plan: `sha256:${'cd'.repeat(32)}` }) }, says: 'the plan hash is not the one of this request' },
  ])('$name counts nothing, and they are told', async ({ change, approval: parts, says }) => {
    const approval = await asked(parts)
    const { value } = change as { value?: string }
    expect(await click(clickOn(approval, { ...change, ...(value === undefined ? {} : { value: value.replace('ID', approval.id) }) }))).toBe(200)
    expect(await answerTo(approval)).toContain(says)
    expect(await votesOf(approval)).toEqual([])
  })

  test.each([
    { name: 'signed by somebody else', send: (payload: object) => click(payload, { secret: 'another-secret-of-somebody-else!' }), status: 401 },
    { name: 'of six minutes ago', send: (payload: object) => click(payload, { atMs: real.parts.wallClock.now() - 360_000 }), status: 401 },
    { name: 'of six minutes to come', send: (payload: object) => click(payload, { atMs: real.parts.wallClock.now() + 360_000 }), status: 401 },
    { name: 'whose body was changed by a byte', send: (payload: object) => send({ ...signed(payload), body: signed(payload).body.replace('approve', 'approvE') }), status: 401 },
    { name: 'without a signature', send: (payload: object) => send({ ...signed(payload), headers: { 'content-type': 'application/x-www-form-urlencoded' } }), status: 401 },
    { name: 'of another workspace', send: (payload: object) => click({ ...payload, team: { id: 'T0OTHER' } }), status: 401 },
    { name: 'that is no click', send: () => click({ type: 'view_submission' }), status: 400 },
    { name: 'that is no JSON', send: () => send(clickRequest('{', { atMs: real.parts.wallClock.now() })), status: 400 },
    { name: 'on a button of somebody else', send: (payload: object) => click({ ...payload, actions: [{ action_id: 'approve', value: 'yes' }] }), status: 400 },
  ])('$name is refused: $status', async ({ send: sent, status }) => {
    const approval = await asked()
    expect(await sent(clickOn(approval))).toBe(status)
    expect(await votesOf(approval)).toEqual([])
  })

  test('that is played again is refused, and counted once', async () => {
    const approval = await asked({ approvalsNeeded: 1 })
    const request = signed(clickOn(approval, { action: 'deny' }))
    const statuses = await Promise.all(Array.from({ length: 10 }, () => send(request)))
    expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: 9 }, () => 409)])
    await answerTo(approval)
    expect(await votesOf(approval)).toHaveLength(1)
  })

  test('that was stored before the process died is worked on by the next', async () => {
    const approval = await asked()
    await started.worker.stop()
    await real.inbox.put('slack/left-behind', SLACK_CLICK, { user: 'U0LEAD01', workspace: WORKSPACE, action: 'approve', approval: approval.id, plan: approval.planHash, responseUrl: `${slack.url}/actions/${approval.id}`, atMs: real.parts.wallClock.now() })
    expect(await votesOf(approval)).toEqual([])
    started = startDoor()
    app = appOver(real.parts, { slack: started.door })
    expect(await answerTo(approval)).toMatch(/^Counted/)
    expect(await votesOf(approval)).toHaveLength(1)
  })

  test('is answered nowhere but where Slack takes answers', async () => {
    const approval = await asked()
    const elsewhere = await startSlackWorkspace()
    await click(clickOn(approval, { url: `${elsewhere.url}/actions/stolen` }))
    while ((await votesOf(approval)).length === 0) await pause(50)
    expect(elsewhere.received).toEqual([])
    await elsewhere.stop()
  })

  function signed(payload: object) {
    return clickRequest(payload, { atMs: real.parts.wallClock.now() })
  }
})

describe('a card', () => {
  const card: ApprovalCard = { approvalId: 'apr-1', planHash: 'sha256:ab', goal: 'web <!channel> runs & *stays*', facts: [{ name: 'Touches', value: '3 pods' }, { name: 'Expires', value: '17:10 UTC' }], steps: ['roll back Deployment shop/web'], undo: ['roll back Deployment shop/web again'], link: 'https://boyd.example/a/v1.x', approvable: true, again: false }
  const notifier = () => slackNotifier({ settings, clock: real.parts.wallClock, pathOf: (path) => path })
  const last = () => slack.received.at(-1)

  test('goes into its channel, with buttons; nothing of it is markup; and it is taken back', async () => {
    const ref = await notifier()?.ask('on-call', card)
    expect(last()?.path).toBe('/api/chat.postMessage')
    const body = last()?.body ?? {}
    expect(body).toMatchObject({ channel: 'C0PLATFORM1', text: 'Approval needed: web &lt;!channel&gt; runs &amp; *stays*' })
    expect(JSON.stringify(body['blocks'])).not.toContain('mrkdwn')
    const actions = (body['blocks'] as { type: string; elements: { action_id: string; value?: string; url?: string }[] }[]).find(({ type }) => type === 'actions')
    expect(actions?.elements.map(({ action_id: id, value, url }) => [id, value ?? url])).toEqual([
      ['approve', '{"approval":"apr-1","plan":"sha256:ab"}'],
      ['deny', '{"approval":"apr-1","plan":"sha256:ab"}'],
      ['open', 'https://boyd.example/a/v1.x'],
    ])
    await notifier()?.close('on-call', { ref: ref ?? '', text: 'Denied by Mira' })
    expect(last()).toMatchObject({ path: '/api/chat.update', body: { channel: 'C0PLATFORM1', ts: ref, text: 'Denied by Mira' } })
    expect(JSON.stringify(last()?.body)).not.toContain('button')
  })

  test('of a large plan has no button that approves', async () => {
    await notifier()?.ask('on-call', { ...card, approvable: false })
    expect(JSON.stringify(last()?.body)).not.toContain('"approve"')
    expect(JSON.stringify(last()?.body)).toContain('"deny"')
  })

  test('goes through an incoming webhook, too', async () => {
    expect(await notifier()?.ask('leads', card)).toBeUndefined()
    expect(last()?.path).toBe('/services/T0/B0/secret')
  })

  test('is sent again when Slack is busy, and a refusal is a fault that names no secret', async () => {
    slack.failNext(429, 503)
    expect(await notifier()?.ask('on-call', card)).toMatch(/^1789405321\./)
    await expect(slackNotifier({ settings: { ...settings, botTokenFile: secretFile('wrong', 'xoxb-wrong') }, clock: real.parts.wallClock, pathOf: (path) => path })?.ask('on-call', card)).rejects.toMatchObject({ code: 'forbidden', message: 'it refuses: invalid_auth' })
    const gone = { ...settings, channels: { leads: { webhookUrlFile: secretFile('gone', 'http://127.0.0.1:1/services/T0/B0/secret') } } }
    const failure = await slackNotifier({ settings: gone, clock: { ...real.parts.wallClock, sleep: () => Promise.resolve() }, pathOf: (path) => path })?.ask('leads', card).catch((error: Error) => error)
    expect(failure).toMatchObject({ code: 'unavailable', message: expect.not.stringContaining('secret') })
  })
})
