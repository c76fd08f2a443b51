/** Snapshots that do not fit together, and objects that no server would have stored: all load, each with its sentence. */

import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { createSnapshot } from '../../model/snapshot.ts'
import { podTemplate, testNode, TEST_START_MS, TEST_VERSION } from '../test-twin.ts'
import { twinFromSnapshot, type TwinFromSnapshot } from '../from-snapshot.ts'

function load(objects: readonly KubeObject[]): TwinFromSnapshot & { readonly atFirst: ReadonlySet<string> } {
  const loaded = twinFromSnapshot({ snapshot: createSnapshot({ takenAtMs: TEST_START_MS, clusterVersion: TEST_VERSION, clusterId: 'c', resourceVersion: '1', objects, logs: [], notes: [] }), seed: 1 })
  const atFirst = new Set(loaded.twin.snapshot().objects.map(({ metadata }) => metadata.uid ?? ''))
  loaded.twin.advance(180_000)
  expect(loaded.twin.livelocks).toEqual([])
  return { ...loaded, atFirst }
}

const shop: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: 'ns' } }
const base = [shop, testNode('n1')]
const pod = (name: string, more: { readonly metadata?: object; readonly spec?: object } = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', uid: name, ...more.metadata }, spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'app:1' }], ...more.spec }, status: { phase: 'Running' } }) as KubeObject
const owned = (uid: string): object => ({ ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'lost', uid, controller: true }] })
const set: KubeObject = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web', namespace: 'shop', uid: 'rs' }, spec: { replicas: 0, selector: { matchLabels: { app: 'web' } }, template: podTemplate('web') as never } }
const claim: KubeObject = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'shop' }, spec: { volumeName: 'gone' }, status: { phase: 'Bound' } }
const disk: KubeObject = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'other' }, spec: { nfs: { server: 'x', path: '/' } } }
const storage = (name: string): KubeObject => ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner: 'p' })

describe('what does not fit together', () => {
  test.each<[string, readonly KubeObject[], RegExp]>([
    ['pods on a node that is not there', [...base, pod('a', { spec: { nodeName: 'ghost' } }), pod('b', { spec: { nodeName: 'ghost' } })], /^Node ghost is not there, and Pod shop\/a, Pod shop\/b are on it: the pod garbage collector removes them after a minute/m],
    ['an owner that is gone', [...base, set, pod('a', { metadata: owned('nobody') })], /^The owner of Pod shop\/a is not there: it is left alone/m],
    ['a claim bound to a volume that is not there', [...base, claim, disk], /^PersistentVolumeClaim shop\/data is bound to PersistentVolume gone, which is not there/m],
    ['two default classes', [...base, storage('fast'), storage('slow')], /^StorageClass fast, StorageClass slow are all the default: claims without a class get the newest/m],
    ['two objects with one uid', [...base, pod('a', { metadata: { uid: 'same' } }), pod('b', { metadata: { uid: 'same' } })], /^Pod shop\/b has the uid of another object and gets one of its own/m],
    ['an object twice', [...base, pod('a', { metadata: { resourceVersion: '3' } }), pod('a', { metadata: { resourceVersion: '7' } })], /^Pod shop\/a is in the snapshot more than once: the newest counts/m],
    ['a pod without a uid beside others', [...base, pod('a'), pod('b', { metadata: { uid: undefined } })], /^Pod shop\/b has no uid and gets one made from its name/m],
    ['pods in a namespace that is not there', [...base, pod('a', { metadata: { namespace: 'void' } })], /^Namespace void is not there although objects are in it/m],
    ['requests for certificates', [...base, { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name: 'c' }, spec: { request: '', signerName: 'example.com/a', usages: ['any'] } }], /^It holds 1 certificates\.k8s\.io\/CertificateSigningRequest: they load, and nobody signs/m],
    ['kinds nobody knows', [...base, { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w', namespace: 'shop' } }], /^Of kinds that the twin does not know it holds 1 example\.com\/Widget: they load, and nobody acts on them/m],
  ])('%s', (_, objects, said) => {
    const { assumptions } = load(objects)
    expect(assumptions.join('\n')).toMatch(said)
    expect(assumptions.filter((sentence) => said.test(sentence))).toHaveLength(1)
  })

  test('each kind of trouble at once, and both halves of a shared uid live on', () => {
    const { twin, assumptions } = load([...base, pod('a', { metadata: { uid: 'same' } }), pod('b', { metadata: { uid: 'same' } }), pod('c', { spec: { nodeName: 'ghost' } }), storage('fast'), storage('slow'), claim, disk])
    expect(assumptions.filter((sentence) => /is not there|uid of another|all the default/.test(sentence))).toHaveLength(4)
    expect([...twin.store.list('/Pod', 'shop')].map(({ metadata }) => metadata.name).sort()).toEqual(['a', 'b'])
    expect(new Set([...twin.store.list('/Pod', 'shop')].map(({ metadata }) => metadata.uid)).size).toBe(2)
  })

  test('nothing is said of a cluster that fits', () => {
    const { assumptions } = load([...base, set, pod('a', { metadata: { ...owned('rs'), labels: { app: 'web' } } })])
    expect(assumptions.join('\n')).not.toMatch(/is not there|malformed|uid|all the default|does not know/)
  })
})

test('a CronJob whose time zone nobody knows starts nothing, and says so', () => {
  const template = podTemplate('tick', {}, { restartPolicy: 'Never' })
  const cron = (name: string, more: object): KubeObject => ({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name, namespace: 'shop' }, spec: { jobTemplate: { spec: { template } }, ...more } }) as KubeObject
  const { twin } = load([...base, cron('far', { schedule: '* * * * *', timeZone: 'Mars/Olympus' }), cron('old', { schedule: 'TZ=Mars/Olympus * * * * *' })])
  expect([...twin.store.list('batch/Job')]).toEqual([])
  expect([...twin.store.list('/Event')].map((event) => event['message'])).toContain('invalid timeZone: "Mars/Olympus": unknown time zone Mars/Olympus')
})

const BODIES: readonly (readonly [string, object])[] = [
  ['no fields', {}],
  ['an empty spec', { spec: {} }],
  ['a spec that is text', { spec: 'x' }],
  ['a spec that is a list', { spec: [] }],
  ['a status that is text', { spec: {}, status: 'x' }],
  ['an empty template', { spec: { replicas: 1, template: {}, selector: {} } }],
  ['words for numbers', { spec: { replicas: 'many', template: { spec: { containers: [{}] } }, selector: { matchLabels: { a: 'b' } }, schedule: 7, jobTemplate: {} } }],
  ['nothing in lists', { spec: { nodeName: 'n1', containers: [null] }, status: { phase: 'Running', containerStatuses: [{}] } }],
  ['entries without names', { spec: { nodeName: 'n1', containers: [{ name: 'a' }], volumes: [{}] }, status: { conditions: [{}], containerStatuses: [{ name: 'a', state: { running: {} } }] } }],
  ['owners without names', { metadata: { ownerReferences: [{}] } }],
  ['fewer than none', { spec: { replicas: -5, selector: { matchLabels: { app: 'web' } }, template: podTemplate('web'), containers: [{ name: 'a' }] } }],
  ['more than a cluster holds', { spec: { replicas: 1_000_000, selector: { matchLabels: { app: 'web' } }, template: podTemplate('web'), containers: [{ name: 'a' }] } }],
  ['text for what is far down', { spec: { selector: { matchLabels: { app: 'web' } }, template: podTemplate('web', {}, { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: 'x' } }, topologySpreadConstraints: [7] }), containers: [{ name: 'a' }] } }],
  ['a name with a path in it', { metadata: { name: '../odd' } }],
  ['labels that are numbers', { metadata: { labels: { a: 1 } } }],
]
const KINDS = [
  'v1 Pod', 'v1 Node', 'v1 Service', 'v1 PersistentVolume', 'v1 PersistentVolumeClaim', 'v1 ConfigMap', 'v1 Secret', 'v1 Namespace', 'v1 ReplicationController', 'v1 ResourceQuota', 'v1 LimitRange', 'v1 Event', 'apps/v1 Deployment',
  'apps/v1 ReplicaSet', 'apps/v1 StatefulSet', 'apps/v1 DaemonSet', 'apps/v1 ControllerRevision', 'batch/v1 Job', 'batch/v1 CronJob', 'policy/v1 PodDisruptionBudget', 'storage.k8s.io/v1 VolumeAttachment',
  'storage.k8s.io/v1 StorageClass', 'storage.k8s.io/v1 CSINode', 'storage.k8s.io/v1 CSIDriver', 'autoscaling/v2 HorizontalPodAutoscaler', 'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration',
  'discovery.k8s.io/v1 EndpointSlice', 'scheduling.k8s.io/v1 PriorityClass', 'node.k8s.io/v1 RuntimeClass', 'apiextensions.k8s.io/v1 CustomResourceDefinition', 'example.com/v1 Widget',
]

