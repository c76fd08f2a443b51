/** StorageObjectInUseProtection admission: what keeps a claim or a volume that is deleted while it is used. */

import { groupKind, type KubeObject } from '../../model/kube-object.ts'

export const CLAIM_PROTECTION = 'kubernetes.io/pvc-protection'
export const VOLUME_PROTECTION = 'kubernetes.io/pv-protection'

const PROTECTIONS: Readonly<Record<string, string>> = { '/PersistentVolumeClaim': CLAIM_PROTECTION, '/PersistentVolume': VOLUME_PROTECTION }

/** The new object with the finalizer of its kind; the same object where there is none, or where it has it. */
export function withProtection(object: KubeObject): KubeObject {
  const finalizer = PROTECTIONS[groupKind(object.apiVersion, object.kind)]
  const { finalizers = [] } = object.metadata
  if (finalizer === undefined || finalizers.includes(finalizer)) return object
  return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } }
}
