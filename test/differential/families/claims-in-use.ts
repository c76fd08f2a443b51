/** Claims and volumes that are taken away while pods use them, given back, and what becomes of who comes meanwhile. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Script, Step } from '../script.ts'
import { APP, evicted, gone, removed, scaled, targetOf } from './acts.ts'
import { template, workload } from './workload-objects.ts'

const CLASS = '@plain'
const CLAIM = 'data'
const VOLUME = '@data'
const created = (object: KubeObject): Step => ({ do: 'create', object })

const storageClass = (volumeBindingMode: string): KubeObject => ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: CLASS }, provisioner: 'kubernetes.io/no-provisioner', ...({ volumeBindingMode } as object) })
const claim = (storage: string): KubeObject => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: CLAIM }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: CLASS, resources: { requests: { storage } } } })
/** Bound beforehand to the claim, or free for whoever asks; nobody here carries out a reclaim. */
const volume = (persistentVolumeReclaimPolicy: string, isKept: boolean): KubeObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: VOLUME },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    storageClassName: CLASS,
    persistentVolumeReclaimPolicy,
    nfs: { server: 'disk.example.com', path: '/' },
    ...(isKept ? { claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: '@play', name: CLAIM } } : {}),
  },
})

const users = fc.tuple(fc.constantFrom('Deployment' as const, 'ReplicaSet' as const), fc.integer({ min: 0, max: 2 })).map(([kind, replicas]) => {
  const pod = { volumes: [{ name: CLAIM, persistentVolumeClaim: { claimName: CLAIM } }], containers: [{ name: 'main', image: 'good:1', volumeMounts: [{ name: CLAIM, mountPath: '/data' }] }] }
  return workload(kind, APP, { replicas, ...(kind === 'Deployment' ? { strategy: { type: 'Recreate' } } : {}) }, template(APP, 'good:1', pod))
})

const claimGone: Step = { do: 'remove', target: targetOf('PersistentVolumeClaim', CLAIM) }
const volumeGone: Step = { do: 'remove', target: targetOf('PersistentVolume', VOLUME) }
const unpromised: Step = { do: 'patch', target: targetOf('PersistentVolume', VOLUME), patch: { type: 'merge', body: { spec: { claimRef: null } } } }
const reclaimed = fc.constantFrom('Retain', 'Delete').map((persistentVolumeReclaimPolicy): Step => ({ do: 'patch', target: targetOf('PersistentVolume', VOLUME), patch: { type: 'merge', body: { spec: { persistentVolumeReclaimPolicy } } } }))

export const claimScripts: Arbitrary<Script> = fc
  .record({ mode: fc.constantFrom('WaitForFirstConsumer', 'Immediate'), policy: fc.constantFrom('Retain', 'Retain', 'Delete'), isKept: fc.boolean(), storage: fc.constantFrom('1Gi', '1Gi', '2Gi'), user: users, order: fc.boolean() })
  .chain(({ mode, policy, isKept, storage, user, order }) => {
    const given = volume(policy, isKept)
    const steps = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.constant(claimGone) },
        { weight: 2, arbitrary: fc.constant(volumeGone) },
        { weight: 2, arbitrary: fc.constantFrom(created(claim('1Gi')), created(given)) },
        { weight: 1, arbitrary: fc.constant(unpromised) },
        { weight: 1, arbitrary: reclaimed },
        { weight: 3, arbitrary: scaled(user.kind) },
        { weight: 2, arbitrary: evicted },
        { weight: 1, arbitrary: removed },
        { weight: 1, arbitrary: gone(user.kind) },
      ),
      { minLength: 2, maxLength: 6 },
    )
    const objects = order ? [claim(storage), given, user] : [given, user, claim(storage)]
    return steps.map((drawn) => ({ name: `claim of a ${user.kind}`, steps: [storageClass(mode), ...objects].map(created).concat(drawn) }))
  })
