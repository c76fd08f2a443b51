import { describe, expect, test } from 'vitest'
import { fault, type FaultInit } from '../kernel/fault.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { Cluster, LogQuery, ServedKind } from '../ports/cluster.ts'
import { proves } from '../../test/requirements.ts'
import { kindsToRead } from './snapshot-kinds.ts'
import { takeSnapshot } from './take-snapshot.ts'
import { logsWorthReading } from './troubled-containers.ts'

const clock = { now: () => 1_000, sleep: async () => undefined, after: () => () => undefined }

function served(apiVersion: string, kind: string, verbs: readonly string[] = ['get', 'list']): ServedKind {
  return { apiVersion, kind, plural: `${kind.toLowerCase()}s`, namespaced: true, verbs }
}

const KINDS = [served('v1', 'Pod'), served('v1', 'Secret'), served('policy/v1', 'PodDisruptionBudget')]

type Lists = Readonly<Record<string, readonly KubeObject[] | FaultInit>>

/** The reading half of the port over given lists; versions count up in the order of reading. */
function clusterOf(lists: Lists, readLog: (query: LogQuery) => string = () => ''): { cluster: Cluster; logsRead: LogQuery[] } {
  let version = 98
  const logsRead: LogQuery[] = []
  const reading: Pick<Cluster, 'id' | 'version' | 'kinds' | 'list' | 'logs'> = {
    id: async () => 'uid-of-kube-system',
    version: async () => ({ major: 1, minor: 36, gitVersion: 'v1.36.0' }),
    kinds: async () => KINDS,
    list: async ({ kind }) => {
      const items = lists[kind] ?? []
      if ('code' in items) throw fault(items)
      version += 1
      return { items, resourceVersion: String(version) }
    },
    logs: async (query) => {
      logsRead.push(query)
      return readLog(query)
    },
  }
  return { cluster: reading as Cluster, logsRead }
}

function pod(name: string, containerStatuses: readonly unknown[], metadata: Partial<KubeObject['metadata']> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name, ...metadata }, status: { containerStatuses } }
}

const CRASHED = { name: 'app', ready: false, restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } }
const READY = { name: 'app', ready: true, restartCount: 0, state: { running: {} }, lastState: {} }

