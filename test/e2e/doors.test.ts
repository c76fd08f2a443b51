/**
 * The doors, from outside: the command line and HTTP over one running Boyd and one lost node. The first mission is denied
 * and contains, the second is approved and cures; what needs no mission is looked at while the second one works.
 */

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { IncidentDetailWire, IncidentWire } from '../../src/http/contract.ts'
import { connectKubernetes } from '../../src/adapters/kubernetes/cluster.ts'
import { systemClock, toIso } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { mapLimited } from '../../src/kernel/map-limited.ts'
import { proves } from '../requirements.ts'
import { openDoors, type Doors } from './doors-stage.ts'

/** A rehearsal is good for fifteen minutes, so an answer has seventy-five seconds here. */
function failedChecks(stdout: string): readonly { readonly name: string; readonly detail: string }[] {
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly { readonly name: string; readonly status: string; readonly detail: string }[] }
  return checks.filter(({ status }) => status === 'failed').map(({ name, detail }) => ({ name, detail }))
}

const SPEED = 12
const PROCESSES_AT_ONCE = 3
const MANY_PROCESSES_MS = 120_000
const REASON = 'not in the middle of the sale'

/** Whoever holds the home folder is its admin, and votes under the name of the account. */
const OPERATOR = userInfo().username

let doors: Doors
let denied: string
let approved: string
beforeAll(async () => {
  doors = await openDoors({ story: 'node-lost', speed: SPEED })
})
afterAll(() => doors.stop())

const lines = (text: string): readonly string[] => text.split('\n').slice(0, -1)
const deletedNodes = (): readonly string[] => doors.cluster.audit().flatMap(({ verb, ref, code, dryRun }) => (verb === 'delete' && ref.kind === 'Node' && code < 400 && dryRun !== true ? [ref.name] : []))

/** Only a single word may be wider than the terminal: an id to copy. */
function expectEightyColumns(text: string): void {
  expect(lines(text).filter((line) => line.length > 80 && line.trim().includes(' ') && !line.startsWith('  boyd '))).toEqual([])
}

describe('an incident that is denied', () => {
  test('five senders at once open it once', async () => {
    const taken = await Promise.all(Array.from({ length: 5 }, () => doors.alert()))
    expect(taken.map(({ type }) => type).sort()).toEqual(['opened', 'repeated', 'repeated', 'repeated', 'repeated'])
    const ids = new Set(taken.map(({ incidentId }) => incidentId))
    expect(ids.size).toBe(1)
    denied = taken[0]?.incidentId ?? ''
    proves('nothing-twice.one-incident')
  })

  test('is listed and shown, to people and to scripts, with the question it asks', async () => {
    const approval = await doors.asked(denied)
    const [listed, json, shown, none] = await Promise.all([doors.boyd('incidents'), doors.boyd('incidents', '--json', '--state', 'awaiting-approval'), doors.boyd('show', denied), doors.boyd('incidents', '--state', 'resolved')])
    expect(listed).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(new RegExp(`^${denied} .* P1 .*awaiting-approval\\n  Node is not ready\\.\\n`)) })
    expect(lines(json.stdout)).toHaveLength(1)
    expect(JSON.parse(json.stdout)).toMatchObject({ incidents: [{ id: denied, state: 'awaiting-approval', subjects: [{ kind: 'Node', name: 'worker-2' }] }] })
    expect(none.stdout).toBe('No incidents.\n')
    expect(shown.stdout).toContain(`  boyd approve ${approval.id} --plan ${approval.planHash.slice(-8)}\n`)
    for (const { stdout } of [listed, shown]) expectEightyColumns(stdout)
  })

  test('another plan’s hash is refused in a line, and so is a client that says who it is', async () => {
    const { id, planHash } = await doors.asked(denied)
    const [otherPlan, named] = await Promise.all([doors.boyd('approve', id, '--plan', 'abcdef'), doors.boyd('approve', id, '--plan', planHash.slice(-8), '--as', 'ada')])
    expect(otherPlan).toEqual({ exitCode: 2, signal: null, stdout: '', stderr: 'boyd: the server refuses: the plan hash is not the one of this request. Show the request again and repeat the last 6 characters of its hash.\n' })
    expect(named).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining("unknown option '--as'") })
  })

  test('is contained and handed over, with the reason; the plan that was denied is not applied', async () => {
    const { id, planHash } = await doors.asked(denied)
    expect(await doors.boyd('deny', id, '--plan', planHash.slice(-8), '--reason', REASON)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`${id} is denied`) })
    const { report, ticket } = await doors.ended(denied)
    expect(report).toMatchObject({ outcome: 'handed-over', summary: expect.stringContaining(`${OPERATOR} denied it: ${REASON}`) })
    expect(report.lines.map(({ text }) => text)).toContain(`${OPERATOR} denied it: ${REASON}.`)
    expect(ticket?.status).toBe('open')
    expect(deletedNodes()).toEqual([])
    proves('nothing-unauthorised.act-follows-the-verdict')
  })
})

