/**
 * VolumeBinding: bound volumes must be reachable from the node, unbound claims must find or get one there.
 *
 * Claims whose class binds immediately must be bound before the pod is looked at; those that wait for a first
 * consumer are bound by this very decision. All its refusals are final: no preemption makes a volume.
 */

import type { StoreReader } from '../../store.ts'
import type { NodeInfo } from '../node-info.ts'
import type { PodInfo } from '../pod-info.ts'
import { disksFor, planVolumes } from '../plan-volumes.ts'
import { SKIP, type FilterPlugin, type NodeFilter } from '../plugin.ts'
import { PASS, unresolvable, type Status } from '../status.ts'
import { claimNamed, diskNamed, isBound, isDelayed, reaches, type Claim, type PersistentDisk } from '../storage.ts'

const NODE_CONFLICT = "node(s) didn't match PersistentVolume's node affinity"
const BIND_CONFLICT = "node(s) didn't find available persistent volumes to bind"
const NO_SPACE = 'node(s) did not have enough free storage'
const NO_VOLUME = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'

export const volumeBinding: FilterPlugin = {
  name: 'VolumeBinding',
  preFilter(pod, { store }) {
    if (pod.claims.length === 0) return SKIP
    const claims: Claim[] = []
    for (const name of pod.claims) {
      const claim = claimNamed(store, pod.namespace, name)
      const problem = claimProblem(pod, name, claim)
      if (problem !== undefined || claim === undefined) return { type: 'reject', rejection: unresolvable(problem ?? '') }
      claims.push(claim)
    }
    const bound = claims.filter(isBound)
    const unbound = claims.filter((claim) => !isBound(claim))
    if (unbound.some((claim) => !isDelayed(claim, store) || (claim.spec?.volumeName ?? '') !== '')) {
      return { type: 'reject', rejection: unresolvable('pod has unbound immediate PersistentVolumeClaims') }
    }
    return { type: 'check', filter: filterOver(bound, unbound, store) }
  },
}

function claimProblem(pod: PodInfo, name: string, claim: Claim | undefined): string | undefined {
  if (claim === undefined) {
    const isEphemeral = pod.spec.volumes?.some((volume) => volume.ephemeral !== undefined && `${pod.name}-${volume.name}` === name) ?? false
    return isEphemeral ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"` : `persistentvolumeclaim "${name}" not found`
  }
  if (claim.status?.phase === 'Lost') return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec?.volumeName ?? ''}"`
  return claim.metadata.deletionTimestamp === undefined ? undefined : `persistentvolumeclaim "${name}" is being deleted`
}

function filterOver(bound: readonly Claim[], unbound: readonly Claim[], store: StoreReader): NodeFilter {
  const disks = disksFor(unbound, store)
  return { check: (node) => checkNode({ bound, unbound, store, disks }, node) }
}

interface Claims {
  readonly bound: readonly Claim[]
  readonly unbound: readonly Claim[]
  readonly store: StoreReader
  readonly disks: readonly PersistentDisk[]
}

function checkNode({ bound, unbound, store, disks }: Claims, node: NodeInfo): Status {
  const reasons: string[] = []
  for (const claim of bound) {
    const disk = diskNamed(store, claim.spec?.volumeName ?? '')
    if (disk !== undefined && reaches(disk, node)) continue
    reasons.push(disk === undefined ? NO_VOLUME : NODE_CONFLICT)
    break
  }
  const plan = planVolumes(unbound, node, { store, disks })
  if (plan.type !== 'possible') reasons.push(plan.type === 'no-space' ? NO_SPACE : BIND_CONFLICT)
  return reasons.length === 0 ? PASS : unresolvable(...reasons)
}
