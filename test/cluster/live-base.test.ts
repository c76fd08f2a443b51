/**
 * What a running Boyd follows its cluster with, on a real control plane: what others change is seen, a version that is gone
 * and a server that restarts are survived, kinds come and go, a kind that may not be read is named. How much is asked
 * for is read from the API server's audit log, not from a count of ours.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { createApiClient } from '../../src/adapters/kubernetes/api-client.ts'
import { connectKubernetes } from '../../src/adapters/kubernetes/cluster.ts'
import { openKubeconfig } from '../../src/adapters/kubernetes/kubeconfig.ts'
import { listAll } from '../../src/adapters/kubernetes/list.ts'
import { createLiveBase } from '../../src/adapters/kubernetes/live-base.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { CLUSTER_LIST_PAGE_SIZE } from '../../src/kernel/limits.ts'
import { silentLog, type Log } from '../../src/kernel/log.ts'
import { mapLimited } from '../../src/kernel/map-limited.ts'
import { processRedactor } from '../../src/kernel/redact/process-redactor.ts'
import { kindsToRead } from '../../src/loop/snapshot-kinds.ts'
import { takeSnapshot } from '../../src/loop/take-snapshot.ts'
import { READING } from '../../src/model/access.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import { parseWorld } from '../../src/model/world.ts'
import type { ClusterBase, KindReading } from '../../src/ports/cluster-base.ts'
import type { Cluster } from '../../src/ports/cluster.ts'
import { startOracle, type Oracle } from '../oracle/start-oracle.ts'

const WORLD = parseWorld({ pools: [{ name: 'live', matchLabels: { pool: 'live' }, size: 2, provisionSeconds: 0, capacity: { cpu: '8', memory: '16Gi', pods: '110' } }] })
/** Of accounts in this namespace the audit log has the reads, too. */
const HOME = 'counted'
const soon = { timeout: 60_000, interval: 100 }
const clock = systemClock()
const folder = mkdtempSync(join(tmpdir(), 'boyd-live-base-'))

let oracle: Oracle
let admin: Cluster
let watcher: Cluster
beforeAll(async () => {
  oracle = await startOracle({ world: WORLD, speed: 10 })
  admin = await connectKubernetes({ kubeconfigFile: oracle.kubeconfigFile, clock, log: silentLog() })
  watcher = await connectKubernetes({ kubeconfigFile: await accountOf(), clock, log: silentLog() })
})
afterAll(async () => {
  await oracle.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** What Boyd's reader may, which is everything but Secrets; and ConfigMaps may be changed. */
async function accountOf(): Promise<string> {
  const named = { name: 'boyd', namespace: HOME }
  const rules = [...READING.map(({ group, resource, verbs }) => ({ apiGroups: [group], resources: [resource], verbs })), { apiGroups: ['example.com'], resources: ['*'], verbs: ['*'] }, { apiGroups: [''], resources: ['configmaps'], verbs: ['*'] }]
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: HOME } })
  await admin.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: named })
  await admin.create({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: HOME }, rules })
  await admin.create({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: HOME }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: HOME }, subjects: [{ kind: 'ServiceAccount', ...named }] })
  const api = createApiClient({ config: openKubeconfig({ kubeconfigFile: oracle.kubeconfigFile }), clock })
  const { status } = await api.json<{ status: { token: string } }>({ method: 'POST', path: `/api/v1/namespaces/${HOME}/serviceaccounts/boyd/token`, body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }, operation: 'token' })
  const given = parse(readFileSync(oracle.kubeconfigFile, 'utf8')) as { users: { name: string }[] }
  const file = join(folder, 'boyd.kubeconfig')
  writeFileSync(file, stringify({ ...given, users: given.users.map(({ name }) => ({ name, user: { token: status.token } })) }))
  return file
}

interface Followed {
  readonly base: ClusterBase
  readonly warnings: string[]
}

async function following<T>(options: { readonly watchSeconds?: number }, use: (followed: Followed) => Promise<T>): Promise<T> {
  const warnings: string[] = []
  const log: Log = { ...silentLog(), warn: (message, fields) => void warnings.push(`${message} ${JSON.stringify(fields)}`) }
  const base = createLiveBase({ cluster: watcher, clock, log, redactor: processRedactor.fresh(), staleAfterMs: 180_000, kindsToRead, ...options })
  try {
    return await use({ base, warnings })
  } finally {
    await base.stop()
  }
}

