/**
 * Canaries through a running Boyd: secrets in every place that an incident is made of (logs, environments, ConfigMaps,
 * Secrets, annotations, events, the alert, the answer of a person, bad requests), and a look through every place that anything
 * comes out of (each table of the database, the ledger's file, HTTP, server-sent events, the page, the command line, the log).
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../src/adapters/postgres/open-database.ts'
import { connectDatabase } from '../../src/adapters/postgres/pool.ts'
import { STORIES_FOLDER } from '../../src/app/config.ts'
import { loadStory } from '../../src/app/story/story.ts'
import { operatorToken } from '../../src/app/token.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import { parseWorld } from '../../src/model/world.ts'
import { proves } from '../requirements.ts'
import { openDoors, type Doors } from './doors-stage.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** By where they are planted; each has a shape of its own, and none is anywhere else. */
const CANARIES = {
  logPassword: 'Canary-in-log-7Fq2',
  logToken: 'ghp_CaNaRy0123456789abcdefghijklmnopqrstu',
  logKey: 'MIIECanaryKeyLineOne0123456789abcdefghijABCDEFGHIJ0123456789abcd',
  logMail: 'canary.person@customers.example.org',
  logEncoded: 'Canary-encoded-9Xw4',
  environment: 'canary-environment-5Kd8',
  argument: 'canary-argument-3Jm6',
  configKey: 'canary-configmap-2Hn5',
  configFile: 'canary-properties-8Gb4',
  secret: 'canary-secret-value-6Fv3',
  annotation: 'canary-annotation-4Dc2',
  alertAnnotation: 'sk_live_CanaryAlert0123456789abcd',
  alertLabel: 'xoxb-111111111111-222222222222-CanaryAlertLabel01234567',
  badRequest: 'glpat-CanaryBadRequest0123456',
} as const

const LOG = [
  `connecting to postgres://app:${CANARIES.logPassword}@db.shop.svc:5432/app`,
  `calling with ${CANARIES.logToken}`,
  '-----BEGIN RSA PRIVATE KEY-----',
  CANARIES.logKey,
  '-----END RSA PRIVATE KEY-----',
  `customer ${CANARIES.logMail} was charged`,
  `payload ${base64(`{"password":"${CANARIES.logEncoded}"}`)}`,
  `FATAL: DB_PASSWORD=${CANARIES.logPassword} was refused`,
].join('\n')

const metadata = (name: string): { readonly namespace: string; readonly name: string } => ({ namespace: 'shop', name })
const container = {
  name: 'app',
  image: 'leaky:1',
  args: ['--db-password', CANARIES.argument],
  env: [{ name: 'API_TOKEN', value: CANARIES.environment }],
  envFrom: [{ secretRef: { name: 'leaky' } }],
}
const LEAKY: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Secret', metadata: metadata('leaky'), data: { password: base64(CANARIES.secret) } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('leaky'), data: { 'db.password': CANARIES.configKey, 'app.properties': `db.host=db\ndb.password=${CANARIES.configFile}\n` } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...metadata('leaky'), annotations: { 'example.com/note': `use password=${CANARIES.annotation} here` } },
    spec: { replicas: 1, selector: { matchLabels: { app: 'leaky' } }, template: { metadata: { labels: { app: 'leaky' } }, spec: { containers: [container] } } },
  },
]

let doors: Doors
beforeAll(async () => {
  doors = await openDoors({ story: 'bad-image', speed: 12 })
  const { world } = loadStory(STORIES_FOLDER, 'bad-image')
  await doors.cluster.control.setWorld(parseWorld({ ...world, images: [...world.images, { image: 'leaky:1', exits: [{ code: 1, afterSeconds: 1, log: LOG }] }] }))
  for (const object of LEAKY) await doors.cluster.cluster.create(object)
})
afterAll(() => doors.stop())

