/** The class of claims that ask for none (`pkg/volume/util/storageclass.go`): the newest of those that are marked, the first by name of several. */

import type { KubeObject } from '../../model/kube-object.ts'
import type { StoreReader } from '../store.ts'

const MARKS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'

export function isDefaultClass({ metadata }: KubeObject): boolean {
  return MARKS.some((mark) => metadata.annotations?.[mark] === 'true')
}

/** The claim with that class, or the same claim: it asks for a class, if only for none, or there is none to have. */
export function withDefaultClass(store: StoreReader, claim: KubeObject): KubeObject {
  const spec = (claim['spec'] ?? {}) as { storageClassName?: string }
  if (spec.storageClassName !== undefined || claim.metadata.annotations?.[CLASS_ANNOTATION] !== undefined) return claim
  const newest = [...store.list('storage.k8s.io/StorageClass')].filter(isDefaultClass).sort((left, right) => compare(right.metadata.creationTimestamp, left.metadata.creationTimestamp) || compare(left.metadata.name, right.metadata.name))[0]
  return newest === undefined ? claim : { ...claim, spec: { ...spec, storageClassName: newest.metadata.name } }
}

function compare(left: string | undefined, right: string | undefined): number {
  return (left ?? '') < (right ?? '') ? -1 : (left ?? '') > (right ?? '') ? 1 : 0
}
