import { array, assert, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isReady, isTerminating } from '../../model/kube/workload.ts'
import { REVISION_ANNOTATION } from '../../model/kube/revision.ts'
import type { Twin } from '../twin.ts'
import { eventsAbout, inShop, podsOf, podTemplate, setContainer, stateOf, testDeployment, testTwin, TEST_START_MS } from '../test-twin.ts'
import { nextDueMs } from './cron-schedule.ts'
import { fenceposts, type DeploymentObject } from './deployment/replica-sets.ts'
import { shares } from './deployment/proportional.ts'
import { rankVictims } from './rank-victims.ts'

const HOLD = { images: [{ image: 'app:1' }, { image: 'app:2', startSeconds: 20 }, { image: 'bad:1', serves: [] }, { image: 'task:1', exits: [{ code: 0, afterSeconds: 4 }] }, { image: 'task:bad', exits: [{ code: 5, afterSeconds: 1 }] }] }
const READY = { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }

function replicaSets(twin: Twin): (KubeObject & { spec: { replicas: number } })[] {
  return [...twin.store.list('apps/ReplicaSet', 'shop')] as never
}

describe('deployment arithmetic', () => {
  test.each([
    [10, '25%', '25%', { surge: 3, unavailable: 2 }],
    [1, '25%', '25%', { surge: 1, unavailable: 0 }],
    [3, 0, 0, { surge: 0, unavailable: 1 }],
    [10, '0%', '1%', { surge: 0, unavailable: 1 }],
    [4, 1, 0, { surge: 1, unavailable: 0 }],
    [7, '50%', '50%', { surge: 4, unavailable: 3 }],
  ])('%d replicas, surge %s, unavailable %s: %o', (replicas, maxSurge, maxUnavailable, posts) => {
    const deployment = { spec: { replicas, strategy: { rollingUpdate: { maxSurge, maxUnavailable } } } } as unknown as DeploymentObject
    expect(fenceposts(deployment)).toEqual(posts)
  })

  test('proportional shares add up to what is allowed, or the largest has nothing left to give', () => {
    const sizes = array(integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 5 })
    assert(property(sizes, integer({ min: 1, max: 120 }), (all, desired) => {
      const total = all.reduce((sum, size) => sum + size, 0)
      const deployment = { spec: { replicas: desired, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } } as unknown as DeploymentObject
      const sets = all.map((replicas, index) => ({ metadata: { name: `rs-${index}`, annotations: { 'deployment.kubernetes.io/max-replicas': String(total) } }, spec: { replicas } }))
      const shared = shares(deployment, sets as never)
      const surplus = shared.reduce((sum, [, size]) => sum + size, 0) - (desired + 1)
      // What rounding leaves is the largest's to give, and upstream stops at none: five sets of one that may be three end as four.
      expect(surplus === 0 || (surplus > 0 && shared[0]?.[1] === 0)).toBe(true)
      expect(shared.every(([, size]) => size >= 0)).toBe(true)
    }))
  })
})

