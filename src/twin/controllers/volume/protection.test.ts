import { expect, test } from 'vitest'
import type { KubeObject } from '../../../model/kube-object.ts'
import { testTwin } from '../../test-twin.ts'
import type { Twin } from '../../twin.ts'

const CLASS = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'fast' }, provisioner: 'disk.example.com', volumeBindingMode: 'Immediate', reclaimPolicy: 'Delete' } as unknown as KubeObject
const CLAIM = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'shop' }, spec: { storageClassName: 'fast', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } as unknown as KubeObject
const user = (spec: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'user', namespace: 'shop' }, spec: { containers: [{ name: 'main', image: 'app:1' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }], ...spec } }) as unknown as KubeObject
const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' }
const start = (objects: readonly KubeObject[]): Twin => {
  const twin = testTwin({ objects: [CLASS, CLAIM, ...objects] })
  twin.advance(30_000)
  return twin
}
const kinds = (twin: Twin): readonly string[] => ['/PersistentVolumeClaim', '/PersistentVolume'].flatMap((kind) => [...twin.store.list(kind)]).map(({ kind, metadata }) => `${kind}${metadata.deletionTimestamp === undefined ? '' : ' going'}: ${String(metadata.finalizers)}`)

test('claims and volumes are protected from the start', () => {
  expect(kinds(start([]))).toEqual(['PersistentVolumeClaim: kubernetes.io/pvc-protection', 'PersistentVolume: kubernetes.io/pv-protection'])
})

test.each([
  { name: 'by nobody', pods: [], kept: false },
  { name: 'by a pod', pods: [user()], kept: true },
  { name: 'by a pod that never got a node', pods: [user({ nodeSelector: { nowhere: 'true' } })], kept: false },
])('a claim that is used $name and removed', ({ pods, kept }) => {
  const twin = start(pods)
  twin.api.remove(claimRef)
  twin.advance(10_000)
  expect(kinds(twin)).toEqual(kept ? ['PersistentVolumeClaim going: kubernetes.io/pvc-protection', 'PersistentVolume: kubernetes.io/pv-protection'] : [])
})

test('goes with its last pod, and its volume after it', () => {
  const twin = start([user()])
  twin.api.remove(claimRef)
  twin.advance(10_000)
  twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'user' })
  twin.advance(60_000)
  expect(kinds(twin)).toEqual([])
})

test('a volume that is removed waits for its claim', () => {
  const twin = start([])
  const [volume] = twin.store.list('/PersistentVolume')
  twin.api.remove({ apiVersion: 'v1', kind: 'PersistentVolume', name: volume?.metadata.name ?? '' })
  twin.advance(10_000)
  expect(kinds(twin)).toEqual(['PersistentVolumeClaim: kubernetes.io/pvc-protection', 'PersistentVolume going: kubernetes.io/pv-protection'])
})
