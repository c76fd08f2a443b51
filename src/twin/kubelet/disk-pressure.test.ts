/** A node whose disk fills: what goes first, who goes, what is said, and limits that pods have of their own. */

import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isPod, isReady, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import { parseWorld } from '../../model/world.ts'
import { eventsAbout, podsOf, testDeployment, testNode, TEST_START_MS, TEST_VERSION } from '../test-twin.ts'
import { createTwin, type Twin } from '../twin.ts'

interface Writer {
  readonly disk?: string
  readonly request?: string
  readonly limit?: string
  readonly priority?: string
  readonly volumes?: readonly object[]
  readonly emptyDirs?: Readonly<Record<string, string>>
}

const storage = (size: string | undefined): object | undefined => (size === undefined ? undefined : { 'ephemeral-storage': size })
const writer = (name: string, { request, limit, priority, volumes }: Writer): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { app: name } },
    spec: {
      ...(priority === undefined ? {} : { priorityClassName: priority }),
      ...(volumes === undefined ? {} : { volumes }),
      containers: [{ name: 'main', image: `${name}:1`, resources: { ...(request === undefined ? {} : { requests: storage(request) }), ...(limit === undefined ? {} : { limits: storage(limit) }) } }],
    },
  }) as KubeObject

const sizes = { cpu: '4', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi' }
const GIBIBYTE = 2 ** 30

interface Setting {
  readonly writers?: Readonly<Record<string, Writer>>
  readonly world?: object
  readonly images?: readonly object[]
  readonly objects?: readonly KubeObject[]
  readonly forMs?: number
}

function twinWith({ writers = {}, world = {}, images = [], objects = [], forMs = 150_000 }: Setting): Twin {
  const known = Object.entries(writers).flatMap(([name, { disk, emptyDirs = {} }]) => (disk === undefined && Object.keys(emptyDirs).length === 0 ? [] : [{ image: `${name}:1`, ...(disk === undefined ? {} : { disk }), emptyDirs, diskAfterSeconds: 100 }]))
  const classes = [['high', 1000], ['low', -5]].map(([name, value]) => ({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value }) as KubeObject)
  const node = { ...testNode('node-1'), status: { capacity: sizes, allocatable: sizes, images } } as KubeObject
  const twin = createTwin({ seed: 1, startMs: TEST_START_MS, version: TEST_VERSION, world: parseWorld({ images: known, ...world }), objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, node, ...classes, ...Object.entries(writers).map(([name, one]) => writer(name, one)), ...objects] })
  twin.advance(forMs)
  return twin
}

const pods = (twin: Twin): PodObject[] => [...twin.store.list('/Pod', 'shop')].filter(isPod)
const evicted = (twin: Twin): string[] => pods(twin).filter(({ status }) => status?.reason === 'Evicted').map(({ metadata }) => metadata.name ?? '')
const node = (twin: Twin): NodeObject => twin.store.get({ apiVersion: 'v1', kind: 'Node', name: 'node-1' }) as NodeObject
const pressure = (twin: Twin, type = 'DiskPressure'): string | undefined => conditionOf(node(twin), type)?.status
const taints = (twin: Twin): string[] => (node(twin).spec?.taints ?? []).map(({ key }) => key)