describe('objects that no server would have stored', () => {
  test.each(KINDS)('%s in every bad shape: the twin runs, and what is left out is named', (text) => {
    const [apiVersion = '', kind = ''] = text.split(' ')
    const isWide = kind === 'Node' || kind === 'Namespace' || kind === 'PersistentVolume'
    for (const [shape, body] of BODIES) {
      const metadata = { name: 'odd', uid: 'u', ...(isWide ? {} : { namespace: 'shop' }), ...(body as { metadata?: object }).metadata }
      const { atFirst, assumptions } = load([...base, { apiVersion, kind, ...body, metadata } as KubeObject])
      const isThere = atFirst.has('u')
      const isNamed = assumptions.some((sentence) => /odd is malformed \(.+\) and is left out of the twin\.$/.test(sentence))
      expect([shape, isThere]).toEqual([shape, !isNamed])
    }
  })

  test('what the reader could not read is part of the answer, what was withheld is not, and a long list ends', () => {
    const notes = [{ code: 'withheld', source: 'the folder', message: '1 withheld: 1 secret:jwt' } as const, ...Array.from({ length: 10 }, (_, index) => ({ code: 'malformed', source: `${index}.yaml`, message: 'document 1, line 1: field kind is missing' }) as const)]
    const { assumptions } = twinFromSnapshot({ snapshot: createSnapshot({ takenAtMs: TEST_START_MS, clusterVersion: TEST_VERSION, clusterId: 'c', resourceVersion: '1', objects: base, logs: [], notes }), seed: 1 })
    expect(assumptions.filter((sentence) => /yaml|withheld|left out here/.test(sentence))).toEqual([...Array.from({ length: 8 }, (_, index) => `Of ${index}.yaml it is not known what it says: document 1, line 1: field kind is missing.`), '2 more notes of what could not be read are left out here.'])
  })

  test('says which object and what is wrong with it', () => {
    const { assumptions } = load([...base, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec: { replicas: 2 } }])
    expect(assumptions).toContain('Deployment shop/web is malformed (field spec.template.spec.containers is missing) and is left out of the twin.')
  })
})