describe('a Deployment', () => {
  test('becomes available, with the conditions and events of the real controller', () => {
    const twin = testTwin({ objects: [testDeployment('web')] })
    twin.advance(10_000)
    const web = inShop(twin, 'Deployment', 'web')
    expect(web.status).toMatchObject({ replicas: 2, readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2 })
    expect(web.status).not.toHaveProperty('unavailableReplicas')
    expect(conditionOf(web, 'Available')).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable' })
    expect(conditionOf(web, 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' })
    expect(eventsAbout(twin, 'web').some((text) => /^ScalingReplicaSet: Scaled up replica set web-\w+ from 0 to 2$/.test(text))).toBe(true)
  })

  test.each([
    ['25%', '25%', 10],
    [1, 0, 4],
    [0, 1, 4],
    ['100%', 0, 3],
  ])('rolls out with surge %s and unavailable %s of %d within both bounds', (maxSurge, maxUnavailable, replicas) => {
    const spec = { replicas, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } }
    const twin = testTwin({ objects: [testDeployment('web', READY, spec)], world: HOLD, nodes: 3 })
    twin.advance(20_000)
    const { surge, unavailable } = fenceposts(inShop(twin, 'Deployment', 'web') as never)
    setContainer(twin, 'Deployment', 'web', { path: 'image', value: 'app:2' })
    let [most, fewest] = [0, Infinity]
    for (let step = 0; step < 2_000; step += 1) {
      twin.advance(100)
      const active = podsOf(twin, 'web').filter((pod) => !isTerminating(pod))
      most = Math.max(most, active.length)
      fewest = Math.min(fewest, active.filter(isReady).length)
    }
    expect(most).toBeLessThanOrEqual(replicas + surge)
    expect(fewest).toBeGreaterThanOrEqual(replicas - unavailable)
    expect(podsOf(twin, 'web').map((pod) => pod.spec?.containers[0]?.image)).toEqual(Array.from({ length: replicas }, () => 'app:2'))
  })

  test('that fails stays where it is, passes its deadline, and comes back on its old ReplicaSet when rolled back', () => {
    const twin = testTwin({ objects: [testDeployment('web', READY, { replicas: 4, progressDeadlineSeconds: 60 })], world: HOLD })
    twin.advance(20_000)
    const [first] = replicaSets(twin)
    setContainer(twin, 'Deployment', 'web', { path: 'image', value: 'bad:1' })
    twin.advance(90_000)
    expect(conditionOf(inShop(twin, 'Deployment', 'web'), 'Progressing')).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' })
    expect(inShop(twin, 'Deployment', 'web').status).toMatchObject({ availableReplicas: 3, updatedReplicas: 2 })
    setContainer(twin, 'Deployment', 'web', { path: 'image', value: 'app:1' })
    twin.advance(60_000)
    const reused = replicaSets(twin).find(({ metadata }) => metadata.uid === first?.metadata.uid)
    expect(reused?.spec.replicas).toBe(4)
    expect(reused?.metadata.annotations?.[REVISION_ANNOTATION]).toBe('3')
    expect(replicaSets(twin).length).toBe(2)
    expect(conditionOf(inShop(twin, 'Deployment', 'web'), 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' })
  })

  test('keeps no more old revisions than its limit', () => {
    const twin = testTwin({ objects: [testDeployment('web', {}, { revisionHistoryLimit: 2 })] })
    for (let version = 1; version <= 6; version += 1) {
      setContainer(twin, 'Deployment', 'web', { path: 'image', value: `app:${version}` })
      twin.advance(20_000)
    }
    expect(replicaSets(twin).length).toBe(3)
  })

  test('says ReplicaFailure with the quota when its pods are refused', () => {
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'small', namespace: 'shop' }, spec: { hard: { pods: '1' } } } as never
    const twin = testTwin({ objects: [quota, testDeployment('web')] })
    twin.advance(20_000)
    const web = inShop(twin, 'Deployment', 'web')
    expect(web.status).toMatchObject({ readyReplicas: 1, unavailableReplicas: 1 })
    expect(conditionOf(web, 'ReplicaFailure')).toMatchObject({ status: 'True', reason: 'FailedCreate', message: expect.stringContaining('exceeded quota: small') })
    expect(eventsAbout(twin, 'web').some((text) => text.startsWith('FailedCreate: Error creating: pods') && text.includes('exceeded quota'))).toBe(true)
    twin.api.remove({ apiVersion: 'v1', kind: 'ResourceQuota', namespace: 'shop', name: 'small' })
    twin.advance(900_000)
    expect(inShop(twin, 'Deployment', 'web').status).toMatchObject({ readyReplicas: 2 })
  })

  test('that may not make the set of a new template counts its sets as they were before it was resized', () => {
    const twin = testTwin({ objects: [testDeployment('web')] })
    twin.advance(10_000)
    twin.api.create({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'sets', namespace: 'shop' }, spec: { hard: { 'count/replicasets.apps': '1' } } })
    twin.advance(1_000)
    setContainer(twin, 'Deployment', 'web', { path: 'image', value: 'app:2' })
    twin.advance(1_000)
    twin.api.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }, { type: 'merge', body: { spec: { replicas: 4 } } })
    twin.advance(30_000)
    const web = inShop(twin, 'Deployment', 'web')
    expect([podsOf(twin, 'web').length, (web.status as { availableReplicas?: number } | undefined)?.availableReplicas, (web.status as { unavailableReplicas?: number } | undefined)?.unavailableReplicas]).toEqual([4, 2, undefined])
  })

  test('under Recreate has no two revisions at once', () => {
    const twin = testTwin({ objects: [testDeployment('web', {}, { strategy: { type: 'Recreate' } })], world: { images: [{ image: 'app:1', stopSeconds: 8 }] } })
    twin.advance(10_000)
    setContainer(twin, 'Deployment', 'web', { path: 'image', value: 'app:9' })
    for (let step = 0; step < 300; step += 1) {
      twin.advance(100)
      expect(new Set(podsOf(twin, 'web').map((pod) => pod.spec?.containers[0]?.image)).size).toBeLessThanOrEqual(1)
    }
    expect(podsOf(twin, 'web').every(isReady)).toBe(true)
    expect(podsOf(twin, 'web')[0]?.spec?.containers[0]?.image).toBe('app:9')
  })
})

