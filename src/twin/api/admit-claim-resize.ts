/** The PersistentVolumeClaimResize admission: a claim grows only where it has a volume, and its class lets it. */

import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { bytesOf, classNamed, classOf } from '../scheduler/storage.ts'
import type { StoreReader } from '../store.ts'
import { forbidden } from './status-error.ts'

const CLAIMS = { group: '', plural: 'persistentvolumeclaims' }

type Claim = KubeObject & PersistentVolumeClaim

/** Throws 403. */
export function refuseGrowth(store: StoreReader, before: KubeObject, next: KubeObject): void {
  const [old, claim] = [before, next] as [Claim, Claim]
  if (bytesOf(claim.spec?.resources?.requests) <= bytesOf(old.spec?.resources?.requests)) return
  const refuse = (why: string): never => {
    throw forbidden(CLAIMS, next.metadata.name ?? '', why)
  }
  if (old.status?.phase !== 'Bound') refuse('Only bound persistent volume claims can be expanded')
  if (!mayGrow(store, old, claim)) refuse('only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize')
}

function mayGrow(store: StoreReader, old: Claim, claim: Claim): boolean {
  const className = classOf(claim)
  return className !== '' && className === classOf(old) && classNamed(store, className)?.allowVolumeExpansion === true
}
