import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { Twin } from '../twin.ts'
import { eventsAbout, podsOf, podTemplate, testTwin } from '../test-twin.ts'
import { ownersAfter } from './stateful-set/claim-owners.ts'

const STORAGE: KubeObject = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'fast' }, provisioner: 'disk.example.com', volumeBindingMode: 'Immediate', reclaimPolicy: 'Delete' } as never
const RETAIN = { whenDeleted: 'Retain', whenScaled: 'Retain' }
const ON_DELETE = { whenDeleted: 'Delete', whenScaled: 'Retain' }
const ON_SCALE = { whenDeleted: 'Retain', whenScaled: 'Delete' }
const BOTH = { whenDeleted: 'Delete', whenScaled: 'Delete' }

function set(policy: object | undefined, more: object = {}): KubeObject {
  const claim = { metadata: { name: 'data' }, spec: { storageClassName: 'fast', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db', namespace: 'shop', uid: 'set' }, spec: { replicas: 2, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: podTemplate('db'), volumeClaimTemplates: [claim], ...(policy === undefined ? {} : { persistentVolumeClaimRetentionPolicy: policy }), ...more } } as never
}

describe('the owners of a claim', () => {
  const owner = (kind: 'StatefulSet' | 'Pod' | 'Backup', uid: string, name: string, controller = true) => ({ apiVersion: kind === 'Pod' ? 'v1' : kind === 'Backup' ? 'example.com/v1' : 'apps/v1', kind, name, uid, ...(controller ? { controller, blockOwnerDeletion: true } : {}) })
  const ofSet = owner('StatefulSet', 'set', 'db')
  const pod = (ordinal: number): PodObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `db-${ordinal}`, namespace: 'shop', uid: `pod-${ordinal}` } }) as never

  test.each([
    ['nobody without a policy', undefined, 1, { before: [], after: [] }],
    ['nobody when both retain, and an old owner is taken off', RETAIN, 1, { before: [ofSet], after: [] }],
    ['the set when it goes with the set', ON_DELETE, 1, { before: [], after: [ofSet] }],
    ['the set also for a pod that is scaled away, when scaling retains', ON_DELETE, 5, { before: [], after: [ofSet] }],
    ['nobody while the pod is wanted, when only scaling deletes', ON_SCALE, 1, { before: [ofSet], after: [] }],
    ['the pod that is scaled away', ON_SCALE, 5, { before: [], after: [owner('Pod', 'pod-5', 'db-5')] }],
    ['the set while the pod is wanted, when both delete', BOTH, 1, { before: [owner('Pod', 'pod-1', 'db-1')], after: [ofSet] }],
    ['the pod in place of the set once it is scaled away', BOTH, 5, { before: [ofSet], after: [owner('Pod', 'pod-5', 'db-5')] }],
    ['the set as controller, where it was a plain owner', ON_DELETE, 1, { before: [owner('StatefulSet', 'set', 'db', false)], after: [ofSet] }],
    ['another controller alone', BOTH, 1, { before: [owner('Backup', 'b', 'nightly'), ofSet], after: [owner('Backup', 'b', 'nightly')] }],
    ['plain owners of others beside the set', ON_DELETE, 1, { before: [owner('Backup', 'b', 'nightly', false)], after: [owner('Backup', 'b', 'nightly', false), ofSet] }],
    ['an earlier set of that name, untouched', BOTH, 1, { before: [owner('StatefulSet', 'earlier', 'db')], after: [owner('StatefulSet', 'earlier', 'db')] }],
  ])('%s', (_, policy, ordinal, { before, after }) => {
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: `data-db-${ordinal}`, ownerReferences: before } } as KubeObject
    expect(ownersAfter(claim, set(policy) as never, pod(ordinal))).toEqual(after)
  })
})