async function readingOf(base: ClusterBase, kind: string): Promise<KindReading | undefined> {
  return (await base.read()).kinds.find(({ query }) => query.kind === kind)
}

async function names(base: ClusterBase, kind: string): Promise<string[]> {
  const reading = await readingOf(base, kind)
  return reading === undefined || 'fault' in reading ? [] : reading.objects.map(({ metadata }) => metadata.name ?? '')
}

interface Asked {
  readonly verb: string
  readonly uri: string
  readonly atMs: number
}

/** What the account asked for since then, as the API server wrote it down; a watch when it ended. */
function askedSince(sinceMs: number): Asked[] {
  const lines = readFileSync(join(dirname(oracle.kubeconfigFile), 'audit.log'), 'utf8').split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as { readonly user: { readonly username: string }; readonly verb: string; readonly requestURI: string; readonly requestReceivedTimestamp: string })
    .filter(({ user }) => user.username === `system:serviceaccount:${HOME}:boyd`)
    .map(({ verb, requestURI, requestReceivedTimestamp }) => ({ verb, uri: requestURI, atMs: Date.parse(requestReceivedTimestamp) }))
    .filter(({ atMs }) => atMs >= sinceMs)
}

function holding(): { readonly sockets: number; readonly heapBytes: number } {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return { sockets: process.getActiveResourcesInfo().filter((resource) => /^(TCP|TLS)/.test(resource)).length, heapBytes: process.memoryUsage().heapUsed }
}

const isStream = ({ uri }: Asked): boolean => uri.includes('sendInitialEvents=true')
const config = (name: string, data: Readonly<Record<string, string>> = {}): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data })
const refTo = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name })

test('a minute of looks: what others change is seen, watches that the server ends go on where they were, and little is asked', { timeout: 180_000 }, async () => {
  const startedMs = clock.now()
  const kinds = await following({ watchSeconds: 20 }, async ({ base, warnings }) => {
    const known = (await base.read()).kinds
    const first = known.filter((reading) => !('fault' in reading)).length
    await clock.sleep(1_000)
    const quietMs = clock.now()
    const ours = base.noting(watcher)
    for (let round = 0; clock.now() - quietMs < 60_000; round += 1) {
      await admin.create(config(`theirs-${round}`))
      await expect.poll(() => names(base, 'ConfigMap'), soon).toContain(`theirs-${round}`)
      await admin.patch(refTo(`theirs-${round}`), { type: 'merge', body: { data: { round: 'two' } } })
      await expect.poll(async () => JSON.stringify(await readingOf(base, 'ConfigMap')), soon).toContain('"round":"two"')
      await admin.remove(refTo(`theirs-${round}`))
      await expect.poll(() => names(base, 'ConfigMap'), soon).not.toContain(`theirs-${round}`)
      await ours.create(config(`ours-${round}`))
      expect(await names(base, 'ConfigMap')).toContain(`ours-${round}`)
      await ours.remove(refTo(`ours-${round}`))
      expect(await names(base, 'ConfigMap')).not.toContain(`ours-${round}`)
      await clock.sleep(500)
    }
    const spanMs = clock.now() - quietMs
    const asked = askedSince(quietMs).filter(({ uri }) => !uri.includes('/configmaps/') && !uri.includes('/configmaps?fieldManager'))
    const again = asked.filter(({ verb }) => verb === 'watch')
    // Each watch is ended by the server every 20 s; none needs a list or a stream of everything again.
    expect(again.filter(isStream)).toEqual([])
    expect(again.length).toBeGreaterThan(first)
    expect(again.length).toBeLessThanOrEqual(first * (Math.ceil(spanMs / 20_000) + 1))
    // What may not be read is asked for once a minute, with a stream and a list.
    expect(asked.filter(({ verb }) => verb === 'list').length).toBeLessThanOrEqual(2 * (known.length - first))
    expect(warnings.filter((line) => !line.includes('forbidden'))).toEqual([])
    return { first, all: known.length }
  })
  await clock.sleep(500)
  const start = askedSince(startedMs)
  // WatchList is there: what may be read is never listed, but streamed once.
  expect(start.filter((asked) => asked.verb === 'watch' && isStream(asked)).length).toBeLessThanOrEqual(kinds.all)
  expect(start.filter(({ verb }) => verb === 'list').length).toBeLessThanOrEqual(2 * (kinds.all - kinds.first))
})