describe('which pod goes first', () => {
  const nowMs = TEST_START_MS
  const pod = (name: string, more: { node?: string; phase?: string; ready?: number; cost?: string; restarts?: number; age?: number } = {}): never =>
    ({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name, uid: name, creationTimestamp: new Date(nowMs - (more.age ?? 1_000) * 1000).toISOString(), annotations: more.cost === undefined ? {} : { 'controller.kubernetes.io/pod-deletion-cost': more.cost } },
      spec: { nodeName: more.node ?? 'n1', containers: [] },
      status: { phase: more.phase ?? 'Running', conditions: more.ready === undefined ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: new Date(nowMs - more.ready * 1000).toISOString() }], containerStatuses: [{ restartCount: more.restarts ?? 0 }] },
    }) as never

  test.each([
    ['no node before a node', pod('a', { ready: 100 }), pod('b', { node: '', phase: 'Pending' }), 'b'],
    ['pending before running', pod('a', { ready: 100 }), pod('b', { phase: 'Pending' }), 'b'],
    ['not ready before ready', pod('a', { ready: 100 }), pod('b'), 'b'],
    ['the lower deletion cost', pod('a', { ready: 100, cost: '5' }), pod('b', { ready: 9_000, cost: '-5' }), 'b'],
    ['ready for a shorter power of two', pod('a', { ready: 1_000 }), pod('b', { ready: 100 }), 'b'],
    ['within one power of two the smaller uid', pod('b', { ready: 1_000 }), pod('a', { ready: 1_050 }), 'a'],
    ['ready since the same second, more restarts', pod('a', { ready: 1_000, restarts: 1 }), pod('b', { ready: 1_000, restarts: 4 }), 'b'],
    ['ready since the same second, the younger', pod('a', { ready: 1_000, age: 9_000 }), pod('b', { ready: 1_000, age: 1_100 }), 'b'],
    ['more restarts', pod('a', { restarts: 1 }), pod('b', { restarts: 4 }), 'b'],
  ])('%s', (_, left, right, first) => {
    expect(rankVictims({ pods: [left, right], related: [left, right], nowMs })[0]?.metadata.name).toBe(first)
  })

  test('the one on the node where most of its kind are', () => {
    const pods = [pod('a', { ready: 100, node: 'lonely' }), pod('b', { ready: 100, node: 'crowded' }), pod('c', { ready: 100, node: 'crowded' })]
    expect(rankVictims({ pods, related: pods, nowMs })[0]?.metadata.name).not.toBe('a')
  })
})

