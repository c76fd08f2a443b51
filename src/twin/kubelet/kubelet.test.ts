import { describe, expect, test } from 'vitest'
import { parseTimeMs } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { parseWorld } from '../../model/world.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import { eventsAbout, inShop, podsOf, podTemplate, setContainer, stateOf, testDeployment, testTwin, TEST_START_MS, type TestContainer } from '../test-twin.ts'

function podNamed(name: string, container: TestContainer = {}, spec: object = {}): KubeObject {
  const template = podTemplate(name, container, spec) as { spec: object }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels: { app: name } }, spec: template.spec }
}

describe('a container that ends', () => {
  test('comes back after 0, 10, 20, 40, 80, 160 and 300 seconds, and says how long it waits', () => {
    const twin = testTwin({ objects: [podNamed('bad')], world: { images: [{ image: 'app:1', exits: [{ code: 3, afterSeconds: 1, log: 'boom' }] }] } })
    const starts = new Set<number>()
    for (let second = 0; second < 1_000; second += 1) {
      twin.advance(1_000)
      const running = podsOf(twin, 'bad')[0]?.status?.containerStatuses?.[0]
      const at = parseTimeMs((running?.state?.running?.startedAt ?? running?.lastState?.terminated?.startedAt) as string | undefined)
      if (at !== undefined) starts.add(Math.round((at - TEST_START_MS) / 1000))
    }
    const times = [...starts]
    const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0) - 1)
    // One second of running and up to one of noticing lie between two starts.
    expect(waits.map((wait) => Math.round((wait - 1) / 10) * 10)).toEqual([0, 10, 20, 40, 80, 160, 300, 300])
    expect(stateOf(podsOf(twin, 'bad')[0])).toMatchObject({ reason: 'CrashLoopBackOff', lastReason: 'Error', ready: false })
    expect(stateOf(podsOf(twin, 'bad')[0]).message).toMatch(/^back-off 5m0s restarting failed container=main pod=bad_shop\(/)
    expect(twin.readLog({ namespace: 'shop', pod: 'bad', container: 'main', previous: true })).toBe('boom\n')
  })

  test('is killed for memory when its limit is below what the image needs, and only then', () => {
    const world = { images: [{ image: 'app:1', memory: '200Mi' }] }
    const twin = testTwin({ objects: [podNamed('small', { resources: { limits: { memory: '128Mi' } } }), podNamed('large', { resources: { limits: { memory: '200Mi' } } })], world })
    twin.advance(30_000)
    expect(stateOf(podsOf(twin, 'small')[0])).toMatchObject({ lastReason: 'OOMKilled' })
    expect(podsOf(twin, 'small')[0]?.status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode).toBe(137)
    expect(stateOf(podsOf(twin, 'large')[0])).toMatchObject({ reason: 'Running', restarts: 0, ready: true })
  })

  test.each([
    ['Never', 3, 'Failed', 0],
    ['Never', 0, 'Succeeded', 0],
    ['OnFailure', 0, 'Succeeded', 0],
    ['OnFailure', 3, 'Running', 1],
    ['Always', 0, 'Running', 1],
  ] as const)('under %s with code %d makes the pod %s', (restartPolicy, code, phase, restarts) => {
    const twin = testTwin({ objects: [podNamed('task', {}, { restartPolicy })], world: { images: [{ image: 'app:1', exits: [{ code, afterSeconds: 3 }] }] } })
    twin.advance(9_000)
    expect(podsOf(twin, 'task')[0]?.status?.phase).toBe(phase)
    expect(stateOf(podsOf(twin, 'task')[0]).restarts).toBe(restarts)
  })

  test('waits for a Service only while that Service is down', () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cache', namespace: 'shop' }, spec: { selector: { app: 'cache' }, ports: [{ port: 80 }] } } as never
    const world = { images: [{ image: 'client:1', exits: [{ code: 1, afterSeconds: 2, whenServiceDown: 'cache' }] }] }
    const twin = testTwin({ objects: [service, podNamed('client', { image: 'client:1' })], world })
    twin.advance(20_000)
    expect(stateOf(podsOf(twin, 'client')[0]).reason).toBe('CrashLoopBackOff')
    twin.api.create(podNamed('cache'))
    twin.advance(60_000)
    expect(stateOf(podsOf(twin, 'client')[0])).toMatchObject({ reason: 'Running', ready: true })
  })
})

