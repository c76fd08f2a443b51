/**
 * VolumeRestrictions: disks that two pods cannot share on a node, and claims that only one pod may use at all.
 */

import type { Volume } from 'kubernetes-types/core/v1.d.ts'
import type { PodInfo } from '../pod-info.ts'
import { SKIP, type FilterPlugin, type NodeFilter } from '../plugin.ts'
import { PASS, unresolvable, unschedulable } from '../status.ts'
import { claimNamed } from '../storage.ts'

const DISK_CONFLICT = unschedulable('node(s) had no available disk')
const CLAIM_IN_USE = unschedulable('node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod')

export const volumeRestrictions: FilterPlugin = {
  name: 'VolumeRestrictions',
  preFilter(pod, { index, store }) {
    const volumes = pod.spec.volumes ?? []
    const exclusive: string[] = []
    for (const volume of volumes) {
      const name = volume.persistentVolumeClaim?.claimName
      if (name === undefined) continue
      const claim = claimNamed(store, pod.namespace, name)
      if (claim === undefined) return { type: 'reject', rejection: unresolvable(`persistentvolumeclaim "${name}" not found`) }
      if (claim.spec?.accessModes?.includes('ReadWriteOncePod') === true) exclusive.push(name)
    }
    const inUse = exclusive.reduce((sum, name) => sum + index.claimUsers(`${pod.namespace}/${name}`), 0)
    const disks = volumes.filter((volume) => volume.gcePersistentDisk ?? volume.awsElasticBlockStore ?? volume.iscsi ?? volume.rbd)
    return disks.length === 0 && inUse === 0 ? SKIP : { type: 'check', filter: filterOver({ pod, disks, exclusive, inUse }) }
  },
}

interface State {
  readonly pod: PodInfo
  readonly disks: readonly Volume[]
  readonly exclusive: readonly string[]
  readonly inUse: number
}

function filterOver(state: State): NodeFilter {
  const { pod, disks, exclusive, inUse } = state
  return {
    check(node) {
      if (disks.some((disk) => node.pods.some((other) => other.spec.volumes?.some((volume) => conflicts(disk, volume)) ?? false))) return DISK_CONFLICT
      return inUse > 0 ? CLAIM_IN_USE : PASS
    },
    adjusted(other, _node, delta) {
      const shared = other.namespace === pod.namespace ? other.claims.filter((claim) => exclusive.includes(claim)).length : 0
      return shared === 0 ? filterOver(state) : filterOver({ ...state, inUse: inUse + shared * delta })
    },
  }
}

/** The same disk twice, unless its driver can mount it read-only for both. */
function conflicts(left: Volume, right: Volume): boolean {
  const bothReadOnly = (one: { readOnly?: boolean }, other: { readOnly?: boolean }): boolean => one.readOnly === true && other.readOnly === true
  if (left.gcePersistentDisk !== undefined && right.gcePersistentDisk !== undefined) {
    return left.gcePersistentDisk.pdName === right.gcePersistentDisk.pdName && !bothReadOnly(left.gcePersistentDisk, right.gcePersistentDisk)
  }
  if (left.awsElasticBlockStore !== undefined && right.awsElasticBlockStore !== undefined) return left.awsElasticBlockStore.volumeID === right.awsElasticBlockStore.volumeID
  if (left.iscsi !== undefined && right.iscsi !== undefined) return left.iscsi.iqn === right.iscsi.iqn && !bothReadOnly(left.iscsi, right.iscsi)
  if (left.rbd === undefined || right.rbd === undefined) return false
  const [one, other] = [left.rbd, right.rbd]
  const sharesMonitor = one.monitors.some((monitor) => other.monitors.includes(monitor))
  return sharesMonitor && (one.pool ?? 'rbd') === (other.pool ?? 'rbd') && one.image === other.image && !bothReadOnly(one, other)
}