test('none comes out, and neither does a secret of Boyd’s own', async () => {
  await expect.poll(async () => (await doors.cluster.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop' })).items.some(crashedOnce), { timeout: 60_000, interval: 500 }).toBe(true)
  const labels = { alertname: 'DeploymentCrashes', severity: 'critical', namespace: 'shop', deployment: 'leaky', note: CANARIES.alertLabel }
  const { incidentId } = await doors.alert({ labels, annotations: { summary: `the key is ${CANARIES.alertAnnotation}`, description: operatorToken(doors.home) }, fingerprint: 'leaky', startsAt: '2026-03-01T00:00:00Z' })
  await doors.ended(incidentId)
  const bad = await doors.request('/api/v1/approvals/x/votes', { method: 'POST', body: JSON.stringify({ decision: CANARIES.badRequest }) })

  const seen: Record<string, string> = {
    ...(await tablesOf(doors.home)),
    'ledger file': readFileSync(join(doors.home, 'ledger.jsonl'), 'utf8'),
    'bad request': await bad.text(),
    'server-sent events': await eventsUntilEnd(incidentId),
    ...(await pagesOf(incidentId)),
    ...(await printedBy(incidentId)),
  }
  const everything = Object.values(seen).join('\n')
  // The looks are worth something: what is no secret came through, also from the log.
  for (const ordinary of ['db.shop.svc:5432/app', 'DB_PASSWORD', 'leaky', '⟦secret:']) expect(everything).toContain(ordinary)
  const secrets = { ...CANARIES, operatorToken: operatorToken(doors.home), encodedSecret: base64(CANARIES.secret) }
  const leaks = Object.entries(seen).flatMap(([place, text]) => Object.entries(secrets).flatMap(([name, value]) => (text.includes(value) ? [`${name} in ${place}`] : [])))
  expect(leaks).toEqual([])
  proves('nothing-unrecorded.no-secret-values', 'nothing-leaks.canaries')
}, 180_000)

function crashedOnce(pod: KubeObject): boolean {
  const statuses = (pod['status'] as { readonly containerStatuses?: readonly { readonly restartCount: number }[] } | undefined)?.containerStatuses ?? []
  return pod.metadata.labels?.['app'] === 'leaky' && statuses.some((status) => status.restartCount > 0)
}

/** Every row of every table, the engine's own among them, as text. */
async function tablesOf(home: string): Promise<Record<string, string>> {
  const opened = await openDatabase({ home: join(home, 'postgres'), log: silentLog(), clock: systemClock(), visiting: true })
  const database = connectDatabase({ url: opened.url, log: silentLog() })
  try {
    const tables = await database.rows<{ schema: string; name: string }>(`select table_schema as schema, table_name as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`)
    const read = await Promise.all(
      tables.map(async ({ schema, name }) => {
        const rows = await database.rows<{ row: string }>(`select row_to_json(t)::text as row from "${schema}"."${name}" t`)
        return [`table ${schema}.${name}`, rows.map(({ row }) => withDecoded(row)).join('\n')] as const
      }),
    )
    return Object.fromEntries(read)
  } finally {
    await database.close()
    await opened.close()
  }
}

/** The engine keeps results in base64, snapshots lie there compressed: both are read as what they hold. */
function withDecoded(row: string): string {
  const decoded = [...row.matchAll(/[A-Za-z0-9+/]{40,}={0,2}/g)].map(([word]) => Buffer.from(word, 'base64').toString('utf8'))
  const bytes = [...row.matchAll(/\\\\x([0-9a-f]{16,})/g)].map(([, hex]) => unpacked(Buffer.from(hex ?? '', 'hex')))
  return [row, ...decoded, ...bytes].join('\n')
}

function unpacked(bytes: Buffer): string {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8')
}

async function pagesOf(incidentId: string): Promise<Record<string, string>> {
  const paths = ['/', '/api/v1/incidents', `/api/v1/incidents/${incidentId}`, '/api/v1/approvals', '/api/v1/ledger', '/openapi.json', `/nothing/${CANARIES.logMail.length}`]
  const texts = await Promise.all(paths.map(async (path) => [`GET ${path}`, await (await doors.request(path)).text()] as const))
  return Object.fromEntries(texts)
}

async function eventsUntilEnd(incidentId: string): Promise<string> {
  const response = await doors.request('/api/v1/events?from=1')
  let text = ''
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += chunk
    if (text.includes('event: mission-ended') && text.includes(incidentId)) break
  }
  return text
}

async function printedBy(incidentId: string): Promise<Record<string, string>> {
  const runs = await Promise.all([['show', incidentId], ['show', incidentId, '--json'], ['incidents'], ['approve', 'apr-none', '--plan', 'abcdef']].map(async (args) => [`boyd ${args.join(' ')}`, await doors.boyd(...args)] as const))
  return Object.fromEntries([...runs.map(([name, { stdout, stderr }]) => [name, `${stdout}\n${stderr}`] as const), ['log of the server', doors.logged()] as const])
}