describe('a container that cannot start', () => {
  test('has no image: ErrImagePull, then ImagePullBackOff, until the image is there', async () => {
    const twin = testTwin({ objects: [podNamed('gone', { image: 'gone:1' })], world: { images: [{ image: 'gone:1', exists: false }] } })
    twin.advance(1_500)
    expect(stateOf(podsOf(twin, 'gone')[0]).reason).toBe('ErrImagePull')
    twin.advance(3_000)
    expect(stateOf(podsOf(twin, 'gone')[0])).toMatchObject({ reason: 'ImagePullBackOff', message: expect.stringContaining('Back-off pulling image "gone:1"') })
    expect(podsOf(twin, 'gone')[0]?.status?.phase).toBe('Pending')
    await twin.control.setWorld(parseWorld({}))
    twin.advance(60_000)
    expect(stateOf(podsOf(twin, 'gone')[0]).reason).toBe('Running')
  })

  test.each([
    ['a key', { configMapKeyRef: { name: 'settings', key: 'absent' } }, "couldn't find key absent in ConfigMap shop/settings"],
    ['a ConfigMap', { configMapKeyRef: { name: 'nothing', key: 'x' } }, 'configmap "nothing" not found'],
    ['a Secret', { secretKeyRef: { name: 'nothing', key: 'x' } }, 'secret "nothing" not found'],
  ])('lacks %s and names it', (_, valueFrom, message) => {
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data: { present: '1' } } as never
    const twin = testTwin({ objects: [settings, podNamed('unset', { env: [{ name: 'A', valueFrom }] })] })
    twin.advance(5_000)
    expect(stateOf(podsOf(twin, 'unset')[0])).toMatchObject({ reason: 'CreateContainerConfigError', message })
    expect(eventsAbout(twin, 'unset')).toContain(`Failed: Error: ${message}`)
  })

  test('lacks a volume: stays creating, and starts once the ConfigMap is there', () => {
    const twin = testTwin({ objects: [podNamed('mounting', {}, { volumes: [{ name: 'files', configMap: { name: 'late' } }] })] })
    twin.advance(10_000)
    expect(stateOf(podsOf(twin, 'mounting')[0]).reason).toBe('ContainerCreating')
    expect(eventsAbout(twin, 'mounting')).toContain('FailedMount: MountVolume.SetUp failed for volume "files" : configmap "late" not found')
    twin.api.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'late', namespace: 'shop' }, data: {} })
    twin.advance(130_000)
    expect(stateOf(podsOf(twin, 'mounting')[0]).reason).toBe('Running')
  })
})

describe('probes', () => {
  const serves = { images: [{ image: 'app:1', startSeconds: 4, serves: [{ port: 8080, paths: ['/ok'] }] }] }
  const http = (path: string, more: object = {}): object => ({ httpGet: { path, port: 8080 }, periodSeconds: 5, ...more })

  test.each([
    ['the right path', http('/ok'), true],
    ['a path nobody serves', http('/no'), false],
    ['a port nobody serves', { tcpSocket: { port: 9090 }, periodSeconds: 5 }, false],
  ])('readiness on %s', (_, readinessProbe, ready) => {
    const twin = testTwin({ objects: [podNamed('web', { readinessProbe })], world: serves })
    twin.advance(2_500)
    expect(stateOf(podsOf(twin, 'web')[0]).ready).toBe(false)
    twin.advance(30_000)
    const [pod] = podsOf(twin, 'web')
    expect(stateOf(pod)).toMatchObject({ ready, reason: 'Running', restarts: 0 })
    expect(conditionOf(pod as never, 'Ready')?.status).toBe(ready ? 'True' : 'False')
  })

  test('liveness on a wrong path kills after three failures and says so', () => {
    const twin = testTwin({ objects: [podNamed('web', { livenessProbe: http('/no', { initialDelaySeconds: 10 }) })], world: serves })
    twin.advance(19_000)
    expect(stateOf(podsOf(twin, 'web')[0]).restarts).toBe(0)
    twin.advance(8_000)
    expect(stateOf(podsOf(twin, 'web')[0]).restarts).toBe(1)
    expect(eventsAbout(twin, 'web')).toEqual(expect.arrayContaining(['Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 404', 'Killing: Container main failed liveness probe, will be restarted']))
  })

  test('a startup probe holds the others back', () => {
    const startup = { startupProbe: http('/ok', { failureThreshold: 30 }), livenessProbe: http('/ok', { periodSeconds: 1, failureThreshold: 1 }) }
    const twin = testTwin({ objects: [podNamed('slow', startup)], world: { images: [{ ...serves.images[0], startSeconds: 60 }] } })
    twin.advance(40_000)
    expect(podsOf(twin, 'slow')[0]?.status?.containerStatuses?.[0]).toMatchObject({ started: false, ready: false, restartCount: 0 })
    twin.advance(40_000)
    expect(podsOf(twin, 'slow')[0]?.status?.containerStatuses?.[0]).toMatchObject({ started: true, ready: true, restartCount: 0 })
  })
})

describe('init containers and sidecars', () => {
  test('run in order, the sidecar beside the rest', () => {
    const initContainers = [{ name: 'first', image: 'task:1' }, { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }, { name: 'second', image: 'task:1' }]
    const twin = testTwin({ objects: [podNamed('staged', {}, { initContainers })], world: { images: [{ image: 'task:1', exits: [{ code: 0, afterSeconds: 5 }] }] } })
    twin.advance(5_000)
    expect(podsOf(twin, 'staged')[0]?.status).toMatchObject({ phase: 'Pending' })
    expect(conditionOf(podsOf(twin, 'staged')[0] as never, 'Initialized')?.message).toContain('first proxy second')
    twin.advance(20_000)
    const status = podsOf(twin, 'staged')[0]?.status
    expect(status?.initContainerStatuses?.map(({ state }) => Object.keys(state ?? {})[0])).toEqual(['terminated', 'running', 'terminated'])
    expect(status).toMatchObject({ phase: 'Running' })
  })
})