test('the same alert again belongs to what was handed over; a later one opens another incident, which its end joins', async () => {
  expect(await doors.alert()).toEqual({ type: 'repeated', incidentId: denied })
  const startsAt = toIso(doors.cluster.clock.now())
  const later = await doors.alert({ startsAt })
  expect(later.type).toBe('opened')
  approved = later.incidentId
  expect(approved).not.toBe(denied)
  const { id, planHash } = await doors.asked(approved)
  expect(await doors.alert({ startsAt, status: 'resolved', endsAt: toIso(doors.cluster.clock.now()) })).toEqual({ type: 'joined', incidentId: approved })
  const vote = await doors.boyd('approve', id, '--plan', planHash.slice(-8), '--json')
  expect(JSON.parse(vote.stdout)).toMatchObject({ id, votes: [{ by: `local:${OPERATOR}`, name: OPERATOR, decision: 'approve' }] })
})

describe('HTTP', () => {
  interface Operation {
    readonly responses: Readonly<Record<string, { readonly description?: string }>>
    readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[]
    readonly security?: readonly unknown[]
  }
  interface Description {
    readonly openapi: string
    readonly info: { readonly title: string; readonly version: string }
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  }
  const describeApi = async (): Promise<Description> => (await (await fetch(`${doors.url}/openapi.json`)).json()) as Description
  const operationsOf = ({ paths }: Description) => Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))

  test('describes each of its routes as OpenAPI 3.1', async () => {
    const api = await describeApi()
    expect(api).toMatchObject({ openapi: '3.1.0', info: { title: 'Boyd', version: expect.stringMatching(/^\d+\.\d+\.\d+/) } })
    expect(operationsOf(api).map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'delete /api/v1/tokens/{id}', 'get /api/v1/approval-keys', 'get /api/v1/approvals', 'get /api/v1/approvals/{id}', 'get /api/v1/approvals/{id}/policy-proposal', 'get /api/v1/changes', 'get /api/v1/events', 'get /api/v1/incidents', 'get /api/v1/incidents/{id}',
      'get /api/v1/ledger', 'get /api/v1/ledger/checkpoint', 'get /api/v1/me', 'get /api/v1/people', 'get /api/v1/tokens', 'get /healthz', 'post /api/v1/approvals/{id}/votes', 'post /api/v1/changes/resume',
      'post /api/v1/changes/stop', 'post /api/v1/incidents/{id}/export', 'post /api/v1/login/device', 'post /api/v1/login/device/poll', 'post /api/v1/tokens', 'post /api/v1/webhooks/alertmanager', 'post /api/v1/what-if', 'put /api/v1/people/{subject}/disabled',
    ])
    for (const { path, operation } of operationsOf(api)) {
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path' && parameter.required === true).map(({ name }) => `{${name}}`)
      expect(path.match(/\{\w+\}/g) ?? []).toEqual(inPath)
      expect(Object.values(operation.responses).every(({ description }) => description !== undefined && description !== '')).toBe(true)
    }
    const text = JSON.stringify(api)
    const missing = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].filter(([, pointer = '']) => pointer.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], api) === undefined)
    expect(missing).toEqual([])
  })

  test('refuses everything but its health to who has no token', async () => {
    const guarded = operationsOf(await describeApi()).filter(({ operation }) => operation.security?.length !== 0)
    expect(guarded.filter(({ method }) => method !== 'get').length).toBeGreaterThan(2)
    for (const { path, method } of guarded) {
      for (const authorization of ['', 'Bearer wrong']) {
        const response = await doors.request(path.replace(/\{\w+\}/, denied), { method: method.toUpperCase(), headers: { authorization }, ...(method === 'get' ? {} : { body: '{}' }) })
        expect(response.headers.get('content-type'), `${method} ${path}`).toContain('application/problem+json')
        expect(await response.json()).toMatchObject({ status: 401, type: 'urn:boyd:fault:unauthenticated', title: expect.any(String) })
      }
    }
    expect((await fetch(`${doors.url}/healthz`)).status).toBe(200)
  })
})