describe('a StatefulSet', () => {
  const set = (more: object = {}): KubeObject => ({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db', namespace: 'shop' }, spec: { replicas: 3, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: podTemplate('db', READY), ...more } })
  const images = (twin: Twin): string[] => podsOf(twin, 'db').sort((left, right) => (left.metadata.name ?? '') < (right.metadata.name ?? '') ? -1 : 1).map((pod) => pod.spec?.containers[0]?.image ?? '')

  test('starts one after the other, each once the one before is ready', () => {
    const twin = testTwin({ objects: [set()], world: { images: [{ image: 'app:1', startSeconds: 5 }] } })
    const seen = new Set<string>()
    for (let step = 0; step < 8_000; step += 1) {
      twin.advance(5)
      seen.add(podsOf(twin, 'db').map((pod) => `${pod.metadata.name}${isReady(pod) ? '+' : ''}`).join(' '))
    }
    expect([...seen].filter((text) => text !== '')).toEqual(['db-0', 'db-0+', 'db-0+ db-1', 'db-0+ db-1+', 'db-0+ db-1+ db-2', 'db-0+ db-1+ db-2+'])
  })

  test('stays broken after a bad revision, also when the template is put right, until the stuck pod is deleted', () => {
    const twin = testTwin({ objects: [set()], world: HOLD })
    twin.advance(30_000)
    setContainer(twin, 'StatefulSet', 'db', { path: 'image', value: 'bad:1' })
    twin.advance(60_000)
    expect(images(twin)).toEqual(['app:1', 'app:1', 'bad:1'])
    setContainer(twin, 'StatefulSet', 'db', { path: 'image', value: 'app:1' })
    twin.advance(600_000)
    expect(images(twin)).toEqual(['app:1', 'app:1', 'bad:1'])
    twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'db-2' })
    twin.advance(30_000)
    expect(images(twin)).toEqual(['app:1', 'app:1', 'app:1'])
    expect(podsOf(twin, 'db').every(isReady)).toBe(true)
  })

  test('updates from the top down to its partition', () => {
    const twin = testTwin({ objects: [set({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } })], world: HOLD })
    twin.advance(30_000)
    setContainer(twin, 'StatefulSet', 'db', { path: 'image', value: 'app:2' })
    twin.advance(200_000)
    expect(images(twin)).toEqual(['app:1', 'app:2', 'app:2'])
  })
})

describe('a DaemonSet', () => {
  const set: KubeObject = { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'agent' } }, template: podTemplate('agent') } }

  test('runs once on every node, cordoned ones too, and on those that come later', () => {
    const twin = testTwin({ objects: [set], nodes: 3 })
    twin.advance(10_000)
    twin.api.patch({ apiVersion: 'v1', kind: 'Node', name: 'node-1' }, { type: 'merge', body: { spec: { unschedulable: true } } })
    twin.api.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'late' }, spec: {} })
    twin.advance(20_000)
    expect(podsOf(twin, 'agent').map((pod) => pod.spec?.nodeName).sort()).toEqual(['late', 'node-1', 'node-2', 'node-3'])
    expect(inShop(twin, 'DaemonSet', 'agent').status).toMatchObject({ desiredNumberScheduled: 4, numberReady: 4, numberAvailable: 4 })
  })

  test('replaces one at a time, and pods that do not work before it spends its budget', () => {
    const twin = testTwin({ objects: [set], nodes: 4, world: HOLD })
    twin.advance(10_000)
    setContainer(twin, 'DaemonSet', 'agent', { path: 'image', value: 'app:2' })
    for (let step = 0; step < 600; step += 1) {
      twin.advance(100)
      expect(podsOf(twin, 'agent').filter((pod) => isReady(pod) && !isTerminating(pod)).length).toBeGreaterThanOrEqual(3)
    }
    expect(new Set(podsOf(twin, 'agent').map((pod) => pod.spec?.containers[0]?.image))).toEqual(new Set(['app:2']))
  })
})

