/**
 * What does not work is said in one clear line, with what to do, and leaves nothing half-made: not a database beside a
 * policy that does not parse, and not an incident behind a webhook that was refused.
 */

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PACKAGE_ROOT, STORIES_FOLDER } from '../../src/app/config.ts'
import { startEmbeddedCluster, type EmbeddedCluster } from '../../src/app/embedded-cluster.ts'
import { WEBHOOK_BYTES_MAX } from '../../src/kernel/limits.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { runBoyd, spawnBoyd, type Running } from '../support/boyd-process.ts'

const START_TIMEOUT_MS = 60_000

let folder: string
let cluster: EmbeddedCluster
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'boyd-bad-input-'))
  cluster = await startEmbeddedCluster({ home: folder, factor: 1, seed: 1, log: silentLog() })
})
afterAll(async () => {
  await cluster.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('boyd serve does not start, and says why in one line', () => {
  test.each([
    { what: 'a policy folder that is not there', args: () => ['--policies', join(folder, 'nowhere')], says: /nowhere.*Point it to a directory/ },
    { what: 'a policy that does not parse', args: () => ['--policies', policiesWith('permit (principal, action resource);')], says: /broken\.cedar/ },
    { what: 'a policy that the schema does not know', args: () => ['--policies', policiesWith('@id("broken")\npermit (principal, action, resource) when { resource.colour == "red" };')], says: /broken/ },
    { what: 'a kubeconfig that is not there', args: () => ['--kubeconfig', join(folder, 'nowhere')], says: /nowhere.*cannot be read/ },
    { what: 'a kubeconfig that is none', args: () => ['--kubeconfig', fileWith('just: [words')], says: /kubeconfig does not work/ },
    { what: 'a kubeconfig without a context', args: () => ['--kubeconfig', fileWith('apiVersion: v1\nkind: Config\nclusters: []\n')], says: /kubeconfig does not work/ },
    { what: 'an API server that does not answer', args: () => ['--kubeconfig', fileWith(kubeconfigFor('http://127.0.0.1:1'))], says: /kubernetes connect \(http:\/\/127\.0\.0\.1:1\)/ },
    { what: 'a context that does not exist', args: () => ['--context', 'elsewhere'], says: /elsewhere/ },
    { what: 'a database that is down', args: () => ['--database-url', 'postgres://boyd:hush-hush@127.0.0.1:1/boyd'], says: /postgres.*Check that PostgreSQL runs, and that DATABASE_URL names it/ },
    { what: 'an address that is no database', args: () => ['--database-url', 'mysql://boyd:hush-hush@127.0.0.1:1/boyd'], says: /databaseUrl/ },
    { what: 'a port that is none', args: () => ['--port', 'ninety'], says: /port/ },
    { what: 'a flag that does not exist', args: () => ['--colour'], says: /--colour/ },
  ])('$what', { timeout: START_TIMEOUT_MS }, async ({ args, says }) => {
    const home = mkdtempSync(join(folder, 'home-'))
    const { exitCode, stdout, stderr } = await runBoyd(['serve', '--home', home, '--kubeconfig', cluster.kubeconfigFile, '--port', '0', ...args()])
    expect({ exitCode, stdout }, `it said: ${stderr}`).toEqual({ exitCode: 2, stdout: '' })
    expect(linesOf(stderr)).toEqual([expect.stringMatching(says)])
    expect(stderr).not.toContain('hush-hush')
    expect(existsSync(join(home, 'postgres'))).toBe(false)
    expect(existsSync(join(home, 'server.json'))).toBe(false)
  })

  test('a port that is taken', { timeout: START_TIMEOUT_MS }, async () => {
    const squatter = createServer()
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve))
    const { port } = squatter.address() as AddressInfo
    const home = mkdtempSync(join(folder, 'home-'))
    const { exitCode, stderr } = await runBoyd(['serve', '--home', home, '--kubeconfig', cluster.kubeconfigFile, '--port', String(port)])
    squatter.close()
    expect(exitCode, `it said: ${stderr}`).toBe(2)
    expect(linesOf(stderr)).toEqual([expect.stringMatching(new RegExp(`127\\.0\\.0\\.1:${port}.*Choose another --port`))])
    expect(existsSync(join(home, 'postgres'))).toBe(false)
  })
})