describe('what pods write until 15 % are left', () => {
  test.each<[string, Record<string, Writer>, string[]]>([
    ['who exceeds its request goes first', { fat: { disk: '50Gi', request: '10Gi' }, fair: { disk: '45Gi', request: '50Gi' } }, ['fat']],
    ['then lower priority', { high: { disk: '50Gi', priority: 'high' }, low: { disk: '45Gi', priority: 'low' } }, ['low']],
    ['then who exceeds it by more', { more: { disk: '50Gi', request: '10Gi' }, less: { disk: '45Gi', request: '10Gi' } }, ['more']],
    ['never a critical pod', { vital: { disk: '90Gi', priority: 'system-node-critical' }, small: { disk: '1Gi' } }, ['small']],
    ['nothing is made up of what nobody knows', { dark: {}, known: { disk: '60Gi' } }, []],
  ])('%s', (_, writers, gone) => {
    const twin = twinWith({ writers })
    expect(evicted(twin)).toEqual(gone)
    expect(pressure(twin)).toBe(gone.length > 0 ? 'True' : 'False')
  })

  test('what is said, which taint it brings, who is let in meanwhile, and for how long', () => {
    const twin = twinWith({ writers: { fat: { disk: '50Gi', request: '10Gi' }, fair: { disk: '45Gi', request: '50Gi' } } })
    const [fat] = podsOf(twin, 'fat')
    expect(fat?.status).toMatchObject({ phase: 'Failed', reason: 'Evicted' })
    expect(fat?.status?.message).toMatch(/^The node was low on resource: ephemeral-storage\. Threshold quantity: 1[05]Gi, available: \d+\S*\. Container main was using \d+\S*, request is 10Gi, has larger consumption of ephemeral-storage\. $/)
    expect(conditionOf(fat as PodObject, 'DisruptionTarget')?.reason).toBe('TerminationByKubelet')
    expect(taints(twin)).toContain('node.kubernetes.io/disk-pressure')
    const bound = { ...writer('bound', {}), spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'app:1' }] } } as KubeObject
    twin.api.create(bound)
    twin.advance(2_000)
    expect(podsOf(twin, 'bound')[0]?.status).toMatchObject({ phase: 'Failed', reason: 'Evicted', message: 'Pod was rejected: The node had condition: [DiskPressure]. ' })
    twin.advance(200_000)
    expect(pressure(twin)).toBe('True')
    twin.advance(200_000)
    expect([pressure(twin), taints(twin)]).toEqual(['False', []])
  })
})

describe('before anybody has to go', () => {
  test('images that nobody uses are removed, and pulled anew when they are wanted again', () => {
    const images = [{ names: ['old:1'], sizeBytes: 30 * GIBIBYTE }, { names: ['app:1'], sizeBytes: 2 * GIBIBYTE }]
    const twin = twinWith({ writers: { known: { disk: '60Gi' } }, images })
    expect(evicted(twin)).toEqual([])
    expect(pressure(twin)).toBe('True')
    expect(node(twin).status?.images).toEqual([])
    expect([...twin.store.list('/Event')].map((event) => event['message'])).toContain('Attempting to reclaim ephemeral-storage')
  })

  test('an image that is used stays', () => {
    const twin = twinWith({ writers: { known: { disk: '60Gi' } }, images: [{ names: ['known:1'], sizeBytes: 30 * GIBIBYTE }] })
    expect(evicted(twin)).toEqual(['known'])
  })

  test('containers of pods that are done are removed', () => {
    const job = { ...writer('task', {}), spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'task:1' }] } } as KubeObject
    const task = { image: 'task:1', disk: '40Gi', diskAfterSeconds: 10, exits: [{ code: 0, afterSeconds: 20 }] }
    const twin = twinWith({ objects: [job, writer('known', {})], world: { images: [task, { image: 'known:1', disk: '60Gi', diskAfterSeconds: 100 }] } })
    expect(evicted(twin)).toEqual([])
    expect(pressure(twin)).toBe('True')
  })
})

