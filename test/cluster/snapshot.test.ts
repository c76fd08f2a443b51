/**
 * A cluster in a file, and questions about it, as a person asks them: `boyd snapshot` and `boyd whatif` as processes against a
 * real control plane. Measurements come through the real API server's aggregation from a server that speaks the metrics
 * API (`test/support/metrics-api.ts`).
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { createApiClient } from '../../src/adapters/kubernetes/api-client.ts'
import { connectKubernetes } from '../../src/adapters/kubernetes/cluster.ts'
import { openKubeconfig } from '../../src/adapters/kubernetes/kubeconfig.ts'
import { readSnapshotFile } from '../../src/adapters/manifests/snapshot-file.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { READING } from '../../src/model/access.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import type { WhatIf } from '../../src/model/what-if.ts'
import { conditionOf } from '../../src/model/kube/workload.ts'
import { parseWorld } from '../../src/model/world.ts'
import type { Cluster } from '../../src/ports/cluster.ts'
import { eventually } from '../contract/cluster-arena.ts'
import { deploymentOf } from '../oracle/shop-objects.ts'
import { startOracle, type Oracle } from '../oracle/start-oracle.ts'
import { runBoyd, type Finished } from '../support/boyd-process.ts'
import { serveMetrics, type MetricsApi } from '../support/metrics-api.ts'

const WORLD = parseWorld({ pools: [{ name: 'live', matchLabels: { pool: 'live' }, size: 3, provisionSeconds: 0, capacity: { cpu: '8', memory: '16Gi', pods: '110' } }] })
const PASSWORD = 'correct-horse-battery-staple'
const clock = systemClock()
const folder = mkdtempSync(join(tmpdir(), 'boyd-snapshot-'))
const file = join(folder, 'cluster.jsonl.gz')

let oracle: Oracle
let admin: Cluster
let metrics: MetricsApi
let kubeconfigFile: string
let pods: readonly KubeObject[]
let nodes: readonly KubeObject[]

beforeAll(async () => {
  oracle = await startOracle({ world: WORLD, speed: 10 })
  admin = await connectKubernetes({ kubeconfigFile: oracle.kubeconfigFile, clock, log: silentLog() })
  for (const object of [deploymentOf({ name: 'web', image: 'web:1', replicas: 3 }), ...OBJECTS]) await admin.create(object)
  await eventually({ clock }, () => admin.create(WIDGET).then(() => true, () => false), (made) => made)
  await eventually({ clock }, () => admin.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' }), (web) => (web?.['status'] as { readonly availableReplicas?: number } | undefined)?.availableReplicas === 3)
  pods = (await admin.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'default' })).items
  const keys = dirname(oracle.kubeconfigFile)
  nodes = (await admin.list({ apiVersion: 'v1', kind: 'Node' })).items
  metrics = await serveMetrics({ key: readFileSync(join(keys, 'apiserver.key'), 'utf8'), cert: readFileSync(join(keys, 'apiserver.crt'), 'utf8'), pods: () => pods.map(measured), nodes: () => nodes.map(measuredNode) })
  for (const object of metrics.objects) await admin.create(object)
  await eventually({ clock }, () => admin.kinds(), (served) => served.some(({ kind }) => kind === 'PodMetrics'))
  kubeconfigFile = await writeContexts()
}, 180_000)
afterAll(async () => {
  await metrics.stop()
  await oracle.stop()
  rmSync(folder, { recursive: true, force: true })
})

const OBJECTS: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'database', namespace: 'default' }, type: 'Opaque', data: { password: Buffer.from(PASSWORD).toString('base64') } },
  { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'widgets.example.com' }, spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'widgets', kind: 'Widget' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }] } },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web', namespace: 'default' }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 3, maxReplicas: 5, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '900m' } } }] } },
]
const WIDGET: KubeObject = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'gear', namespace: 'default' }, spec: { teeth: 12 } }

function measured({ metadata }: KubeObject): object {
  return { metadata: { name: metadata.name, namespace: metadata.namespace }, timestamp: '2026-03-01T12:00:00Z', window: '15s', containers: [{ name: 'main', usage: { cpu: '250m', memory: '200Mi' } }] }
}

/** More than all its pods: what is over is the node's own. */
function measuredNode({ metadata }: KubeObject): object {
  return { metadata: { name: metadata.name }, timestamp: '2026-03-01T12:00:00Z', window: '15s', usage: { cpu: '900m', memory: '1624Mi' } }
}

