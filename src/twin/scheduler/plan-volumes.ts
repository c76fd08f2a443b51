/**
 * Which volumes a pod's unbound claims would get on a node: an existing one each, the smallest claim first, or one
 * that is still to be made.
 */

import { firstMatchingTerm, hasCapacity } from './provisioning.ts'
import type { NodeInfo } from './node-info.ts'
import type { StoreReader } from '../store.ts'
import { bytesOf, classNamed, classOf, isReservedFor, reaches, SELECTED_NODE, serves, type Claim, type PersistentDisk } from './storage.ts'

export type VolumePlan =
  | { readonly type: 'possible'; readonly bind: readonly { readonly claim: Claim; readonly disk: PersistentDisk }[]; readonly provision: readonly Claim[] }
  | { readonly type: 'no-match' }
  | { readonly type: 'no-space' }

/** `disks` are the volumes to choose from: those that could serve one of the claims (`disksFor`). */
export function planVolumes(claims: readonly Claim[], node: NodeInfo, from: { readonly store: StoreReader; readonly disks: readonly PersistentDisk[] }): VolumePlan {
  const { store, disks } = from
  const bind: { claim: Claim; disk: PersistentDisk }[] = []
  const provision: Claim[] = []
  for (const claim of [...claims].sort(bySize)) {
    const selected = claim.metadata.annotations?.[SELECTED_NODE]
    if (selected !== undefined && selected !== node.name) return { type: 'no-match' }
    const disk = selected === undefined ? diskFor(claim, disks.filter((candidate) => !bind.some((other) => other.disk === candidate)), node) : undefined
    if (disk !== undefined) bind.push({ claim, disk })
    else provision.push(claim)
  }
  for (const claim of provision) {
    const storageClass = classNamed(store, classOf(claim))
    if (storageClass === undefined || !canProvision(storageClass.provisioner) || !firstMatchingTerm(storageClass, node.labels)) return { type: 'no-match' }
    if (!hasCapacity(claim, storageClass, node, store)) return { type: 'no-space' }
  }
  return { type: 'possible', bind, provision }
}

/** Volumes that could serve one of the claims from some node. */
export function disksFor(claims: readonly Claim[], store: StoreReader): PersistentDisk[] {
  if (claims.length === 0) return []
  const disks = Array.from(store.list('/PersistentVolume')) as PersistentDisk[]
  return disks.filter((disk) => claims.some((claim) => serves(disk, claim)))
}

function bySize(left: Claim, right: Claim): number {
  return bytesOf(left.spec?.resources?.requests) - bytesOf(right.spec?.resources?.requests)
}

/** The volume that is kept for the claim, wherever else others would do; without one, the smallest that is large enough. */
function diskFor(claim: Claim, disks: readonly PersistentDisk[], node: NodeInfo): PersistentDisk | undefined {
  const fitting = disks.filter((disk) => serves(disk, claim))
  const reserved = fitting.find((disk) => isReservedFor(disk, claim))
  if (reserved !== undefined) return reaches(reserved, node) ? reserved : undefined
  return fitting.filter((disk) => reaches(disk, node)).sort((left, right) => bytesOf(left.spec?.capacity) - bytesOf(right.spec?.capacity))[0]
}

function canProvision(provisioner: string | undefined): boolean {
  return provisioner !== undefined && provisioner !== '' && provisioner !== 'kubernetes.io/no-provisioner'
}