describe('the doors of a running boyd', () => {
  let running: Running
  let url: string
  let token: string
  beforeAll(async () => {
    const home = mkdtempSync(join(folder, 'home-'))
    running = spawnBoyd(['serve', '--home', home, '--kubeconfig', cluster.kubeconfigFile, '--port', '0', '--no-watch', '--json'])
    url = await new Promise<string>((resolve, reject) => {
      running.child.stdout?.once('data', (chunk: Buffer) => resolve((JSON.parse(chunk.toString('utf8')) as { url: string }).url))
      void running.finished.then(({ stderr }) => reject(new Error(stderr)))
    })
    token = readFileSync(join(home, 'token'), 'utf8').trim()
  }, START_TIMEOUT_MS)
  afterAll(async () => {
    running.child.kill('SIGTERM')
    await running.finished
  }, START_TIMEOUT_MS)

  const alert = (): Record<string, unknown> => JSON.parse(readFileSync(join(STORIES_FOLDER, 'node-lost', 'alert.json'), 'utf8').replaceAll('{{now}}', '2026-11-21T03:00:00Z')) as Record<string, unknown>
  const webhook = '/api/v1/webhooks/alertmanager'

  test.each([
    { what: 'no token', path: webhook, headers: { authorization: '' }, body: () => JSON.stringify(alert()), status: 401 },
    { what: 'another token', path: webhook, headers: { authorization: 'Bearer guessed-guessed-guessed' }, body: () => JSON.stringify(alert()), status: 401 },
    { what: 'an empty body', path: webhook, body: () => '', status: 400 },
    { what: 'no JSON', path: webhook, body: () => '{"version": "4", "alerts": [', status: 400 },
    { what: 'another version', path: webhook, body: () => JSON.stringify({ ...alert(), version: '3' }), status: 400, says: /version/ },
    { what: 'no alerts', path: webhook, body: () => JSON.stringify({ ...alert(), alerts: [] }), status: 400, says: /alerts/ },
    { what: 'one good alert and one bad one', path: webhook, body: () => JSON.stringify({ ...alert(), alerts: [...(alert()['alerts'] as unknown[]), { status: 'firing', labels: {}, startsAt: 'yesterday' }] }), status: 400, says: /alerts\.1\.startsAt/ },
    { what: 'a bomb of brackets', path: webhook, body: () => '['.repeat(100_000), status: 400, says: /nested/ },
    { what: 'more than a webhook may hold', path: webhook, body: () => JSON.stringify({ ...alert(), externalURL: 'x'.repeat(WEBHOOK_BYTES_MAX) }), status: 413 },
    { what: 'more than it may hold, without saying how much', path: webhook, body: () => chunks(WEBHOOK_BYTES_MAX + 1), status: 413 },
    { what: 'bytes that are no text', path: webhook, body: () => new Uint8Array([0xff, 0xfe, 0x00, 0x80]), status: 400 },
    { what: 'a door that does not exist', path: '/api/v1/webhooks/pigeon', body: () => '{}', status: 404 },
    { what: 'a vote on nothing', path: '/api/v1/approvals/apr-none/votes', body: () => JSON.stringify({ decision: 'approve', planHash: 'sha256:000000', reason: '' }), status: 404 },
    { what: 'a vote that is no JSON', path: '/api/v1/approvals/apr-none/votes', body: () => '{', status: 400 },
    { what: 'a vote for something else', path: '/api/v1/approvals/apr-none/votes', body: () => JSON.stringify({ decision: 'perhaps', planHash: 'sha256:000000', reason: '' }), status: 400, says: /decision/ },
    { what: 'a vote without a token', path: '/api/v1/approvals/apr-none/votes', headers: { authorization: '' }, body: () => '{}', status: 401 },
  ])('$what is answered $status', async ({ path, headers, body, status, says }) => {
    // A connection of its own: the server closes one whose body it will not read to the end.
    const init: RequestInit & { duplex?: 'half' } = { method: 'POST', body: body(), duplex: 'half', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', connection: 'close', ...headers } }
    const response = await fetch(`${url}${path}`, init)
    const problem = (await response.json()) as { status?: number; title?: string; type?: string }
    expect(response.status, `it said: ${JSON.stringify(problem)}`).toBe(status)
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(problem).toMatchObject({ status, type: expect.stringMatching(/^urn:boyd:fault:/), title: expect.stringMatching(says ?? /./) })
  })

  test('after all of which nothing was begun, and a good alert is taken', async () => {
    const headers = { authorization: `Bearer ${token}` }
    expect(await (await fetch(`${url}/api/v1/incidents`, { headers })).json()).toEqual({ incidents: [] })
    const entries = (await (await fetch(`${url}/api/v1/ledger`, { headers })).text()).split('\n').slice(0, -1).map((line) => JSON.parse(line) as { type: string })
    // What the ledger says of itself and of its policies is there from the start.
    expect(entries.map(({ type }) => type).filter((type) => !['keeping-changed', 'checkpoint-signed', 'policy-loaded'].includes(type))).toEqual([])
    const response = await fetch(`${url}${webhook}`, { method: 'POST', headers, body: JSON.stringify(alert()) })
    expect(response.status).toBe(202)
  })
})

function policiesWith(text: string): string {
  const policies = mkdtempSync(join(folder, 'policies-'))
  cpSync(join(PACKAGE_ROOT, 'policies'), policies, { recursive: true })
  writeFileSync(join(policies, 'broken.cedar'), text)
  return policies
}

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(folder, 'file-')), 'kubeconfig')
  writeFileSync(file, text)
  return file
}

function kubeconfigFor(server: string): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'c', user: {} }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
  }
  return JSON.stringify(config)
}

/** A stream, which is sent without a content-length. */
function chunks(bytes: number): ReadableStream<Uint8Array> {
  let left = bytes
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close()
      const size = Math.min(left, 65_536)
      controller.enqueue(new Uint8Array(size).fill(0x20))
      left -= size
    },
  })
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}
