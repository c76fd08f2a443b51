/** Who is taken in and who is let go, for each kind that has pods; and what a set that was left behind brings to its next owner. */

import { describe, expect, test } from 'vitest'
import { controllerOf, type KubeObject } from '../../model/kube-object.ts'
import { podTemplate, testNode, testTwin } from '../test-twin.ts'
import type { Twin } from '../twin.ts'

const spec = { selector: { matchLabels: { app: 'web' } }, template: podTemplate('web') }
const object = (kind: string, more: object = {}): KubeObject => ({ apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1', kind, metadata: { name: 'web', namespace: 'shop' }, spec: { ...spec, ...more } })
const { selector: _, ...jobSpec } = spec
const job: KubeObject = { ...object('Job'), spec: { ...jobSpec, parallelism: 1, completions: 1, template: { ...podTemplate('web'), spec: { ...(podTemplate('web') as { spec: object }).spec, restartPolicy: 'Never' } } } }

const pods = (twin: Twin): readonly KubeObject[] => [...twin.store.list('/Pod', 'shop')]
const owned = (twin: Twin): number => pods(twin).filter((pod) => controllerOf(pod) !== undefined).length
const label = (twin: Twin, pod: KubeObject, labels: object): KubeObject => twin.api.patch({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: pod.metadata.name ?? '' }, { type: 'merge', body: { metadata: { labels } } as never })

const LASTING = { images: [{ image: 'app:1', exits: [{ code: 0, afterSeconds: 100_000 }] }] }
const JOB_LABEL = 'batch.kubernetes.io/controller-uid'

describe('a pod that gets another label', () => {
  test.each([
    { kind: 'ReplicaSet', owner: object('ReplicaSet', { replicas: 1 }), away: { app: 'loose' } },
    { kind: 'DaemonSet', owner: object('DaemonSet'), away: { app: 'loose' } },
    { kind: 'Job', owner: job, away: { [JOB_LABEL]: 'nobody' } },
  ])('is let go and replaced; with its old label it is taken in, and one goes: $kind', ({ owner, away }) => {
    const twin = testTwin({ nodes: 1, world: LASTING })
    twin.api.create(owner)
    twin.advance(10_000)
    const [first] = pods(twin)
    if (first === undefined) throw new Error('no pod')
    label(twin, first, away)
    twin.advance(20_000)
    expect([pods(twin).length, owned(twin)]).toEqual([2, 1])
    expect(twin.store.byUid(first.metadata.uid ?? '')?.metadata.finalizers ?? []).toEqual([])
    label(twin, first, Object.fromEntries(Object.keys(away).map((key) => [key, first.metadata.labels?.[key]])))
    twin.advance(60_000)
    expect([pods(twin).length, owned(twin)]).toEqual([1, 1])
  })
})

test('an owner that is being deleted lets nobody go', () => {
  const held = { ...object('ReplicaSet', { replicas: 1 }), metadata: { name: 'web', namespace: 'shop', finalizers: ['example.com/hold'] } }
  const twin = testTwin({ objects: [testNode('a'), held] })
  twin.advance(10_000)
  twin.api.remove({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: 'shop', name: 'web' })
  const [first] = pods(twin)
  if (first === undefined) throw new Error('no pod')
  label(twin, first, { app: 'loose' })
  twin.advance(10_000)
  expect([pods(twin).length, owned(twin)]).toEqual([1, 1])
})

test.each([
  { kind: 'ReplicaSet', isTaken: true },
  { kind: 'DaemonSet', isTaken: true },
  { kind: 'StatefulSet', isTaken: false },
])('a pod of another name with its labels: $kind, $isTaken', ({ kind, isTaken }) => {
  const twin = testTwin({ objects: [testNode('a'), object(kind, kind === 'DaemonSet' ? {} : { replicas: 1 })] })
  twin.advance(10_000)
  twin.api.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'debug', namespace: 'shop', labels: { app: 'web' } }, spec: { nodeName: 'a', containers: [{ name: 'main', image: 'app:1' }] } })
  twin.advance(20_000)
  const bare = pods(twin).filter((pod) => controllerOf(pod) === undefined)
  expect(bare.map(({ metadata }) => metadata.name)).toEqual(isTaken ? [] : ['debug'])
})

test.each(['DaemonSet', 'StatefulSet'])('a %s that was left with its pods and revision is the next one’s', (kind) => {
  const twin = testTwin({ objects: [testNode('a'), object(kind, kind === 'StatefulSet' ? { replicas: 1, serviceName: 'web' } : {})] })
  twin.advance(10_000)
  const before = pods(twin).map(({ metadata }) => metadata.uid)
  twin.api.remove({ apiVersion: 'apps/v1', kind, namespace: 'shop', name: 'web' }, { propagation: 'Orphan' })
  twin.advance(5_000)
  expect(owned(twin)).toBe(0)
  twin.api.create(object(kind, kind === 'StatefulSet' ? { replicas: 1, serviceName: 'web' } : {}))
  twin.advance(20_000)
  expect(pods(twin).map(({ metadata }) => metadata.uid)).toEqual(before)
  expect([...twin.store.list('apps/ControllerRevision', 'shop')].map((revision) => controllerOf(revision)?.kind)).toEqual([kind])
})
