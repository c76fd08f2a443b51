import { describe, expect, test } from 'vitest'
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

describe('a volume that names its claim', () => {
  const named = (capacity: string): KubeObject => ({ ...volume, spec: { ...(volume['spec'] as object), capacity: { storage: capacity }, storageClassName: 'late', claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' } } })
  const late: KubeObject = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'late' }, ...({ provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' } as object) }

  test.each([
    ['is there for it, and its at once though the class waits for a pod', '1Gi', ['Available', 'Bound', 'Bound']],
    ['is not its when it is too small', '100Mi', ['Available', 'Available', 'Pending']],
  ])('%s', (_name, capacity, phases) => {
    const twin = testTwin({})
    const phaseOf = (ref: typeof CLAIM | typeof VOLUME): unknown => (twin.store.get(ref)?.['status'] as { phase?: string } | undefined)?.phase
    for (const object of [late, named(capacity)]) twin.api.create(object)
    twin.advance(1_000)
    const before = phaseOf(VOLUME)
    twin.api.create({ ...claim, spec: { ...(claim['spec'] as object), storageClassName: 'late' } })
    twin.advance(1_000)
    expect([before, phaseOf(VOLUME), phaseOf(CLAIM)]).toEqual(phases)
  })
})

describe('what becomes of a bound pair', () => {
  const phases = (twin: Twin): readonly unknown[] => [CLAIM, VOLUME].map((ref) => (twin.store.get(ref)?.['status'] as { phase?: string } | undefined)?.phase)
  const edit = (twin: Twin, spec: object): KubeObject => twin.api.patch(VOLUME, { type: 'merge', body: { spec } as never })
  const withoutClaim = (twin: Twin): void => {
    for (const ref of [POD, CLAIM]) twin.api.remove(ref)
    twin.advance(30_000)
  }

  test.each([
    { name: 'both say who chose whom', change: () => undefined, found: ['Bound', 'Bound'] },
    { name: 'a claim whose volume was taken by force is lost', change: (twin: Twin) => (twin.api.patch(VOLUME, { type: 'merge', body: { metadata: { finalizers: null } } }), twin.api.remove(VOLUME)), found: ['Lost', undefined] },
    { name: 'a volume that forgot its claim is bound again', change: (twin: Twin) => edit(twin, { claimRef: null }), found: ['Bound', 'Bound'] },
    { name: 'one on its way out that forgets its claim goes, and the claim is lost', change: (twin: Twin) => (twin.api.remove(VOLUME), edit(twin, { claimRef: null })), found: ['Lost', undefined] },
    { name: 'a volume that is kept waits for a person', change: withoutClaim, found: [undefined, 'Released'] },
    { name: 'one that a person frees is there for all', change: (twin: Twin) => (withoutClaim(twin), edit(twin, { claimRef: null })), found: [undefined, 'Available'] },
    { name: 'one that a driver has taken over is left to the driver', change: (twin: Twin) => (twin.api.patch(VOLUME, { type: 'merge', body: { metadata: { annotations: { 'pv.kubernetes.io/migrated-to': 'd.example.com' } } } }), withoutClaim(twin), edit(twin, { persistentVolumeReclaimPolicy: 'Delete' })), found: [undefined, 'Released'] },
    { name: 'one that is to be deleted and that nobody provisioned fails', change: (twin: Twin) => (withoutClaim(twin), edit(twin, { persistentVolumeReclaimPolicy: 'Delete' })), found: [undefined, 'Failed'] },
  ])('$name', ({ change, found }) => {
    const twin = running()
    change(twin)
    twin.advance(60_000)
    expect(phases(twin)).toEqual(found)
  })

  test('the marks of the controller', () => {
    const twin = running()
    expect([CLAIM, VOLUME].map((ref) => twin.store.get(ref)?.metadata.annotations)).toEqual([{ 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' }, { 'pv.kubernetes.io/bound-by-controller': 'yes' }])
  })

  test('what a collection lacks is not gone', () => {
    const bound = { ...claim, spec: { ...(claim['spec'] as object), volumeName: 'elsewhere' }, status: { phase: 'Bound' } }
    const taken = { ...volume, spec: { ...(volume['spec'] as object), persistentVolumeReclaimPolicy: 'Delete', claimRef: { namespace: 'other', name: 'gone', uid: 'u' } }, status: { phase: 'Bound' } }
    const twin = testTwin({})
    for (const object of [bound, taken]) twin.api.updateStatus(twin.api.create(object), object.status)
    twin.advance(60_000)
    expect(phases(twin)).toEqual(['Bound', 'Bound'])
  })
})
