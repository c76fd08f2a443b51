/**
 * The oracle itself: that its control plane is real and its nodes tell the truth about the world they were given.
 * Everything else in this folder leans on that.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectKubernetes } from '../../src/adapters/kubernetes/cluster.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import type { KubeObject, ObjectRef } from '../../src/model/kube-object.ts'
import { parseWorld } from '../../src/model/world.ts'
import type { Cluster } from '../../src/ports/cluster.ts'
import { deploymentOf, podOf } from '../oracle/shop-objects.ts'
import { startOracle, type Oracle } from '../oracle/start-oracle.ts'

const WORLD = {
  images: [
    { image: 'app:1', log: 'hello' },
    { image: 'fat:1', memory: '200Mi', log: 'growing' },
    { image: 'gone:1', exists: false },
    { image: 'moved:1', serves: [{ port: 8080, paths: ['/healthz'] }] },
    { image: 'picky:1', exits: [{ code: 3, whenEnvMissing: 'DATABASE_URL', log: 'DATABASE_URL is not set' }] },
  ],
  pools: [{ name: 'workers', matchLabels: { pool: 'workers' }, size: 2, provisionSeconds: 10, capacity: { cpu: '4', memory: '8Gi', pods: '110' } }],
}

let oracle: Oracle
let cluster: Cluster

beforeAll(async () => {
  oracle = await startOracle({ world: parseWorld(WORLD), speed: 5 })
  cluster = await connectKubernetes({ kubeconfigFile: oracle.kubeconfigFile, clock: systemClock(), log: silentLog() })
})
afterAll(() => oracle.stop())

const pod = (name: string): ObjectRef => ({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name })
const node = (name: string): ObjectRef => ({ apiVersion: 'v1', kind: 'Node', name })

interface Status {
  readonly phase?: string
  readonly availableReplicas?: number
  readonly conditions?: readonly { readonly type: string; readonly status: string }[]
  readonly containerStatuses?: readonly ContainerStatus[]
}
interface ContainerStatus {
  readonly ready: boolean
  readonly restartCount: number
  readonly state: { readonly waiting?: { readonly reason: string; readonly message?: string }; readonly running?: object }
  readonly lastState: { readonly terminated?: { readonly reason: string; readonly exitCode: number } }
}

const statusOf = (object: KubeObject | undefined): Status => (object as { readonly status?: Status } | undefined)?.status ?? {}
const podStatus = async (name: string): Promise<Status> => statusOf(await cluster.get(pod(name)))
const container = async (name: string): Promise<ContainerStatus | undefined> => (await podStatus(name)).containerStatuses?.[0]
const condition = (object: KubeObject | undefined, type: string): string | undefined => statusOf(object).conditions?.find((one) => one.type === type)?.status
const nodeNames = async (): Promise<string[]> => (await cluster.list({ apiVersion: 'v1', kind: 'Node' })).items.map((item) => item.metadata.name ?? '')

async function events(name: string): Promise<string[]> {
  const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Event', namespace: 'default', fieldSelector: `involvedObject.name=${name}` })
  return items.map((item) => item as unknown as { readonly reason: string; readonly message: string }).map(({ reason, message }) => `${reason}: ${message}`)
}

const soon = { timeout: 60_000, interval: 200 }

test('the control plane is the release it says', async () => {
  expect(oracle.version).toMatch(/^v1\.36\.\d+$/)
  expect((await cluster.version()).gitVersion).toBe(oracle.version)
})

test('a deployment becomes available', async () => {
  await cluster.create(deploymentOf({ name: 'web', image: 'app:1', replicas: 2 }))
  await expect.poll(async () => statusOf(await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' })).availableReplicas, soon).toBe(2)
})

describe('a container that cannot go on says why', () => {
  test('memory above its limit', async () => {
    await cluster.create(podOf({ name: 'fat', image: 'fat:1', container: { resources: { limits: { memory: '100Mi' } } } }))
    await expect.poll(() => container('fat'), soon).toMatchObject({
      ready: false,
      state: { waiting: { reason: 'CrashLoopBackOff', message: expect.stringMatching(/^back-off 10s restarting failed container=main pod=fat_default\(/) } },
      lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
    })
    expect(await cluster.logs({ namespace: 'default', pod: 'fat', container: 'main', previous: true })).toBe('growing\n')
    await expect.poll(async () => (await container('fat'))?.restartCount, soon).toBeGreaterThanOrEqual(2)
  })

  test('an image that does not exist', async () => {
    await cluster.create(podOf({ name: 'gone', image: 'gone:1' }))
    await expect.poll(() => container('gone'), soon).toMatchObject({ state: { waiting: { reason: 'ImagePullBackOff', message: expect.stringContaining('not found') } } })
    await expect.poll(() => events('gone'), soon).toEqual(expect.arrayContaining(['Pulling: Pulling image "gone:1"', 'Failed: Error: ErrImagePull', 'BackOff: Back-off pulling image "gone:1"']))
  })

  test('a key that the ConfigMap does not have, until it has it', async () => {
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } }
    await cluster.create({ ...settings, data: { other: '1' } } as KubeObject)
    await cluster.create(podOf({ name: 'keyless', image: 'app:1', container: { env: [{ name: 'MODE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } }] } }))
    await expect.poll(() => container('keyless'), soon).toMatchObject({ state: { waiting: { reason: 'CreateContainerConfigError', message: "couldn't find key mode in ConfigMap default/settings" } } })
    await cluster.update({ ...settings, data: { mode: 'fast' } } as KubeObject)
    await expect.poll(() => container('keyless'), soon).toMatchObject({ ready: true, restartCount: 0 })
  })

  test('a mounted ConfigMap that does not exist', async () => {
    await cluster.create(podOf({ name: 'unmounted', image: 'app:1', volumes: [{ name: 'config', configMap: { name: 'missing' } }] }))
    await expect.poll(() => events('unmounted'), soon).toContain('FailedMount: MountVolume.SetUp failed for volume "config" : configmap "missing" not found')
    expect(await container('unmounted')).toMatchObject({ state: { waiting: { reason: 'ContainerCreating' } } })
  })

  test('a readiness probe on a path that nothing serves', async () => {
    await cluster.create(podOf({ name: 'unready', image: 'moved:1', container: { readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 2 } } }))
    await expect.poll(() => events('unready'), soon).toContain('Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404')
    expect(await container('unready')).toMatchObject({ ready: false, restartCount: 0, state: { running: {} } })
  })

  test('a liveness probe on a path that nothing serves', async () => {
    await cluster.create(podOf({ name: 'killed', image: 'moved:1', container: { livenessProbe: { httpGet: { path: '/live', port: 8080 }, periodSeconds: 2 } } }))
    await expect.poll(async () => (await container('killed'))?.restartCount, soon).toBeGreaterThanOrEqual(2)
    expect(await events('killed')).toContain('Killing: Container main failed liveness probe, will be restarted')
  })

  test('a variable that it needs', async () => {
    await cluster.create(podOf({ name: 'picky', image: 'picky:1' }))
    await cluster.create(podOf({ name: 'content', image: 'picky:1', container: { env: [{ name: 'DATABASE_URL', value: 'postgres://db' }] } }))
    await expect.poll(() => container('picky'), soon).toMatchObject({ lastState: { terminated: { reason: 'Error', exitCode: 3 } } })
    expect(await cluster.logs({ namespace: 'default', pod: 'picky', container: 'main', previous: true })).toBe('DATABASE_URL is not set\n')
    expect(await container('content')).toMatchObject({ ready: true, restartCount: 0 })
  })
})

test('a task ends well by itself', async () => {
  await cluster.create(podOf({ name: 'task', image: 'task:1', restartPolicy: 'Never' }))
  await expect.poll(async () => (await podStatus('task')).phase, soon).toBe('Succeeded')
})

test('a deleted pod is stopped in order, and is gone', async () => {
  await cluster.create(podOf({ name: 'short', image: 'app:1' }))
  await expect.poll(() => container('short'), soon).toMatchObject({ ready: true })
  await cluster.remove(pod('short'))
  await expect.poll(() => cluster.get(pod('short')), soon).toBeUndefined()
  expect(await events('short')).toContain('Killing: Stopping container main')
})

test('the world may change under running pods', async () => {
  await cluster.create(podOf({ name: 'later', image: 'late:1', container: { readinessProbe: { tcpSocket: { port: 9000 }, periodSeconds: 2 } } }))
  await expect.poll(() => container('later'), soon).toMatchObject({ ready: true })
  await oracle.world.setWorld(parseWorld({ ...WORLD, images: [...WORLD.images, { image: 'late:1', serves: [{ port: 9001 }] }] }))
  await expect.poll(() => container('later'), soon).toMatchObject({ ready: false, state: { running: {} } })
})

describe('nodes', () => {
  test('that are not ready report it, keep their containers, start nothing, and recover', async () => {
    const [name = ''] = await nodeNames()
    await oracle.world.setNode(name, { type: 'not-ready', conditions: ['DiskPressure'], message: 'no space left on device' })
    const reported = await cluster.get(node(name))
    expect([condition(reported, 'Ready'), condition(reported, 'DiskPressure'), condition(reported, 'MemoryPressure')]).toEqual(['False', 'True', 'False'])
    await expect
      .poll(async () => ((await cluster.get(node(name))) as { readonly spec?: { readonly taints?: readonly { readonly key: string }[] } } | undefined)?.spec?.taints?.map(({ key }) => key), soon)
      .toEqual(expect.arrayContaining(['node.kubernetes.io/not-ready', 'node.kubernetes.io/disk-pressure']))
    await oracle.world.setNode(name, { type: 'healthy' })
    expect(condition(await cluster.get(node(name)), 'Ready')).toBe('True')
  })

  test('that fall silent turn Unknown, and come back', async () => {
    const [name = ''] = await nodeNames()
    await oracle.world.setNode(name, { type: 'silent' })
    await expect.poll(async () => condition(await cluster.get(node(name)), 'Ready'), soon).toBe('Unknown')
    await oracle.world.setNode(name, { type: 'healthy' })
    await expect.poll(async () => condition(await cluster.get(node(name)), 'Ready'), soon).toBe('True')
  })

  test('of a pool are replaced when they are deleted', async () => {
    const before = await nodeNames()
    const [lost = ''] = before
    await cluster.remove(node(lost))
    await expect.poll(async () => (await nodeNames()).filter((name) => !before.includes(name)).length, soon).toBe(1)
    const [fresh = ''] = (await nodeNames()).filter((name) => !before.includes(name))
    await expect.poll(async () => condition(await cluster.get(node(fresh)), 'Ready'), soon).toBe('True')
    expect(await nodeNames()).toHaveLength(2)
    expect((await cluster.get(node(fresh)))?.metadata.labels).toMatchObject({ pool: 'workers' })
    const deletes = (await oracle.audit()).filter((record) => record.verb === 'delete' && record.resource === 'nodes')
    expect(deletes).toEqual([expect.objectContaining({ name: lost, user: 'admin', code: 200, dryRun: false })])
  })
})

describe('no process is left', () => {
  test('of an oracle that was stopped', async () => {
    const second = await startOracle({})
    const all = processesOf(second.processId)
    expect(all).toHaveLength(4)
    await second.stop()
    expect(all.filter(isAlive)).toEqual([])
    expect(existsSync(dirname(second.kubeconfigFile))).toBe(false)
  })

  test('of an oracle that was killed', async () => {
    const second = await startOracle({})
    const all = processesOf(second.processId)
    process.kill(second.processId, 'SIGKILL')
    await expect.poll(() => all.filter(isAlive), soon).toEqual([])
    rmSync(dirname(second.kubeconfigFile), { recursive: true })
  })
})

/** The process and its children. */
function processesOf(parent: number): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n').map((row) => row.trim().split(/\s+/).map(Number))
  return [parent, ...rows.filter(([, ppid]) => ppid === parent).map(([pid = 0]) => pid)]
}

/** A zombie that waits for its parent to look is not alive. */
function isAlive(id: number): boolean {
  const found = spawnSync('ps', ['-o', 'stat=', '-p', String(id)], { encoding: 'utf8' }).stdout.trim()
  return found !== '' && !found.startsWith('Z')
}