describe('the command line', () => {
  test('each command teaches by example', { timeout: MANY_PROCESSES_MS }, async () => {
    const commands = lines((await doors.boyd('--help')).stdout.split('Commands:\n')[1] ?? '').flatMap((line) => /^ {2}([a-z]+)/.exec(line)?.[1] ?? []).filter((name) => name !== 'help')
    expect(commands).toEqual(expect.arrayContaining(['start', 'serve', 'diagnose', 'rehearse', 'approve', 'ledger']))
    await mapLimited(commands, PROCESSES_AT_ONCE, async (command) => {
      const { exitCode, stdout } = await doors.boyd(command, '--help')
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(new RegExp(`\\nExamples:\\n(  .*boyd ${command}.*\\n)+`))
    })
  })

  test.each([
    { args: ['frobnicate'], says: "unknown command 'frobnicate'" },
    { args: ['incident'], says: 'Did you mean' },
    { args: ['incidents', '--colour'], says: "unknown option '--colour'" },
    { args: ['incidents', '--limit', 'many'], says: 'limit' },
    { args: ['diagnose'], says: '--from' },
    { args: ['completion', 'tcsh'], says: 'tcsh' },
    { args: ['show', 'inc-nobody-knows'], says: 'there is no such incident' },
    { args: ['incidents', '--token', 'wrong'], says: 'a bearer token is needed' },
    { args: ['incidents', '--server', 'http://127.0.0.1:1'], says: 'nothing answers there' },
  ])('boyd $args: exit 2 and one line', async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await doors.boyd(...args)
    expect({ exitCode, stdout, lines: lines(stderr).length }).toEqual({ exitCode: 2, stdout: '', lines: 1 })
    expect(stderr).toMatch(/^boyd: /)
    expect(stderr).toContain(says)
  })

  test('completion scripts parse, and know the commands', async () => {
    const [bash, zsh, fish] = await Promise.all(['bash', 'zsh', 'fish'].map((shell) => doors.boyd('completion', shell)))
    for (const script of [bash?.stdout, zsh?.stdout]) expect(spawnSync('bash', ['-n'], { input: script ?? '(' })).toMatchObject({ status: 0 })
    const offered = spawnSync('bash', ['-c', `${bash?.stdout}\nCOMP_WORDS=(boyd led); COMP_CWORD=1; _boyd; echo "\${COMPREPLY[@]}"`], { encoding: 'utf8' })
    expect(offered.stdout).toBe('ledger\n')
    expect(zsh?.stdout.startsWith('#compdef boyd\n')).toBe(true)
    expect(lines(fish?.stdout ?? '').filter((line) => !/^complete -c boyd -n ('[^']+'|\w+) (-l|-a) \S+( -d '([^'\\]|\\')*')?$/.test(line))).toEqual([])
  })

  test('the doctor finds nothing wrong beside a running Boyd but the rights of an administrator, and names a kubeconfig that is broken', { timeout: MANY_PROCESSES_MS }, async () => {
    const broken = join(doors.home, 'broken-kubeconfig')
    writeFileSync(broken, 'clusters: [')
    const well = await doors.boyd('doctor', '--json', '--kubeconfig', doors.cluster.kubeconfigFile)
    expect(failedChecks(well.stdout)).toEqual([{ name: 'rights', detail: expect.stringContaining('beyond what is needed: * */*') }])
    const ill = await doors.boyd('doctor', '--json', '--kubeconfig', broken)
    expect(failedChecks(ill.stdout).map(({ name }) => name)).toEqual(['cluster'])
    expect([well.exitCode, ill.exitCode]).toEqual([1, 1])
  })

  test('a folder that is empty, missing, or broken in one document', async () => {
    const folder = (name: string): string => join(doors.home, name)
    for (const name of ['empty', 'partly']) mkdirSync(folder(name))
    const settings = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: shop }\n`
    writeFileSync(join(folder('partly'), 'all.yaml'), [settings('one'), 'replicas: [unclosed\n', settings('two')].join('---\n'))
    const [empty, missing, partly] = await mapLimited(['empty', 'missing', 'partly'], PROCESSES_AT_ONCE, (name) => doors.boyd('diagnose', '--from', folder(name)))
    expect(empty).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^boyd: .*no Kubernetes object was found there\. .*\n$/) })
    expect(missing).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^boyd: .*there is no such folder or file\. .*\n$/) })
    expect(partly).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^boyd: all\.yaml: document 2, /), stdout: expect.stringContaining('2 objects') })
  })
})

describe('when both have ended', () => {
  test('the one that was approved is resolved, on the word of who approved it', async () => {
    const { report } = await doors.ended(approved)
    expect(report.outcome).toBe('resolved')
    expect(report.lines.map(({ text }) => text).join('\n')).toContain(`${OPERATOR} approved it`)
    expect(deletedNodes()).toEqual(['worker-2'])
    const [shown, json] = await Promise.all([doors.boyd('show', approved), doors.boyd('show', approved, '--json')])
    expectEightyColumns(shown.stdout)
    expect(JSON.parse(json.stdout) as IncidentDetailWire).toMatchObject({ incident: { id: approved, state: 'resolved', signals: 2 }, report: { outcome: 'resolved' } })
  })

  test('each vote in the ledger is proven, with the public keys alone', async () => {
    const file = (name: string): string => join(doors.home, name)
    const [keys, exported] = [await doors.boyd('approvals', 'keys'), await doors.boyd('ledger', 'export')]
    writeFileSync(file('keys.json'), keys.stdout)
    writeFileSync(file('votes.jsonl'), exported.stdout)
    expect(await doors.boyd('approvals', 'verify', file('votes.jsonl'), '--keys', file('keys.json'))).toMatchObject({ exitCode: 0, stdout: 'proven: 2 votes on 2 requests\n' })
    writeFileSync(file('votes.jsonl'), exported.stdout.replaceAll(REASON, 'go ahead'))
    expect(await doors.boyd('approvals', 'verify', file('votes.jsonl'), '--keys', file('keys.json'))).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/the vote of \S+ is not\s+signed by these keys/) })
  })

  test('pages of incidents follow each other, newest first', async () => {
    const page = async (...args: readonly string[]) => JSON.parse((await doors.boyd('incidents', '--limit', '1', '--json', ...args)).stdout) as { incidents: IncidentWire[]; next?: string }
    const first = await page()
    expect(first).toMatchObject({ incidents: [{ id: approved }], next: approved })
    const second = await page('--after', approved)
    expect(second).toMatchObject({ incidents: [{ id: denied, state: 'handed-over' }] })
    expect((await page('--after', denied)).incidents).toEqual([])
  })

  describe('the ledger', () => {
    const exportTo = async (name: string, ...args: readonly string[]): Promise<string> => {
      const file = join(doors.home, name)
      expect(await doors.boyd('ledger', 'export', ...args, '-o', file)).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
      return file
    }
    let key: string
    let file: string
    beforeAll(async () => {
      key = (await doors.boyd('ledger', 'key', '--home', doors.home)).stdout.trim()
      file = await exportTo('exported.jsonl')
    })

    test('verifies as a file, with the key and a checkpoint that was kept; one changed byte is found where it is', async () => {
      const anchor = await exportTo('anchor', '--checkpoint')
      const text = readFileSync(file, 'utf8')
      expect(await doors.boyd('ledger', 'verify', file, '--key', key, '--anchor', anchor)).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining(`intact: ${lines(text).length - 1} entries, ${lines(text).length - 1} signed`) })
      const line = 7
      // A line is vouched for by the one after it, which names the digest of the line before.
      const found = `line ${line + 1}: it does not continue the line before it`
      const bytes = Buffer.from(text)
      const [before, changed] = [lines(text).slice(0, line - 1).join('\n'), lines(text)[line - 1] ?? '']
      // The last digit of a value behind its middle: what is there stays JSON, in the order that it had.
      const digit = Math.floor(changed.length / 2) + changed.slice(Math.floor(changed.length / 2)).search(/\d(?="?[,}\]])/)
      const at = Buffer.byteLength(`${before}\n${changed.slice(0, digit)}`)
      bytes[at] = (bytes[at] ?? 0) ^ 1
      writeFileSync(join(doors.home, 'changed.jsonl'), bytes)
      expect(await doors.boyd('ledger', 'verify', join(doors.home, 'changed.jsonl'))).toMatchObject({ exitCode: 1, stdout: expect.stringContaining(found) })
      proves('nothing-unrecorded.ledger-verifies', 'nothing-unrecorded.tampering-is-noticed')
    })

    test('one incident is a file that verifies by itself; a line of the ledger is proven without the ledger', async () => {
      const incident = await exportTo('incident.jsonl', '--incident', approved)
      const proof = join(doors.home, 'line-5.json')
      const [verified, proven, checked] = [await doors.boyd('ledger', 'verify', incident, '--key', key, '--json'), await doors.boyd('ledger', 'prove', file, '5', '-o', proof), await doors.boyd('ledger', 'verify', proof, '--key', key)]
      expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, kind: 'incident', incidentId: approved, signed: true, policyDigests: [expect.stringMatching(/^sha256:/)] })
      expect([proven.exitCode, checked.stdout]).toEqual([0, expect.stringMatching(/^intact: line 5 is in the ledger of \d+ lines\n/)])
    })

    test('agrees with the audit log of the cluster; what was done with the same account besides is listed', async () => {
      const audit = join(doors.home, 'audit.log')
      const reconciled = async (...args: readonly string[]) => doors.boyd('ledger', 'reconcile', '--audit', audit, '--account', 'admin', '--ledger', file, '--skew', '60', ...args)
      expect(await reconciled()).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^agreed: (\d+) of \1 changes by admin are in the ledger\n$/) })
      const cluster = await connectKubernetes({ kubeconfigFile: doors.cluster.kubeconfigFile, clock: systemClock(), log: silentLog() })
      await cluster.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'by-hand', namespace: 'default' } })
      expect(await reconciled('--json')).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('"name":"by-hand"') })
    })

    test.each([
      { args: ['verify', 'none.jsonl'], says: 'the file cannot be read' },
      { args: ['verify', 'exported.jsonl', '--key', 'nonsense'], says: 'it is no public key' },
      { args: ['verify', 'exported.jsonl', '--anchor', 'token'], says: 'holds no checkpoint' },
      { args: ['prove', 'exported.jsonl', '0'], says: 'seq is a number from 1' },
      { args: ['prove', 'exported.jsonl'], says: 'give the number of a line, or --from' },
      { args: ['prove', 'token', '1'], says: 'it is not a JSON object' },
      { args: ['reconcile', '--audit', 'exported.jsonl'], says: 'it is no Event' },
      { args: ['export', '--incident', 'inc-nobody'], says: 'there is no such incident' },
      { args: ['key', '--home', 'nowhere'], says: 'there is no such file' },
    ])('ledger $args: exit 2 and one line', async ({ args, says }) => {
      const named = args.map((arg) => (/^(exported\.jsonl|none\.jsonl|token|nowhere)$/.test(arg) ? join(doors.home, arg) : arg))
      const { exitCode, stdout, stderr } = await doors.boyd('ledger', ...named)
      expect({ exitCode, stdout, lines: lines(stderr).length }).toEqual({ exitCode: 2, stdout: '', lines: 1 })
      expect(stderr).toContain(says)
    })
  })

  test('events go on where they broke off, without a gap', async () => {
    const entries = lines(await (await doors.request('/api/v1/ledger')).text())
    const first = await events({}, 10)
    const rest = await events({ 'last-event-id': '10' }, entries.length - 10)
    expect([...first, ...rest].map(({ id }) => id)).toEqual(entries.map((_, index) => String(index + 1)))
    expect([...first, ...rest].map(({ data }) => JSON.parse(data) as unknown)).toEqual(entries.map((line) => JSON.parse(line) as unknown))
  })
})

interface Event {
  readonly id: string
  readonly data: string
}

/** Reads as many server-sent events, then breaks off. */
async function events(headers: Readonly<Record<string, string>>, count: number): Promise<readonly Event[]> {
  const aborter = new AbortController()
  const response = await doors.request('/api/v1/events', { headers, signal: aborter.signal })
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.split('\n\n').length > count) break
  }
  aborter.abort()
  const field = (block: string, name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? ''
  return text.split('\n\n').slice(0, count).map((block) => ({ id: field(block, 'id'), data: field(block, 'data') }))
}