describe('a snapshot', () => {
  test('has all kinds, sorted, at the oldest version of its lists', async () => {
    const { cluster } = clusterOf({ Pod: [pod('b', [READY]), pod('a', [READY])] })
    const snapshot = await takeSnapshot({ cluster, clock })
    expect(snapshot.objects.map((object) => object.metadata.name)).toEqual(['a', 'b'])
    // 99 is older than 100, though it sorts after it as text.
    expect(snapshot).toMatchObject({ takenAtMs: 1_000, clusterId: 'uid-of-kube-system', resourceVersion: '99', notes: [], logs: [] })
  })

  test('names an aggregated API that is registered and does not answer', async () => {
    const api = (name: string, status: string, service?: object): KubeObject => ({ apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name }, spec: service === undefined ? {} : { service }, status: { conditions: [{ type: 'Available', status, message: 'no endpoints' }] } })
    const { cluster } = clusterOf({ Pod: [api('v1beta1.metrics.k8s.io', 'False', { name: 'metrics' }), api('v1.example.com', 'True', { name: 'x' }), api('v1.apps', 'False')] })
    expect((await takeSnapshot({ cluster, clock })).notes).toEqual([{ code: 'unreadable', source: 'API v1beta1.metrics.k8s.io', message: 'it is registered and does not answer, so none of its objects was read (no endpoints)' }])
  })

  test('holds no value of a Secret, not even in the annotation of kubectl apply', async () => {
    proves('nothing-unrecorded.no-secret-values')
    const value = Buffer.from('hunter2').toString('base64')
    const metadata = { namespace: 'shop', name: 's', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"password":"${value}"}}`, team: 'shop' } }
    const { cluster } = clusterOf({ Secret: [{ apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: { password: value, empty: '' }, stringData: { plain: 'hunter2' } }] })
    const snapshot = await takeSnapshot({ cluster, clock })
    const text = JSON.stringify(snapshot)
    expect(text).not.toContain(value)
    expect(text).not.toContain('hunter2')
    expect(snapshot.objects[0]).toMatchObject({ type: 'Opaque', metadata: { annotations: { team: 'shop' } }, data: { password: expect.stringMatching(/^4p\+mc2VjcmV0OmRhdGE6/), empty: '' } })
  })

  test('notes what it may not read and what does not answer, and keeps the rest', async () => {
    const { cluster } = clusterOf({
      Pod: [pod('a', [READY])],
      Secret: { code: 'forbidden', operation: 'kubernetes list', message: 'secrets is forbidden', statusCode: 403 },
      PodDisruptionBudget: { code: 'unavailable', operation: 'kubernetes list', message: 'the server is down', statusCode: 503 },
    })
    const snapshot = await takeSnapshot({ cluster, clock })
    expect(snapshot.objects).toHaveLength(1)
    expect(snapshot.notes).toMatchObject([
      { code: 'forbidden', source: 'v1 Secret' },
      { code: 'unreadable', source: 'policy/v1 PodDisruptionBudget' },
    ])
  })

  test.each([
    { name: 'no answer at all', code: 'unavailable' as const },
    { name: 'bad credentials', code: 'unauthenticated' as const, statusCode: 401 },
  ])('fails as a whole: $name', async ({ name: message, ...init }) => {
    const { cluster } = clusterOf({ Pod: { operation: 'kubernetes list', message, ...init } })
    await expect(takeSnapshot({ cluster, clock })).rejects.toMatchObject({ kind: 'fault', code: init.code })
  })

  test('has the logs of containers in trouble only; one that cannot be read is noted', async () => {
    const { cluster, logsRead } = clusterOf({ Pod: [pod('well', [READY]), pod('ill', [CRASHED]), pod('lost', [{ ...READY, ready: false }])] }, ({ pod: name }) => {
      if (name === 'lost') throw fault({ code: 'timeout', operation: 'kubernetes logs', message: 'kubelet does not answer' })
      return 'no such table'
    })
    const snapshot = await takeSnapshot({ cluster, clock })
    expect(snapshot.logs).toEqual([{ namespace: 'shop', pod: 'ill', container: 'app', previous: true, text: 'no such table' }])
    expect(snapshot.notes).toMatchObject([{ code: 'unreadable', source: 'log shop/lost/app' }])
    expect(logsRead.every(({ tailLines }) => tailLines === 200)).toBe(true)
  })
})

describe('containers in trouble', () => {
  const cases = [
    { name: 'ready', status: READY, want: [] },
    { name: 'waiting for an image: nothing has run', status: { ...READY, ready: false, state: { waiting: { reason: 'ImagePullBackOff' } } }, want: [] },
    { name: 'crash loop: the run before', status: CRASHED, want: ['previous'] },
    { name: 'crashed, running again', status: { ...READY, restartCount: 1, lastState: { terminated: { exitCode: 137 } } }, want: ['current', 'previous'] },
    { name: 'unready', status: { ...READY, ready: false }, want: ['current'] },
    { name: 'unready because it is leaving', status: { ...READY, ready: false }, metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' }, want: [] },
    { name: 'finished well', status: { ...READY, ready: false, state: { terminated: { exitCode: 0, reason: 'Completed' } } }, want: [] },
    { name: 'finished badly', status: { ...READY, ready: false, state: { terminated: { exitCode: 2 } } }, want: ['current'] },
  ]
  test.each(cases)('$name', ({ status, metadata, want }) => {
    const logs = logsWorthReading([pod('p', [status], metadata)])
    expect(logs.map(({ previous }) => (previous === true ? 'previous' : 'current'))).toEqual(want)
  })
})

describe('kinds that belong in a snapshot', () => {
  const cases = [
    { name: 'a custom kind is read', kinds: [served('example.com/v1', 'Widget')], want: ['example.com/v1 Widget'] },
    { name: 'of two versions, the preferred one', kinds: [served('autoscaling/v2', 'HorizontalPodAutoscaler'), served('autoscaling/v1', 'HorizontalPodAutoscaler')], want: ['autoscaling/v2 HorizontalPodAutoscaler'] },
    { name: 'what cannot be listed is not', kinds: [served('v1', 'Binding', ['create'])], want: [] },
    { name: 'events once', kinds: [served('v1', 'Event'), served('events.k8s.io/v1', 'Event')], want: ['v1 Event'] },
    { name: 'endpoints where there is nothing newer', kinds: [served('v1', 'Endpoints')], want: ['v1 Endpoints'] },
    { name: 'slices instead of endpoints', kinds: [served('v1', 'Endpoints'), served('discovery.k8s.io/v1', 'EndpointSlice')], want: ['discovery.k8s.io/v1 EndpointSlice'] },
    { name: 'leases of nodes only', kinds: [served('coordination.k8s.io/v1', 'Lease')], want: ['coordination.k8s.io/v1 Lease kube-node-lease'] },
    { name: 'what was measured lately', kinds: [served('metrics.k8s.io/v1beta1', 'PodMetrics')], want: ['metrics.k8s.io/v1beta1 PodMetrics'] },
    { name: 'no metrics that are computed for a question', kinds: [served('custom.metrics.k8s.io/v1beta2', 'MetricValueList')], want: [] },
  ]
  test.each(cases)('$name', ({ kinds, want }) => {
    const read = kindsToRead(kinds).map(({ apiVersion, kind, namespace }) => [apiVersion, kind, namespace].filter(Boolean).join(' '))
    expect(read).toEqual(want)
  })
})