test('a kind that may not be read is named, and stops nothing', async () => {
  await following({}, async ({ base }) => {
    expect(await readingOf(base, 'Secret')).toMatchObject({ fault: { code: 'forbidden' } })
    const snapshot = await takeSnapshot({ cluster: watcher, clock, base })
    expect(snapshot.notes).toContainEqual(expect.objectContaining({ code: 'forbidden', source: 'v1 Secret' }))
    expect(snapshot.objects.filter(({ kind }) => kind === 'Node')).toHaveLength(2)
  })
})

const CRON = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'crons.example.com' }, spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'crons', kind: 'Cron' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }] } }

test('a kind that is defined later is followed, and one whose definition goes is no longer', async () => {
  await following({}, async ({ base }) => {
    expect(await readingOf(base, 'Cron')).toBeUndefined()
    await admin.create(CRON)
    await expect.poll(() => admin.create({ apiVersion: 'example.com/v1', kind: 'Cron', metadata: { name: 'nightly', namespace: 'default' }, spec: { at: '03:00' } }).then(() => 'made', () => 'not yet'), soon).toBe('made')
    await expect.poll(() => names(base, 'Cron'), soon).toEqual(['nightly'])
    await admin.remove({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: 'crons.example.com' })
    await expect.poll(() => readingOf(base, 'Cron'), soon).toBeUndefined()
    expect(await readingOf(base, 'Node')).not.toHaveProperty('fault')
  })
})

test('a list whose pages are compacted away under it has every object once', async () => {
  const wanted = Array.from({ length: CLUSTER_LIST_PAGE_SIZE + 20 }, (_, index) => `page-${index}`)
  await mapLimited(wanted, 20, (name) => admin.create({ ...config(name), metadata: { name, namespace: HOME, labels: { paged: 'yes' } } }))
  const api = createApiClient({ config: openKubeconfig({ kubeconfigFile: oracle.kubeconfigFile }), clock })
  let pages = 0
  const interrupted: typeof api = {
    ...api,
    json: async (request) => {
      const page = await api.json<never>(request)
      pages += 1
      if (pages > 1) return page
      await admin.create(config('between'))
      await oracle.compact()
      return page
    },
  }
  const { items } = await listAll({ api: interrupted, request: { method: 'GET', path: `/api/v1/namespaces/${HOME}/configmaps`, query: { labelSelector: 'paged=yes' }, operation: 'list' }, query: { apiVersion: 'v1', kind: 'ConfigMap' } })
  expect(items.map(({ metadata }) => metadata.name).sort()).toEqual([...wanted].sort())
  expect(pages).toBeGreaterThan(1)
})

describe('an API server that restarts', () => {
  test('versions from before are gone (410): each kind is brought in anew, once, and followed again; nothing piles up', { timeout: 240_000 }, async () => {
    await following({}, async ({ base, warnings }) => {
      await base.read()
      const held: { readonly sockets: number; readonly heapBytes: number }[] = []
      for (const round of [1, 2, 3]) {
        await oracle.compact()
        // On a quiet cluster nothing is written between two of them.
        await oracle.compact()
        await oracle.restartApiServer()
        await admin.create(config(`after-${round}`))
        await expect.poll(() => names(base, 'ConfigMap').catch(() => []), soon).toContain(`after-${round}`)
        // Until every watch has found out and is back.
        await expect.poll(async () => (await base.read()).kinds.filter((reading) => 'fault' in reading && reading.fault.code !== 'forbidden').length, soon).toBe(0)
        await clock.sleep(3_000)
        held.push(holding())
      }
      expect(warnings.join('\n')).toContain('too old resource version')
      const settledMs = clock.now()
      for (let look = 0; look < 20; look += 1) await base.read()
      expect(askedSince(settledMs).filter((asked) => asked.verb === 'list' || isStream(asked)).length).toBeLessThanOrEqual(2 * (await base.read()).kinds.filter((reading) => 'fault' in reading).length)
      const [early, , late] = held
      expect(late?.sockets).toBeLessThanOrEqual((early?.sockets ?? 0) + 4)
      // All that is followed here is a few hundred objects: one copy left behind at each restart would be more.
      expect(late?.heapBytes).toBeLessThanOrEqual((early?.heapBytes ?? 0) + 6 * 2 ** 20)
    })
  })
})