describe('termination and nodes', () => {
  test('a pod goes when its process has ended, at the latest when its grace is over', () => {
    const world = { images: [{ image: 'quick:1', stopSeconds: 2 }, { image: 'stubborn:1', stopSeconds: 600 }] }
    const twin = testTwin({ objects: [podNamed('quick', { image: 'quick:1' }), podNamed('stubborn', { image: 'stubborn:1' })], world })
    twin.advance(10_000)
    for (const name of ['quick', 'stubborn']) twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name })
    twin.advance(4_000)
    expect([podsOf(twin, 'quick').length, podsOf(twin, 'stubborn').length]).toEqual([0, 1])
    twin.advance(28_000)
    expect(podsOf(twin, 'stubborn').length).toBe(0)
  })

  test('a silent node confirms nothing until it speaks again', async () => {
    const twin = testTwin({ objects: [podNamed('lost')], nodes: 1 })
    twin.advance(10_000)
    await twin.control.setNode('node-1', { type: 'silent' })
    twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'lost' })
    twin.advance(200_000)
    expect(inShop(twin, 'Pod', 'lost').metadata.deletionTimestamp).toBeDefined()
    expect(conditionOf(twin.store.get({ apiVersion: 'v1', kind: 'Node', name: 'node-1' }) as never, 'Ready')?.status).toBe('Unknown')
    await twin.control.setNode('node-1', { type: 'healthy' })
    twin.advance(5_000)
    expect(podsOf(twin, 'lost')).toEqual([])
    expect(conditionOf(twin.store.get({ apiVersion: 'v1', kind: 'Node', name: 'node-1' }) as never, 'Ready')?.status).toBe('True')
  })

  test('a node under pressure reports it, keeps what runs, confirms deletions', async () => {
    const twin = testTwin({ objects: [podNamed('kept'), podNamed('deleted')], nodes: 1 })
    twin.advance(10_000)
    await twin.control.setNode('node-1', { type: 'not-ready', conditions: ['DiskPressure'], message: 'disk is full' })
    twin.advance(5_000)
    const node = twin.store.get({ apiVersion: 'v1', kind: 'Node', name: 'node-1' }) as never
    expect([conditionOf(node, 'Ready')?.status, conditionOf(node, 'DiskPressure')?.status]).toEqual(['False', 'True'])
    twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'deleted' })
    twin.advance(5_000)
    expect([podsOf(twin, 'kept').length, podsOf(twin, 'deleted').length]).toEqual([1, 0])
  })

  test('a deleted node of a pool is replaced by one that becomes Ready', () => {
    const twin = testTwin({ nodes: 2, world: { pools: [{ name: 'workers', matchLabels: { 'example.com/pool': 'workers' }, size: 2, provisionSeconds: 45, capacity: { cpu: '2', memory: '4Gi', pods: '20' } }] } })
    twin.advance(10_000)
    twin.api.remove({ apiVersion: 'v1', kind: 'Node', name: 'node-2' })
    twin.advance(44_000)
    expect([...twin.store.list('/Node')].length).toBe(1)
    twin.advance(20_000)
    const added = [...twin.store.list('/Node')].find(({ metadata }) => metadata.name?.startsWith('workers-') === true)
    expect(conditionOf(added as never, 'Ready')?.status).toBe('True')
    expect((added as { spec?: { taints?: unknown[] } } | undefined)?.spec?.taints ?? []).toEqual([])
  })
})

describe('determinism', () => {
  const run = (seed: number): string => {
    const twin = testTwin({ objects: [testDeployment('web'), testDeployment('other', {}, { replicas: 5 })], seed, nodes: 3 })
    twin.advance(30_000)
    setContainer(twin, 'Deployment', 'web', { path: 'image', value: 'app:2' })
    twin.advance(60_000)
    return JSON.stringify(twin.store.changesAfter(1) ?? [])
  }

  test('the same seed gives the same history, another seed another one', () => {
    expect(run(5)).toBe(run(5))
    expect(run(5)).not.toBe(run(6))
  })

  test('a fork goes its own way and leaves its origin alone', () => {
    const twin = testTwin({ objects: [testDeployment('web')] })
    twin.advance(30_000)
    const before = twin.store.resourceVersion
    const fork = twin.fork(3)
    setContainer(fork, 'Deployment', 'web', { path: 'image', value: 'app:2' })
    fork.advance(60_000)
    expect(podsOf(fork, 'web').map((pod) => pod.spec?.containers[0]?.image)).toEqual(['app:2', 'app:2'])
    expect(twin.store.resourceVersion).toBe(before)
    expect(podsOf(twin, 'web').map((pod) => pod.spec?.containers[0]?.image)).toEqual(['app:1', 'app:1'])
  })
})
