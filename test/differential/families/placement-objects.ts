/** Cluster-wide objects that plays of placement bring: volumes with their classes and claims, and runtimes. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'

const ZONE = 'topology.kubernetes.io/zone'
const HOSTNAME = 'kubernetes.io/hostname'
const MODES = ['ReadWriteOnce', 'ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany']
/** No two volumes alike: the smallest that will do is one. */
const SIZES = ['1Gi', '2Gi', '4Gi', '8Gi']

const classes: readonly KubeObject[] = [
  { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: '@late' }, provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' },
  { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: '@now' }, provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'Immediate' },
]
const className = fc.constantFrom('@late', '@late', '@now')

/** From where it can be reached. */
const reach = fc.oneof(
  fc.constant(undefined),
  fc.record({ key: fc.constant(HOSTNAME), operator: fc.constant('In'), values: fc.uniqueArray(fc.constantFrom('@a', '@b', '@c'), { minLength: 1, maxLength: 2 }) }),
  fc.record({ key: fc.constant(ZONE), operator: fc.constantFrom('In', 'NotIn'), values: fc.tuple(fc.constantFrom('z1', 'z2')) }),
)
const volume = fc.record({ className, reach, mode: fc.constantFrom(...MODES), zone: fc.constantFrom(undefined, undefined, 'z1', 'z1__z2') })
const claim = fc.record({ className, size: fc.constantFrom('1Gi', '2Gi', '5Gi'), mode: fc.constantFrom(...MODES) })

export const storage: Arbitrary<readonly KubeObject[]> = fc
  .record({ volumes: fc.array(volume, { minLength: 1, maxLength: SIZES.length }), claims: fc.array(claim, { minLength: 1, maxLength: 3 }) })
  .map(({ volumes, claims }) => [...classes, ...volumes.map(volumeOf), ...claims.map(claimOf)])

interface VolumeParts {
  readonly className: string
  readonly reach: object | undefined
  readonly mode: string
  readonly zone: string | undefined
}

function volumeOf({ className: storageClassName, reach: term, mode, zone }: VolumeParts, index: number): KubeObject {
  const nodeAffinity = term === undefined ? {} : { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [term] }] } } }
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `@volume-${index}`, ...(zone === undefined ? {} : { labels: { [ZONE]: zone } }) },
    spec: { capacity: { storage: SIZES[index] ?? '1Gi' }, accessModes: [mode], storageClassName, persistentVolumeReclaimPolicy: 'Retain', hostPath: { path: `/data/${index}` }, ...nodeAffinity },
  }
}

function claimOf({ className: storageClassName, size, mode }: { readonly className: string; readonly size: string; readonly mode: string }, index: number): KubeObject {
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: `claim-${index}` }, spec: { accessModes: [mode], storageClassName, resources: { requests: { storage: size } } } }
}

const overhead = fc.record({ cpu: fc.constantFrom('100m', '900m'), memory: fc.constantFrom('64Mi', '2Gi') })

/** One that costs, and one that asks for nodes of its kind. */
export const runtimes: Arbitrary<readonly KubeObject[]> = fc.record({ overhead, selector: fc.constantFrom({ zone: 'a' }, { disk: 'ssd' }, {}) }).map(({ overhead: podFixed, selector }) => [
  { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: '@heavy' }, handler: 'heavy', overhead: { podFixed } },
  { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: '@picky' }, handler: 'picky', scheduling: { ...(Object.keys(selector).length === 0 ? {} : { nodeSelector: selector }), tolerations: [{ key: 'team', operator: 'Exists' }] } },
])