describe('Jobs', () => {
  const job = (name: string, image: string, more: object = {}): KubeObject => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: 'shop' }, spec: { ...more, template: podTemplate(name, { image }, { restartPolicy: 'Never' }) } })

  test.each([
    ['completes', 'task:1', { completions: 3, parallelism: 2 }, { condition: 'Complete', status: { succeeded: 3 } }],
    ['completes each index once', 'task:1', { completions: 3, parallelism: 3, completionMode: 'Indexed' }, { condition: 'Complete', status: { succeeded: 3, completedIndexes: '0-2' } }],
    ['fails past its back-off limit', 'task:bad', { backoffLimit: 2 }, { condition: 'Failed', status: { failed: 3 } }],
    ['fails at once when its policy says so', 'task:bad', { podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [5] } }] } }, { condition: 'Failed', status: { failed: 1 } }],
  ])('%s', (_, image, spec, { condition, status }) => {
    const twin = testTwin({ objects: [job('work', image, spec)], world: HOLD })
    twin.advance(120_000)
    expect(conditionOf(inShop(twin, 'Job', 'work'), condition)?.status).toBe('True')
    expect(inShop(twin, 'Job', 'work').status).toMatchObject(status)
    expect(podsOf(twin, 'work').every((pod) => (pod.metadata.finalizers ?? []).length === 0)).toBe(true)
  })

  test('a CronJob makes a Job when due and keeps a short history', () => {
    const cron: KubeObject = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'tick', namespace: 'shop' }, spec: { schedule: '*/5 * * * *', successfulJobsHistoryLimit: 2, jobTemplate: { spec: { template: podTemplate('tick', { image: 'task:1' }, { restartPolicy: 'Never' }) } } } }
    const twin = testTwin({ objects: [cron], world: HOLD })
    twin.advance(299_000)
    expect([...twin.store.list('batch/Job')].length).toBe(0)
    twin.advance(1_800_000)
    expect([...twin.store.list('batch/Job')].length).toBe(2)
    expect(inShop(twin, 'CronJob', 'tick').status).toMatchObject({ lastScheduleTime: '2026-03-01T12:30:00Z' })
  })

  test('a Job made from a CronJob by hand is none of those that it started, and goes with it, pods and all', () => {
    const template = podTemplate('tick', { image: 'task:1' }, { restartPolicy: 'Never' })
    const cron: KubeObject = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'tick', namespace: 'shop' }, spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: { template } } } }
    const twin = testTwin({ objects: [cron], world: { images: [{ image: 'task:1', exits: [{ code: 0, afterSeconds: 100_000 }] }] } })
    const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'tick', uid: inShop(twin, 'CronJob', 'tick').metadata.uid ?? '', controller: true }
    twin.api.create({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'tock', namespace: 'shop', ownerReferences: [owner] }, spec: { template } })
    twin.advance(10_000)
    expect([inShop(twin, 'Job', 'tock').status, inShop(twin, 'CronJob', 'tick').status ?? {}]).toEqual([expect.objectContaining({ active: 1 }), {}])
    expect(eventsAbout(twin, 'tick')).toContain('UnexpectedJob: Saw a job that the controller did not create or forgot: tock')
    twin.api.remove({ apiVersion: 'batch/v1', kind: 'CronJob', namespace: 'shop', name: 'tick' }, { propagation: 'Background' })
    twin.advance(60_000)
    expect([[...twin.store.list('batch/Job')].length, [...twin.store.list('/Pod', 'shop')].length]).toEqual([0, 0])
  })

  test.each([
    ['*/15 * * * *', '2026-03-01T12:07:30Z', '2026-03-01T12:15:00Z'],
    ['0 9 * * mon-fri', '2026-02-27T10:00:00Z', '2026-03-02T09:00:00Z'],
    ['0 0 29 2 *', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['@monthly', '2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'],
    ['0 12 1 * 0', '2026-03-02T00:00:00Z', '2026-03-08T12:00:00Z'],
    ['CRON_TZ=America/New_York 30 8 * * *', '2026-06-01T00:00:00Z', '2026-06-01T12:30:00Z'],
    ['CRON_TZ=America/New_York 0 0 13 * *', '2028-02-13T05:00:00Z', '2028-03-13T04:00:00Z'],
    ['CRON_TZ=Europe/Berlin 30 2 * * *', '2026-03-28T12:00:00Z', '2026-03-30T00:30:00Z'],
    ['CRON_TZ=Europe/Berlin 30 2 * * *', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
    ['CRON_TZ=Africa/Cairo 0 1 * * fri', '2026-04-20T00:00:00Z', '2026-04-30T22:00:00Z'],
  ])('%s after %s is due at %s', (schedule, after, due) => {
    expect(new Date(nextDueMs(schedule, Date.parse(after)) ?? 0).toISOString()).toBe(new Date(due).toISOString())
  })
})