/** Contexts `admin`, `reader` (all but Secrets) and `nowhere`. */
async function writeContexts(): Promise<string> {
  const named = { name: 'reader', namespace: 'default' }
  await admin.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: named })
  await admin.create({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'reader' }, rules: READING.map(({ group, resource, verbs }) => ({ apiGroups: [group], resources: [resource], verbs })) })
  await admin.create({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'reader' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' }, subjects: [{ kind: 'ServiceAccount', ...named }] })
  const api = createApiClient({ config: openKubeconfig({ kubeconfigFile: oracle.kubeconfigFile }), clock })
  const { status } = await api.json<{ status: { token: string } }>({ method: 'POST', path: '/api/v1/namespaces/default/serviceaccounts/reader/token', body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }, operation: 'token' })
  const { clusters: [cluster], users: [user] } = parse(readFileSync(oracle.kubeconfigFile, 'utf8')) as { clusters: { name: string; cluster: object }[]; users: { name: string; user: object }[] }
  const written = join(folder, 'kubeconfig')
  const context = (name: string, of: string, as: string) => ({ name, context: { cluster: of, user: as } })
  writeFileSync(written, stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'here', cluster: cluster?.cluster }, { name: 'nowhere', cluster: { ...cluster?.cluster, server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'admin', user: user?.user }, { name: 'reader', user: { token: status.token } }],
    contexts: [context('admin', 'here', 'admin'), context('reader', 'here', 'reader'), context('nowhere', 'nowhere', 'admin')],
  }), { mode: 0o600 })
  return written
}

const boyd = (...args: string[]): Promise<Finished> => runBoyd(args, { BOYD_HOME: join(folder, 'home') })
const inContext = (name: string): string[] => ['--kubeconfig', kubeconfigFile, '--context', name]
const nodeOf = (pod: KubeObject | undefined): string => (pod?.['spec'] as { readonly nodeName?: string } | undefined)?.nodeName ?? ''
const jsonOf = <T>({ stdout }: Finished): T => JSON.parse(stdout) as T

describe('a snapshot of a live cluster', () => {
  test('has no value of a Secret, but its keys; custom resources; measurements', async () => {
    const saved = await boyd('snapshot', ...inContext('admin'), '-o', file, '--json')
    expect(saved).toMatchObject({ exitCode: 0, stderr: '' })
    expect(jsonOf<{ notes: readonly { code: string }[] }>(saved).notes.filter(({ code }) => code === 'forbidden' || code === 'unreadable')).toEqual([])
    const text = gunzipSync(readFileSync(file)).toString('utf8')
    for (const form of [PASSWORD, Buffer.from(PASSWORD).toString('base64')]) expect(text).not.toContain(form)
    const { objects } = await readSnapshotFile(file)
    const named = (kind: string) => objects.filter((object) => object.kind === kind)
    expect(named('Secret').find(({ metadata }) => metadata.name === 'database')?.['data']).toEqual({ password: expect.stringMatching(/./) })
    expect(named('Widget')).toMatchObject([{ metadata: { name: 'gear' }, spec: { teeth: 12 } }])
    expect(named('PodMetrics')).toHaveLength(pods.length)
    expect(named('NodeMetrics').map(({ metadata }) => metadata.name)).toEqual(nodes.map(({ metadata }) => metadata.name).toSorted())
  })

  test('of an account with fewer rights: what it may not read is named', async () => {
    const saved = await boyd('snapshot', ...inContext('reader'), '-o', join(folder, 'less.jsonl'), '--json')
    expect(saved.exitCode).toBe(0)
    const { notes } = jsonOf<{ notes: readonly { code: string; source: string }[] }>(saved)
    expect(notes.filter(({ code }) => code === 'forbidden').map(({ source }) => source)).toEqual(expect.arrayContaining(['v1 Secret', 'example.com/v1 Widget']))
    for (const kind of ['PodMetrics', 'NodeMetrics']) expect(notes.map(({ source }) => source)).not.toContain(`metrics.k8s.io/v1beta1 ${kind}`)
  })

  test('is taken by every command that takes a folder', async () => {
    const asked = await boyd('whatif', '--from', file, 'drain', nodeOf(pods[0]), '--json')
    const { assumptions, settles, safe, hasOutage, notModelled } = jsonOf<WhatIf>(asked)
    expect(asked).toMatchObject({ exitCode: safe ? 0 : 1, stderr: '' })
    // The first node to come may have got all three pods, and then they leave it together.
    expect({ settles, notModelled, safe }).toEqual({ settles: true, notModelled: [], safe: !hasOutage })
    expect(assumptions.join('\n')).toMatch(/Image web:1 is assumed to take 200Mi of memory, the most that PodMetrics show/)
    expect(assumptions.join('\n')).toMatch(/What runs beside the pods of 3 nodes is assumed to take the memory that NodeMetrics show beyond theirs \(at most 1[46]24Mi\)/)
    expect(assumptions.join('\n')).toMatch(/The load of Deployment default\/web is assumed to stay as (PodMetrics show it|its autoscaler read it).*cpu 750m in all/)
    expect(assumptions.join('\n')).toMatch(/1 example\.com\/Widget/)
    const diagnosed = await boyd('diagnose', '--from', file, '--json')
    expect(diagnosed.exitCode).toBeLessThanOrEqual(1)
    expect(jsonOf<object>(diagnosed)).toHaveProperty('status')
    const scanned = await boyd('scan', file, '--json')
    expect(scanned.exitCode).toBeLessThanOrEqual(1)
  })
})

