/**
 * The scheduler's part in binding volumes: it reserves an existing volume for a claim, or tells the provisioner
 * by an annotation on which node the first consumer will run. Others complete the binding.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import type { Context } from '../controller.ts'
import type { StoreReader } from '../store.ts'
import { boundVolume } from '../bound-volume.ts'
import type { NodeInfo } from './node-info.ts'
import { disksFor, planVolumes } from './plan-volumes.ts'
import type { PodInfo } from './pod-info.ts'
import type { SchedulerState } from './scheduler-state.ts'
import { claimNamed, isBound, SELECTED_NODE, type Claim } from './storage.ts'

/** True when the pod must wait for volumes; what had to be asked for was asked for. */
export function requestVolumes(pod: PodInfo, node: NodeInfo, context: Context<SchedulerState>): boolean {
  const { store, api } = context
  const unbound = claimsOf(pod, store).filter((claim) => !isBound(claim))
  if (unbound.length === 0) return false
  const plan = planVolumes(unbound, node, { store, disks: disksFor(unbound, store) })
  if (plan.type !== 'possible') return true
  for (const { claim, disk } of plan.bind) if (disk.spec?.claimRef === undefined) api.update(boundVolume(disk, claim))
  for (const claim of plan.provision) if (claim.metadata.annotations?.[SELECTED_NODE] === undefined) api.update(annotated(claim, node.name))
  return true
}

export function areVolumesBound(pod: PodInfo, store: StoreReader): boolean {
  const claims = claimsOf(pod, store)
  return claims.length === pod.claims.length && claims.every(isBound)
}

function claimsOf(pod: PodInfo, store: StoreReader): Claim[] {
  return pod.claims.map((name) => claimNamed(store, pod.namespace, name)).filter((claim): claim is Claim => claim !== undefined)
}

function annotated(claim: Claim, nodeName: string): KubeObject {
  return { ...claim, metadata: { ...claim.metadata, annotations: { ...claim.metadata.annotations, [SELECTED_NODE]: nodeName } } } as KubeObject
}