describe('the claims of a StatefulSet', () => {
  const DB = { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'shop', name: 'db' }
  const claims = (twin: Twin): (string | undefined)[] => [...twin.store.list('/PersistentVolumeClaim', 'shop')].map(({ metadata }) => metadata.name).sort()
  const scale = (twin: Twin, replicas: number): void => void twin.api.patch(DB, { type: 'merge', body: { spec: { replicas } } })
  const start = (policy: object | undefined, more?: object): Twin => {
    const twin = testTwin({ objects: [STORAGE, set(policy, more)] })
    twin.advance(60_000)
    expect(claims(twin)).toEqual(['data-db-0', 'data-db-1'])
    return twin
  }

  test.each([
    [undefined, {}, { scaled: ['data-db-0', 'data-db-1'], deleted: ['data-db-0', 'data-db-1'] }],
    [RETAIN, {}, { scaled: ['data-db-0', 'data-db-1'], deleted: ['data-db-0', 'data-db-1'] }],
    [ON_DELETE, {}, { scaled: ['data-db-0', 'data-db-1'], deleted: [] }],
    [ON_SCALE, {}, { scaled: ['data-db-0'], deleted: ['data-db-0', 'data-db-1'] }],
    [BOTH, {}, { scaled: ['data-db-0'], deleted: [] }],
    [BOTH, { podManagementPolicy: 'Parallel' }, { scaled: ['data-db-0'], deleted: [] }],
  ])('under %o %o', (policy, more, { scaled, deleted }) => {
    const shrunk = start(policy, more)
    scale(shrunk, 1)
    shrunk.advance(120_000)
    expect(claims(shrunk)).toEqual(scaled)
    const removed = start(policy, more)
    removed.api.remove(DB)
    removed.advance(120_000)
    expect(claims(removed)).toEqual(deleted)
  })

  test('that are taken away in use are made anew before the next pod is', () => {
    const twin = start(undefined)
    const ref = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data-db-0' }
    const before = twin.store.get(ref)?.metadata.uid
    twin.api.remove(ref)
    twin.advance(5_000)
    expect(twin.store.get(ref)?.metadata.deletionTimestamp).toBeDefined()
    twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'db-0' })
    twin.advance(120_000)
    const after = twin.store.get(ref)
    expect([after?.metadata.deletionTimestamp, after?.metadata.uid === before, after?.['status']]).toMatchObject([undefined, false, { phase: 'Bound' }])
  })

  test('outlive a pod that is only replaced, and follow a policy that changes', () => {
    const twin = start(BOTH)
    twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'db-1' })
    twin.advance(120_000)
    expect(claims(twin)).toEqual(['data-db-0', 'data-db-1'])
    twin.api.patch(DB, { type: 'merge', body: { spec: { persistentVolumeClaimRetentionPolicy: RETAIN } } } as never)
    twin.advance(10_000)
    twin.api.remove(DB)
    twin.advance(120_000)
    expect(claims(twin)).toEqual(['data-db-0', 'data-db-1'])
  })
})

test('a StatefulSet waits, and says nothing, while another pod has the name of the next', () => {
  const other: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'db-1', namespace: 'shop', labels: { app: 'other' } }, spec: { containers: [{ name: 'main', image: 'app:1' }] } }
  const { metadata: { uid: _, ...metadata }, ...rest } = set(undefined)
  const twin = testTwin({ objects: [STORAGE, other, { ...rest, metadata } as KubeObject] })
  twin.advance(60_000)
  expect(podsOf(twin, 'db').map(({ metadata: { name } }) => name)).toEqual(['db-0'])
  expect(eventsAbout(twin, 'db').filter((text) => text.startsWith('FailedCreate'))).toEqual([])
  twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'db-1' })
  twin.advance(120_000)
  expect(podsOf(twin, 'db').map(({ metadata: { name } }) => name).sort()).toEqual(['db-0', 'db-1'])
})

test('one that left its pods behind and is held says what it said before: what it left may not be taken in again', () => {
  const twin = testTwin({ objects: [STORAGE, set(undefined, {})] })
  const db = { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'shop', name: 'db' }
  twin.advance(60_000)
  twin.api.patch(db, { type: 'merge', body: { metadata: { finalizers: ['example.com/hold'] } } })
  twin.api.remove(db, { propagation: 'Orphan' })
  twin.advance(60_000)
  expect(twin.store.get(db)?.['status']).toMatchObject({ replicas: 2, readyReplicas: 2 })
  expect([...twin.store.list('apps/ControllerRevision', 'shop'), ...podsOf(twin, 'db')].map(({ metadata }) => metadata.ownerReferences ?? [])).toEqual([[], [], []])
})