describe('a question about a live cluster', () => {
  test('is answered from what it is now, and changes nothing', async () => {
    const asked = await boyd('whatif', ...inContext('admin'), 'scale deploy/web to 4; wait 2m; rollback deploy/web', 'nothing', '--json')
    expect(asked.exitCode).toBe(2)
    expect(asked.stderr.trim().split('\n')).toEqual([expect.stringContaining('no earlier revision is kept')])
    const plain = await boyd('whatif', ...inContext('reader'), 'kubectl rollout restart deployment web')
    expect(plain.exitCode).toBe(0)
    expect(plain.stdout).toContain('v1 Secret')
    expect(plain.stdout).toMatch(/ends well[\s\S]*Deployment default\/web restarts its pods[\s\S]*Assumed:[\s\S]*Played as Kubernetes 1\.\d+/)
    expect((await admin.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' }))?.metadata.generation).toBe(1)
  })

  test.each([
    { name: 'a cluster that does not answer', args: () => [...inContext('nowhere'), 'nothing'], says: /ECONNREFUSED|does not answer|connect/ },
    { name: 'a context that is not there', args: () => [...inContext('prod'), 'nothing'], says: /prod/ },
    { name: 'a node that is not there', args: () => [...inContext('admin'), 'drain nope'], says: /node\/nope.*there is no such object.*Node / },
    { name: 'a question nobody understands', args: () => [...inContext('admin'), 'explode everything'], says: /"explode" is not one of/ },
  ])('$name is one line and exit 2', async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await boyd('whatif', ...args())
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(says)])
  })
})

describe('measurements that are not to be had', () => {
  test('a metrics API that is registered and does not answer is a note', async () => {
    await metrics.stop()
    const down = (api: KubeObject | undefined): boolean => api !== undefined && conditionOf(api, 'Available')?.status === 'False'
    // The aggregator asks each API now and then.
    await expect.poll(async () => down(await admin.get({ apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', name: 'v1beta1.metrics.k8s.io' })), { timeout: 90_000, interval: 200 }).toBe(true)
    const saved = await boyd('snapshot', ...inContext('admin'), '-o', join(folder, 'unmeasured.jsonl'), '--json')
    expect(saved.exitCode).toBe(0)
    expect(jsonOf<{ notes: readonly object[] }>(saved).notes).toContainEqual(expect.objectContaining({ code: 'unreadable', source: 'API v1beta1.metrics.k8s.io' }))
    expect(readFileSync(join(folder, 'unmeasured.jsonl'), 'utf8')).not.toContain('"PodMetrics"')
  })
})