describe('a fault that fills the node', () => {
  const filled = (percent: number, resource: 'disk' | 'inodes' | 'pids' = 'disk', setting: Setting = {}): Twin => {
    const objects = [testDeployment('web', {}, { replicas: 2 }), writer('vital', { priority: 'system-node-critical' })]
    const twin = twinWith({ objects, forMs: 30_000, ...setting })
    void twin.control.setNode('node-1', { type: 'fills', resource, percent })
    twin.advance(60_000)
    return twin
  }

  test.each([
    { percent: 80, resource: 'disk' as const, conditions: ['False', 'False'] },
    { percent: 90, resource: 'disk' as const, conditions: ['True', 'False'] },
    { percent: 90, resource: 'inodes' as const, conditions: ['False', 'False'] },
    { percent: 97, resource: 'inodes' as const, conditions: ['True', 'False'] },
    { percent: 99, resource: 'pids' as const, conditions: ['False', 'False'] },
    { percent: 99, resource: 'pids' as const, kubelet: { evictionPids: '5%' }, conditions: ['False', 'True'] },
    { percent: 90, resource: 'disk' as const, kubelet: { evictionNodefs: '5%', evictionImagefs: '5%' }, conditions: ['False', 'False'] },
  ])('$percent % of its $resource, $kubelet', ({ percent, resource, kubelet = {}, conditions }) => {
    const twin = filled(percent, resource, { world: { kubelet } })
    expect([pressure(twin), pressure(twin, 'PIDPressure')]).toEqual(conditions)
    expect(podsOf(twin, 'web').some((pod) => isReady(pod))).toBe(!conditions.includes('True'))
    expect(isReady(podsOf(twin, 'vital')[0] as PodObject)).toBe(true)
  })

  test('one pod after another goes, and none comes back until it is over', () => {
    const twin = filled(95)
    expect(podsOf(twin, 'web').filter(({ status }) => status?.reason === 'Evicted').length).toBe(2)
    expect(podsOf(twin, 'web').filter(({ status }) => status?.phase === 'Pending').length).toBe(2)
    void twin.control.setNode('node-1', { type: 'healthy' })
    twin.advance(120_000)
    expect(pressure(twin)).toBe('True')
    twin.advance(300_000)
    expect(pressure(twin)).toBe('False')
    expect(podsOf(twin, 'web').filter((pod) => isReady(pod)).length).toBe(2)
  })

  test('which of equal pods goes first depends on the seed alone', () => {
    const first = (seed: number): string | undefined => {
      const twin = twinWith({ objects: ['a', 'b', 'c', 'd'].map((name) => writer(name, {})), forMs: 30_000 }).fork(seed)
      void twin.control.setNode('node-1', { type: 'fills', resource: 'disk', percent: 95 })
      twin.advance(10_500)
      return evicted(twin)[0]
    }
    const drawn = Array.from({ length: 8 }, (_, seed) => first(seed))
    expect(drawn).toEqual(Array.from({ length: 8 }, (_, seed) => first(seed)))
    expect(new Set(drawn).size).toBeGreaterThan(1)
  })
})

describe('limits of their own, on a node with room', () => {
  const cache = (sizeLimit?: string, medium?: string): object => ({ name: 'cache', emptyDir: { ...(sizeLimit === undefined ? {} : { sizeLimit }), ...(medium === undefined ? {} : { medium }) } })
  test.each<[string, Writer, string | undefined]>([
    ['of a container, and so of its pod', { disk: '3Gi', limit: '2Gi' }, 'Pod ephemeral local storage usage exceeds the total limit of containers 2Gi. '],
    ['of a volume', { emptyDirs: { cache: '3Gi' }, volumes: [cache('2Gi')] }, 'Usage of EmptyDir volume "cache" exceeds the limit "2Gi". '],
    ['of the pod, together with its volumes', { disk: '1Gi', emptyDirs: { cache: '3Gi' }, limit: '2Gi', volumes: [cache()] }, 'Pod ephemeral local storage usage exceeds the total limit of containers 2Gi. '],
    ['a volume in memory is none of the disk', { emptyDirs: { cache: '3Gi' }, volumes: [cache('2Gi', 'Memory')] }, undefined],
    ['within them', { disk: '1Gi', limit: '2Gi' }, undefined],
  ])('%s', (_, one, message) => {
    const twin = twinWith({ writers: { one } })
    const [pod] = podsOf(twin, 'one')
    expect([pod?.status?.reason, pod?.status?.message]).toEqual(message === undefined ? [undefined, undefined] : ['Evicted', message])
    expect([pressure(twin), conditionOf(pod as PodObject, 'DisruptionTarget')]).toEqual(['False', undefined])
  })

  test('one container past its limit beside one that has none', () => {
    const pair = writer('pair', {})
    const containers = [{ name: 'main', image: 'pair:1', resources: { limits: storage('1Gi') } }, { name: 'side', image: 'side:1', resources: { limits: storage('5Gi') } }]
    const twin = twinWith({ objects: [{ ...pair, spec: { containers } } as KubeObject], world: { images: [{ image: 'pair:1', disk: '2Gi' }] } })
    expect(podsOf(twin, 'pair')[0]?.status?.message).toBe('Container main exceeded its local ephemeral storage limit "1Gi". ')
    expect(eventsAbout(twin, 'pair')).toContain('Evicted: Container main exceeded its local ephemeral storage limit "1Gi". ')
  })
})
