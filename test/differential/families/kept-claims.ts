/** Claims of StatefulSets, and the volumes that are there for them: each volume names its claim, so that it is not chance which binds which. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'

const TEMPLATE = 'data'
const CLASS = '@kept'

export interface ClaimParts {
  /** Of the StatefulSet's spec. */
  readonly spec: object
  /** Of its containers. */
  readonly mounts: object
  readonly objects: readonly KubeObject[]
}

const retention = fc.record({ whenDeleted: fc.constantFrom('Retain', 'Delete'), whenScaled: fc.constantFrom('Retain', 'Delete') })

/** Not for every member there is a volume. */
export function keptClaims(app: string, firstOrdinal: number): Arbitrary<ClaimParts> {
  return fc
    .record({ policy: fc.option(retention, { freq: 4 }), mode: fc.constantFrom('WaitForFirstConsumer', 'Immediate'), count: fc.constantFrom(2, 6, 6) })
    .map(({ policy, mode, count }) => ({
      spec: {
        volumeClaimTemplates: [{ metadata: { name: TEMPLATE }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: CLASS, resources: { requests: { storage: '1Gi' } } } }],
        ...(policy === null ? {} : { persistentVolumeClaimRetentionPolicy: policy }),
      },
      mounts: { volumeMounts: [{ name: TEMPLATE, mountPath: '/data' }] },
      objects: [classOf(mode), ...Array.from({ length: count }, (_, index) => volumeFor(`${TEMPLATE}-${app}-${firstOrdinal + index}`))],
    }))
}

function classOf(volumeBindingMode: string): KubeObject {
  return { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: CLASS }, provisioner: 'kubernetes.io/no-provisioner', ...({ volumeBindingMode } as object) }
}

function volumeFor(claim: string): KubeObject {
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: '@play', name: claim }
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `@${claim}` },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: CLASS, persistentVolumeReclaimPolicy: 'Retain', hostPath: { path: '/data' }, claimRef },
  }
}
