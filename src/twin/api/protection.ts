/** StorageObjectInUseProtection admission: what keeps a claim or a volume that is deleted while it is used. */

import { groupKind, type KubeObject } from '../../model/kube-object.ts'

/** By group and kind: the finalizer that comes off when nobody uses the object. */
export const PROTECTIONS: Readonly<Record<string, string>> = {
  '/PersistentVolumeClaim': 'kubernetes.io/pvc-protection',
  '/PersistentVolume': 'kubernetes.io/pv-protection',
  'storage.k8s.io/VolumeAttributesClass': 'kubernetes.io/vac-protection',
}

/** The new object with the finalizer of its kind; the same object where there is none, or where it has it. */
export function withProtection(object: KubeObject): KubeObject {
  const finalizer = PROTECTIONS[groupKind(object.apiVersion, object.kind)]
  const { finalizers = [] } = object.metadata
  if (finalizer === undefined || finalizers.includes(finalizer)) return object
  return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } }
}