describe('garbage collection', () => {
  const deployed = (): Twin => {
    const twin = testTwin({ objects: [testDeployment('web')] })
    twin.advance(10_000)
    return twin
  }
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }

  test('in the background takes the ReplicaSet and its pods after the Deployment', () => {
    const twin = deployed()
    twin.api.remove(web, { propagation: 'Background' })
    expect(twin.store.get(web)).toBeUndefined()
    twin.advance(20_000)
    expect([replicaSets(twin).length, podsOf(twin, 'web').length]).toEqual([0, 0])
  })

  test('in the foreground keeps the Deployment until its pods are gone', () => {
    const twin = deployed()
    twin.api.remove(web, { propagation: 'Foreground' })
    twin.advance(500)
    expect(twin.store.get(web)).toBeDefined()
    twin.advance(20_000)
    expect([twin.store.get(web), replicaSets(twin).length, podsOf(twin, 'web').length]).toEqual([undefined, 0, 0])
  })

  test('orphans stay, and a new Deployment of the same selector adopts them', () => {
    const twin = deployed()
    const before = podsOf(twin, 'web').map(({ metadata }) => metadata.uid)
    twin.api.remove(web, { propagation: 'Orphan' })
    twin.advance(5_000)
    expect(replicaSets(twin)[0]?.metadata.ownerReferences ?? []).toEqual([])
    twin.api.create(testDeployment('web'))
    twin.advance(20_000)
    expect(podsOf(twin, 'web').map(({ metadata }) => metadata.uid)).toEqual(before)
    expect(replicaSets(twin).length).toBe(1)
  })

  test('a namespace goes once everything in it is gone', () => {
    const twin = deployed()
    twin.api.remove({ apiVersion: 'v1', kind: 'Namespace', name: 'shop' })
    twin.advance(60_000)
    expect(twin.store.get({ apiVersion: 'v1', kind: 'Namespace', name: 'shop' })).toBeUndefined()
    expect([...twin.store.list('/Pod', 'shop')]).toEqual([])
  })
})

describe('endpoints', () => {
  test('follow readiness, and drop a pod the moment it is to be deleted', () => {
    const service: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] } }
    const twin = testTwin({ objects: [service, testDeployment('web', READY)], world: { images: [{ image: 'app:1', stopSeconds: 20 }] } })
    const ready = (): number => {
      const [slice] = [...twin.store.list('discovery.k8s.io/EndpointSlice', 'shop')] as unknown as readonly { endpoints: { conditions: { ready: boolean } }[] }[]
      return slice?.endpoints.filter(({ conditions }) => conditions.ready).length ?? 0
    }
    twin.advance(10_000)
    expect(ready()).toBe(2)
    const [pod] = podsOf(twin, 'web')
    twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: pod?.metadata.name ?? '' })
    twin.advance(200)
    expect(ready()).toBe(1)
    expect(stateOf(podsOf(twin, 'web')[0]).ready).toBe(true)
  })
})

describe('claims', () => {
  const claim = (name: string, storageClassName: string): KubeObject => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'shop' }, spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } })
  const storageClass: KubeObject = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'fast' }, provisioner: 'disk.example.com', volumeBindingMode: 'Immediate' }

  test('are bound to a new volume, which goes with them; without their class they wait', () => {
    const twin = testTwin({ objects: [storageClass, claim('data', 'fast'), claim('lost', 'nothing')] })
    twin.advance(10_000)
    const phase = (name: string): unknown => (twin.store.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name })?.['status'] as { phase?: string } | undefined)?.phase
    expect([phase('data'), phase('lost')]).toEqual(['Bound', 'Pending'])
    expect(eventsAbout(twin, 'lost')).toContain('ProvisioningFailed: storageclass.storage.k8s.io "nothing" not found')
    twin.api.remove({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' })
    twin.advance(5_000)
    expect([...twin.store.list('/PersistentVolume')]).toEqual([])
  })
})
