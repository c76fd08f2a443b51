/**
 * The volume that a class makes for a claim. What kind of storage a provisioner makes, and from where it can be reached, stands
 * in no class: a new volume is taken to be like the last one of its class. Where there is none, it is a driver's of the provisioner's
 * name, or a directory where no driver can have that name (`rancher.io/local-path`), and reached from the zone of its first consumer.
 */

import type { KubeObject } from '../../../model/kube-object.ts'
import { csiNameErrors } from '../../api/validate-storage.ts'
import { classOf, type Class } from '../../scheduler/storage.ts'
import type { StoreReader } from '../../store.ts'
import type { Claim, VolumeObject } from './volume-phase.ts'

const ZONE = 'topology.kubernetes.io/zone'

export interface Making {
  readonly storageClass: Class
  /** Of the first consumer, where the class waits for one. */
  readonly nodeName: string | undefined
}

export function provisionedVolume(store: StoreReader, claim: Claim, { storageClass, nodeName }: Making): KubeObject {
  const name = `pvc-${claim.metadata.uid}`
  const earlier = lastOf(store, classOf(claim))
  const affinity = nodeName === undefined ? undefined : affinityTo(store, nodeName, reachKeys(earlier))
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': storageClass.provisioner } },
    spec: {
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: claim.metadata.namespace, name: claim.metadata.name, uid: claim.metadata.uid },
      capacity: claim.spec?.resources?.requests,
      accessModes: claim.spec?.accessModes,
      storageClassName: classOf(claim),
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      volumeMode: claim.spec?.volumeMode ?? 'Filesystem',
      ...sourceOf(earlier, { name, provisioner: storageClass.provisioner, isBoundToNode: affinity !== undefined }),
      ...(affinity === undefined ? {} : { nodeAffinity: affinity }),
      ...(storageClass.mountOptions === undefined ? {} : { mountOptions: storageClass.mountOptions }),
    },
  }
}

function lastOf(store: StoreReader, className: string): VolumeObject | undefined {
  const made = ([...store.list('/PersistentVolume')] as VolumeObject[]).filter(({ spec }) => spec?.storageClassName === className)
  return made.sort((left, right) => ((left.metadata.creationTimestamp ?? '') < (right.metadata.creationTimestamp ?? '') ? -1 : 1)).at(-1)
}

interface Source {
  readonly name: string
  readonly provisioner: string
  readonly isBoundToNode: boolean
}

/** A directory of one node needs that node said. */
function sourceOf(earlier: VolumeObject | undefined, { name, provisioner, isBoundToNode }: Source): Pick<NonNullable<VolumeObject['spec']>, 'csi' | 'nfs' | 'local' | 'hostPath'> {
  const { csi, nfs, local, hostPath } = earlier?.spec ?? {}
  if (csi !== undefined) return { csi: { driver: csi.driver, volumeHandle: name } }
  if (nfs !== undefined) return { nfs }
  if (local !== undefined && isBoundToNode) return { local: { path: `/${name}` } }
  const isDriver = hostPath === undefined && local === undefined && csiNameErrors(provisioner, '').length === 0
  return isDriver ? { csi: { driver: provisioner, volumeHandle: name } } : { hostPath: { path: `/${name}` } }
}

/** By which labels of nodes a volume of the class is reached; none, where it is reached from everywhere. */
function reachKeys(earlier: VolumeObject | undefined): readonly string[] {
  if (earlier === undefined) return [ZONE]
  return (earlier.spec?.nodeAffinity?.required?.nodeSelectorTerms[0]?.matchExpressions ?? []).map(({ key }) => key)
}

function affinityTo(store: StoreReader, nodeName: string, keys: readonly string[]): NonNullable<VolumeObject['spec']>['nodeAffinity'] {
  const labels = store.get({ apiVersion: 'v1', kind: 'Node', name: nodeName })?.metadata.labels
  const matchExpressions = keys.flatMap((key) => (labels?.[key] === undefined ? [] : [{ key, operator: 'In', values: [labels[key]] }]))
  return matchExpressions.length === 0 ? undefined : { required: { nodeSelectorTerms: [{ matchExpressions }] } }
}
