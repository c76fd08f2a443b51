import { expect, test } from 'vitest'
import type { KubeObject } from '../../../model/kube-object.ts'
import { testTwin } from '../../test-twin.ts'
import type { Twin } from '../../twin.ts'

const CLAIM = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' }
const VOLUME = { apiVersion: 'v1', kind: 'PersistentVolume', name: 'disk' }
const POD = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'db' }
const claim: KubeObject = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'shop' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '1Gi' } } } }
const volume: KubeObject = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'disk' }, spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/data' } } }
const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'db', namespace: 'shop' }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'app:1' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] } }

function running(): Twin {
  const twin = testTwin({})
  for (const object of [volume, claim, pod]) twin.api.create(object)
  twin.advance(30_000)
  return twin
}

test('a volume that is for nobody is there for all, then for its claim', () => {
  const twin = testTwin({})
  twin.api.create(volume)
  expect(twin.store.get(VOLUME)).toMatchObject({ metadata: { finalizers: ['kubernetes.io/pv-protection'] }, status: { phase: 'Pending' } })
  twin.advance(1_000)
  expect(twin.store.get(VOLUME)).toMatchObject({ status: { phase: 'Available' } })
  twin.api.create(claim)
  twin.advance(1_000)
  expect(twin.store.get(VOLUME)).toMatchObject({ status: { phase: 'Bound' } })
})

test('a claim stays for as long as a pod on a node uses it', () => {
  const twin = running()
  twin.api.remove(CLAIM)
  twin.advance(60_000)
  expect(twin.store.get(CLAIM)?.metadata.deletionTimestamp).toBeDefined()
  twin.api.remove(POD)
  twin.advance(60_000)
  expect(twin.store.get(CLAIM)).toBeUndefined()
  expect(twin.store.get(VOLUME)).toMatchObject({ status: { phase: 'Released' } })
})

test('a volume stays for as long as its claim does', () => {
  const twin = running()
  twin.api.remove(VOLUME)
  twin.advance(60_000)
  expect(twin.store.get(VOLUME)?.metadata.deletionTimestamp).toBeDefined()
  for (const ref of [POD, CLAIM]) twin.api.remove(ref)
  twin.advance(60_000)
  expect([twin.store.get(CLAIM), twin.store.get(VOLUME)]).toEqual([undefined, undefined])
})

test('an unused claim and a free volume go at once', () => {
  const twin = testTwin({})
  for (const object of [volume, { ...claim, spec: { ...(claim['spec'] as object), storageClassName: 'none' } }]) twin.api.create(object)
  twin.advance(1_000)
  for (const ref of [CLAIM, VOLUME]) twin.api.remove(ref)
  twin.advance(1_000)
  expect([twin.store.get(CLAIM), twin.store.get(VOLUME)]).toEqual([undefined, undefined])
})
