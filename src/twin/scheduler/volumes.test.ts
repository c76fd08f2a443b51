import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { conditionOf, type NodeObject } from '../../model/kube/workload.ts'
import { claimBinding } from '../controllers/volume/claim-binding.ts'
import { scheduler } from './scheduler.ts'
import { aNode, aPod, createTestBed, type TestBed } from './test-bed.ts'

const ZONE = 'topology.kubernetes.io/zone'
const zoned = (name: string, zone: string): NodeObject => aNode(name, { labels: { [ZONE]: zone } })

function claim(name: string, options: { class?: string; volumeName?: string; modes?: string[]; status?: object; size?: string } = {}): KubeObject {
  const { volumeName, modes = ['ReadWriteOnce'], size = '1Gi' } = options
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'shop', uid: `uid-${name}` },
    spec: { accessModes: modes, storageClassName: options.class ?? 'late', resources: { requests: { storage: size } }, ...(volumeName === undefined ? {} : { volumeName }) },
    ...(options.status === undefined ? {} : { status: options.status }),
  }
}

function disk(name: string, options: { zone?: string; class?: string; size?: string; labels?: Record<string, string>; status?: object; csi?: object } = {}): KubeObject {
  const { zone, size = '1Gi', labels = {}, status = { phase: 'Available' } } = options
  const nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: ZONE, operator: 'In', values: [zone] }] }] } }
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, labels },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: options.class ?? 'late', capacity: { storage: size }, ...(zone === undefined ? {} : { nodeAffinity }), ...(options.csi === undefined ? {} : { csi: options.csi }) },
    status,
  }
}

const storageClass = (name: string, mode: string, provisioner = 'disks.example.org', more: object = {}): KubeObject => ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name }, provisioner, volumeBindingMode: mode, ...more })
const late = storageClass('late', 'WaitForFirstConsumer')
const user = (name: string, claimName: string, spec: object = {}): KubeObject => aPod(name, { spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }], containers: [{ name: 'main' }], ...spec } })
const BOUND = { phase: 'Bound' }

function bed(...objects: KubeObject[]): TestBed {
  const testBed = createTestBed({ controllers: [scheduler, claimBinding], objects })
  testBed.advance(20_000)
  return testBed
}

const nodeOf = (testBed: TestBed, name = 'db'): string | undefined => testBed.pod(name)?.spec?.nodeName
const refusalOf = (testBed: TestBed, name = 'db'): string | undefined => (conditionOf(testBed.pod(name) as KubeObject, 'PodScheduled')?.message ?? '').split(/\.( |$)/)[0]

describe('volumes decide where a pod can run', () => {
  test('a bound volume holds it in its zone', () => {
    expect(nodeOf(bed(zoned('a', 'z1'), zoned('b', 'z2'), disk('v', { zone: 'z2' }), claim('data', { volumeName: 'v', status: BOUND }), user('db', 'data')))).toBe('b')
  })

  test.each<[string, KubeObject[], string]>([
    ['its zone has no node', [zoned('a', 'z1'), disk('v', { zone: 'z2' }), claim('data', { volumeName: 'v', status: BOUND })], "0/1 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity"],
    ['there is no such claim', [zoned('a', 'z1')], '0/1 nodes are available: persistentvolumeclaim "data" not found'],
    ['an immediate claim is not bound', [zoned('a', 'z1'), storageClass('now', 'Immediate', 'kubernetes.io/no-provisioner'), claim('data', { class: 'now' })], '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims'],
    ['nothing to bind and nothing that makes it', [zoned('a', 'z1'), storageClass('late', 'WaitForFirstConsumer', 'kubernetes.io/no-provisioner'), claim('data')], "0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind"],
    ['an old volume names its zone in a label', [zoned('a', 'z1'), disk('v', { labels: { 'failure-domain.beta.kubernetes.io/zone': 'z2' } }), claim('data', { volumeName: 'v', status: BOUND })], '0/1 nodes are available: 1 node(s) had no available volume zone'],
    ['the class allows other zones only', [zoned('a', 'z1'), storageClass('late', 'WaitForFirstConsumer', 'disks.example.org', { allowedTopologies: [{ matchLabelExpressions: [{ key: ZONE, values: ['z2'] }] }] }), claim('data')], "0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind"],
  ])('it waits, and says why: %s', (_name, objects, message) => {
    const testBed = bed(...objects, user('db', 'data'))
    expect([nodeOf(testBed), refusalOf(testBed)]).toEqual([undefined, message])
  })

  test('a claim that waits for its consumer takes the smallest volume in reach, and the pod waits for the binding', () => {
    const testBed = bed(late, zoned('a', 'z1'), disk('big', { zone: 'z1', size: '9Gi' }), disk('fit', { zone: 'z1', size: '2Gi' }), disk('elsewhere', { zone: 'z2' }), claim('data'), user('db', 'data'))
    expect(nodeOf(testBed)).toBe('a')
    expect(testBed.store.byKey('/PersistentVolumeClaim|shop|data')).toMatchObject({ spec: { volumeName: 'fit' }, status: BOUND })
  })

  test('or one is made where the pod will run, and ties later pods to that zone', () => {
    const testBed = bed(late, zoned('a', 'z1'), zoned('b', 'z2'), claim('data'), user('db', 'data', { nodeSelector: { [ZONE]: 'z2' } }))
    expect(nodeOf(testBed)).toBe('b')
    testBed.store.put(user('reader', 'data', { nodeSelector: { [ZONE]: 'z1' } }))
    testBed.advance(5_000)
    expect(nodeOf(testBed, 'reader')).toBeUndefined()
  })

  test('room is kept while the volume is made', () => {
    const testBed = createTestBed({ controllers: [scheduler, claimBinding], objects: [late, aNode('a', { pods: '1' }), claim('data'), user('db', 'data')] })
    testBed.advance(500)
    testBed.store.put(aPod('other'))
    testBed.advance(20_000)
    expect([nodeOf(testBed), nodeOf(testBed, 'other')]).toEqual(['a', undefined])
  })

  test('a claim for one pod only refuses the second', () => {
    const testBed = bed(zoned('a', 'z1'), disk('v'), claim('data', { volumeName: 'v', status: BOUND, modes: ['ReadWriteOncePod'] }), user('db', 'data'), user('second', 'data'))
    expect([nodeOf(testBed), refusalOf(testBed, 'second')]).toEqual(['a', '0/1 nodes are available: 1 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod'])
  })

  test('a node attaches only so many volumes of a driver', () => {
    const csi = (volumeHandle: string): object => ({ driver: 'disks.example.org', volumeHandle })
    const limits: KubeObject = { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name: 'a' }, spec: { drivers: [{ name: 'disks.example.org', nodeID: 'a', allocatable: { count: 1 } }] } }
    const testBed = bed(aNode('a'), limits, disk('v', { csi: csi('1') }), disk('w', { csi: csi('2') }), claim('data', { volumeName: 'v', status: BOUND }), claim('more', { volumeName: 'w', status: BOUND }), user('db', 'data'), user('second', 'more'), user('shares', 'data'))
    expect([nodeOf(testBed), refusalOf(testBed, 'second'), nodeOf(testBed, 'shares')]).toEqual(['a', '0/1 nodes are available: 1 node(s) exceed max volume count', 'a'])
  })
})
