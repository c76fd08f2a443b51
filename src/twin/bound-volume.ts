/**
 * A volume as it is when a claim has it, and a claim as it is when it has a volume (`component-helpers/storage/volume`:
 * GetBindVolumeToClaim; `pv_controller.go`: bindClaimToVolume): the controller and the scheduler write the same.
 */

import type { PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../model/kube-object.ts'

type Claim = KubeObject & PersistentVolumeClaim
type VolumeObject = KubeObject & PersistentVolume

const BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller'
const COMPLETED = 'pv.kubernetes.io/bind-completed'

/** Marked as the controller's own choice, unless whoever made the volume named the claim. */
export function boundVolume(volume: VolumeObject, claim: Claim): KubeObject {
  const { namespace, name, uid, resourceVersion } = claim.metadata
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion }
  const { claimRef: known } = volume.spec ?? {}
  const isNamed = known !== undefined && known.name === name && known.namespace === namespace && ((known.uid ?? '') === '' || known.uid === uid)
  const isWritten = known !== undefined && isNamed && known.uid === uid
  return { ...(isNamed ? volume : annotated(volume, BY_CONTROLLER)), spec: { ...volume.spec, claimRef: isWritten ? known : claimRef } } as KubeObject
}

/** Marked as done; and as the controller's own choice, unless the claim named the volume. */
export function boundClaim(claim: Claim, volume: VolumeObject): KubeObject {
  const isAsked = claim.spec?.volumeName === volume.metadata.name
  return { ...annotated(claim, COMPLETED, ...(isAsked ? [] : [BY_CONTROLLER])), spec: { ...claim.spec, volumeName: volume.metadata.name } } as KubeObject
}

/** The claim is somebody else's: as it was before it was chosen for this one (`unbindVolume`). */
export function unboundVolume(volume: VolumeObject): KubeObject {
  const { [BY_CONTROLLER]: byController, ...annotations } = volume.metadata.annotations ?? {}
  const { claimRef, ...spec } = volume.spec ?? {}
  const { uid: _, ...named } = claimRef ?? {}
  if (byController === undefined) return { ...volume, spec: { ...spec, claimRef: named } } as KubeObject
  const { annotations: _annotations, ...metadata } = volume.metadata
  return { ...volume, metadata: { ...metadata, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) }, spec } as KubeObject
}

function annotated(object: KubeObject, ...keys: readonly string[]): KubeObject {
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...Object.fromEntries(keys.map((key) => [key, 'yes'])) } } }
}
