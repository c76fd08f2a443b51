/**
 * What a volume says of itself (`pv_controller.go`: syncVolume, reclaimVolume): there for all or for the claim that it names, bound,
 * released when its claim is gone, and then kept, deleted, or failed where nobody can delete it. A claim whose volume went is lost.
 *
 * Of a claim or volume that is not here only a removal that was seen says that it is gone: collections may lack either kind.
 */

import type { PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1.d.ts'
import { toKubeTime } from '../../../kernel/clock.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import type { Context } from '../../controller.ts'
import { unboundVolume } from '../../bound-volume.ts'
import type { Change } from '../../store.ts'
import { keyOf, objectAt } from '../controller-key.ts'

export type Claim = KubeObject & PersistentVolumeClaim
export type VolumeObject = KubeObject & PersistentVolume

/** A volume that changed, one whose claim is gone, a claim whose volume is gone. */
const CHANGED = 'volume|'
const RELEASED = 'released|'
const LOST = 'lost|'
const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by'
const MIGRATED_TO = 'pv.kubernetes.io/migrated-to'

export function* volumeKeys({ before, after, groupKind }: Change): Iterable<string> {
  if (groupKind === '/PersistentVolume') {
    // What had been released long ago when the twin began stays as it was found.
    if (after !== undefined && (before !== undefined || !isReleased(after as VolumeObject))) yield `${CHANGED}${after.metadata.name ?? ''}`
    for (const ref of new Set([before, after].flatMap((volume) => claimKeyOf(volume as VolumeObject | undefined)))) yield after === undefined ? `${LOST}${ref}` : ref
  }
  if (groupKind === '/PersistentVolumeClaim') {
    const name = ((after ?? before) as Claim | undefined)?.spec?.volumeName
    if (name !== undefined && name !== '') yield `${after === undefined ? RELEASED : CHANGED}${name}`
  }
}

/** Claims that name a volume that went without naming one. */
export function forgottenKeys({ before, after, groupKind }: Change, claims: Iterable<KubeObject>): string[] {
  const isForgotten = groupKind === '/PersistentVolume' && after === undefined && (before as VolumeObject | undefined)?.spec?.claimRef === undefined
  return isForgotten ? Array.from(claims).filter((claim) => (claim as Claim).spec?.volumeName === before?.metadata.name).map((claim) => `${LOST}${keyOf(claim)}`) : []
}

export function isVolumeKey(key: string): boolean {
  return [CHANGED, RELEASED, LOST].some((prefix) => key.startsWith(prefix))
}

export function syncVolume(context: Context, key: string): void {
  if (key.startsWith(LOST)) return loseVolume(context, key.slice(LOST.length))
  const [prefix = '', name = ''] = key.split('|')
  const volume = context.store.get({ apiVersion: 'v1', kind: 'PersistentVolume', name }) as VolumeObject | undefined
  if (volume === undefined) return
  const claimUid = volume.spec?.claimRef?.uid ?? ''
  if (claimUid === '') return isClaimed(context, volume) ? undefined : say(context, volume, 'Available')
  const claim = context.store.byUid(claimUid) as Claim | undefined
  if (claim === undefined) return release(context, volume, `${prefix}|` === RELEASED)
  const wanted = claim.spec?.volumeName ?? ''
  if (wanted === name) say(context, volume, 'Bound')
  else if (wanted !== '') say(context, context.api.update(unboundVolume(volume)) as VolumeObject, 'Available')
}

function isReleased({ status }: VolumeObject): boolean {
  return status?.phase === 'Released' || status?.phase === 'Failed'
}

/** Its claim names it, and it its claim, without the uid: as collections that were made anonymous have it. */
function isClaimed({ store }: Context, volume: VolumeObject): boolean {
  const { namespace = '', name = '' } = volume.spec?.claimRef ?? {}
  const claim = name === '' ? undefined : (store.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name }) as Claim | undefined)
  return claim !== undefined && claim.spec?.volumeName === volume.metadata.name && claim.status?.phase === 'Bound'
}

/** The claim is gone, as was just seen or as the volume says since: it goes with it, or waits for a person. */
function release(context: Context, volume: VolumeObject, isSeen: boolean): void {
  const isKnown = isReleased(volume)
  if (!isSeen && !isKnown) return
  if (!isKnown) say(context, volume, 'Released')
  if (volume.spec?.persistentVolumeReclaimPolicy !== 'Delete') return
  const { name = '', annotations } = volume.metadata
  const ref = { apiVersion: 'v1', kind: 'PersistentVolume', name }
  // What made it deletes it; a driver is left to do so; of the rest that a person made nobody knows how.
  if (annotations?.[PROVISIONED_BY] !== undefined) return context.api.remove(ref)
  if (volume.spec?.csi !== undefined || annotations?.[MIGRATED_TO] !== undefined) return
  const failed = context.store.get(ref) as VolumeObject | undefined
  if (failed !== undefined && failed.status?.phase !== 'Failed') context.api.updateStatus(failed, { ...phaseOf(context, failed, 'Failed'), message: `error getting deleter volume plugin for volume "${name}": no deletable volume plugin matched` })
}

function loseVolume(context: Context, key: string): void {
  const claim = objectAt(context.store, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }, key) as Claim | undefined
  const name = claim?.spec?.volumeName ?? ''
  if (claim === undefined || name === '' || context.store.get({ apiVersion: 'v1', kind: 'PersistentVolume', name }) !== undefined) return
  lose(context, claim, { reason: 'ClaimLost', message: 'Bound claim has lost its PersistentVolume. Data on the volume is lost!' })
}

export function lose(context: Context, claim: Claim, { reason, message }: { readonly reason: string; readonly message: string }): void {
  if (claim.status?.phase === 'Lost') return
  context.api.updateStatus(claim, { phase: 'Lost' })
  context.recordEvent(claim, { type: 'Warning', reason, message })
}

function say(context: Context, volume: VolumeObject, phase: string): void {
  if (volume.status?.phase !== phase) context.api.updateStatus(volume, phaseOf(context, volume, phase))
}

/** The status in this phase, with the time since when it is in it. */
export function phaseOf({ nowMs }: Context, volume: VolumeObject, phase: string): object {
  const { message: _, reason: _reason, ...status } = volume.status ?? {}
  return { ...status, phase, ...(volume.status?.phase === phase ? {} : { lastPhaseTransitionTime: toKubeTime(nowMs()) }) }
}

function claimKeyOf(volume: VolumeObject | undefined): string[] {
  const ref = volume?.spec?.claimRef
  return ref === undefined ? [] : [keyOf({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace: ref.namespace ?? '', name: ref.name ?? '' } })]
}
