/**
 * Claims, volumes and classes as the volume plugins read them.
 */

import type { PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1.d.ts'
import type { StorageClass } from 'kubernetes-types/storage/v1.d.ts'
import { parseQuantity } from '../../model/kube/quantity.ts'
import { matchesNodeSelector, type NamedNode } from '../../model/kube/node-selector.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { StoreReader } from '../store.ts'

export type Claim = KubeObject & PersistentVolumeClaim
export type PersistentDisk = KubeObject & PersistentVolume
export type Class = KubeObject & StorageClass

export const SELECTED_NODE = 'volume.kubernetes.io/selected-node'
const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed'
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'

export function claimNamed(store: StoreReader, namespace: string, name: string): Claim | undefined {
  return store.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name }) as Claim | undefined
}

export function diskNamed(store: StoreReader, name: string): PersistentDisk | undefined {
  return store.get({ apiVersion: 'v1', kind: 'PersistentVolume', name }) as PersistentDisk | undefined
}

export function classNamed(store: StoreReader, name: string): Class | undefined {
  return store.get({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', name }) as Class | undefined
}

export function classOf(claim: Claim): string {
  return claim.metadata.annotations?.[CLASS_ANNOTATION] ?? claim.spec?.storageClassName ?? ''
}

/** Bound to the end: a volume is named and the binding was completed (or the claim says that it is Bound). */
export function isBound(claim: Claim): boolean {
  return (claim.spec?.volumeName ?? '') !== '' && (claim.metadata.annotations?.[BIND_COMPLETED] !== undefined || claim.status?.phase === 'Bound')
}

/** Waits for a pod before it is bound. */
export function isDelayed(claim: Claim, store: StoreReader): boolean {
  return classNamed(store, classOf(claim))?.volumeBindingMode === 'WaitForFirstConsumer'
}

/** A volume without node affinity can be reached from everywhere. */
export function reaches(disk: PersistentDisk, node: NamedNode): boolean {
  const required = disk.spec?.nodeAffinity?.required
  return required === undefined || matchesNodeSelector(required, node)
}

export function bytesOf(quantities: Readonly<Record<string, string>> | undefined): number {
  return parseQuantity(quantities?.['storage']) ?? 0
}

/** Is this volume kept for the claim, before either says so to the end? */
export function isReservedFor(disk: PersistentDisk, claim: Claim): boolean {
  const { claimRef } = disk.spec ?? {}
  if (claimRef === undefined || claimRef.namespace !== claim.metadata.namespace || claimRef.name !== claim.metadata.name) return false
  return (claimRef.uid ?? '') === '' || claimRef.uid === claim.metadata.uid
}

/**
 * Could this volume serve the claim (`FindMatchingVolume`; the scheduler looks at volumes of the claim's class alone)? One that
 * is kept for it must be large enough and of its mode; any other must also be free, selected, and offer every access mode.
 */
export function serves(disk: PersistentDisk, claim: Claim): boolean {
  if ((disk.spec?.storageClassName ?? '') !== classOf(claim) || disk.metadata.deletionTimestamp !== undefined) return false
  if (bytesOf(disk.spec?.capacity) < bytesOf(claim.spec?.resources?.requests)) return false
  if ((disk.spec?.volumeMode ?? 'Filesystem') !== (claim.spec?.volumeMode ?? 'Filesystem') || attributesOf(disk) !== attributesOf(claim)) return false
  if (disk.spec?.claimRef !== undefined) return isReservedFor(disk, claim)
  if (disk.status?.phase !== 'Available') return false
  if (claim.spec?.selector !== undefined && !matchesSelector(claim.spec.selector, disk.metadata.labels)) return false
  const modes: readonly string[] = disk.spec?.accessModes ?? []
  return (claim.spec?.accessModes ?? []).every((mode) => modes.includes(mode))
}

function attributesOf({ spec }: Claim | PersistentDisk): string {
  return (spec as { volumeAttributesClassName?: string } | undefined)?.volumeAttributesClassName ?? ''
}
