/**
 * Which volume a claim gets from the controller (`pv_controller.go`: syncUnboundClaim; `index.go`: findByClaim): the one that is
 * reserved for it, the one that it asks for if that one suits it, or of the free ones the first that does.
 */

import { isTerminating } from '../../../model/kube/workload.ts'
import { bytesOf, classOf, isReservedFor, serves } from '../../scheduler/storage.ts'
import type { StoreReader } from '../../store.ts'
import type { Claim, VolumeObject } from './volume-phase.ts'

function volumesIn(store: StoreReader): readonly VolumeObject[] {
  return [...store.list('/PersistentVolume')] as VolumeObject[]
}

/**
 * The volume that is for this claim alone, at once and whatever its class says about waiting: the scheduler reserves the one that it
 * counted on when it chose a node for the claim's first consumer, and whoever makes a volume may name its claim.
 */
export function reservedVolume(store: StoreReader, claim: Claim): VolumeObject | undefined {
  return volumesIn(store).find((volume) => {
    const reserved = volume.spec?.claimRef
    if (reserved?.uid !== undefined) return reserved.uid === claim.metadata.uid
    return isReservedFor(volume, claim) && isOfItsKind(volume, claim) && !isTerminating(volume)
  })
}

/** Large enough, the one that the claim asks for if it asks for one, and a file system or a device as it wants it. */
function isOfItsKind(volume: VolumeObject, claim: Claim): boolean {
  const isAsked = (claim.spec?.volumeName ?? '') === '' || claim.spec?.volumeName === volume.metadata.name
  return isAsked && isLargeEnough(volume, claim) && modeOf(volume) === modeOf(claim)
}

function isLargeEnough(volume: VolumeObject, claim: Claim): boolean {
  return bytesOf(volume.spec?.capacity) >= bytesOf(claim.spec?.resources?.requests)
}

function modeOf({ spec }: Claim | VolumeObject): string {
  return spec?.volumeMode ?? 'Filesystem'
}

/** Of those with the fewest access modes beside the wanted ones the smallest. */
export function fittingVolume(store: StoreReader, claim: Claim): VolumeObject | undefined {
  const fits = volumesIn(store).filter((volume) => volume.spec?.claimRef === undefined && serves(volume, claim))
  const modes = (volume: VolumeObject): number => volume.spec?.accessModes?.length ?? 0
  return fits.sort((left, right) => modes(left) - modes(right) || bytesOf(left.spec?.capacity) - bytesOf(right.spec?.capacity))[0]
}

/** Why a claim cannot have the volume that it asks for by name (`checkVolumeSatisfyClaim`). */
export function mismatchOf(volume: VolumeObject, claim: Claim): string | undefined {
  if (isTerminating(volume)) return `the volume is marked for deletion "${volume.metadata.name}"`
  if (!isLargeEnough(volume, claim)) return 'requested PV is too small'
  if ((volume.spec?.storageClassName ?? '') !== classOf(claim)) return 'storageClassName does not match'
  if ((volume.spec?.volumeAttributesClassName ?? '') !== (claim.spec?.volumeAttributesClassName ?? '')) return 'volumeAttributesClassName does not match'
  if (modeOf(volume) !== modeOf(claim)) return 'incompatible volumeMode'
  const offered: readonly string[] = volume.spec?.accessModes ?? []
  return (claim.spec?.accessModes ?? []).every((mode) => offered.includes(mode)) ? undefined : 'incompatible accessMode'
}
