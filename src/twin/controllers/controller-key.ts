/** Keys of controllers that work on one namespaced object at a time: `namespace/name`. */

import { controllerOf, type KubeObject } from '../../model/kube-object.ts'
import type { Change, StoreReader } from '../store.ts'

export function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`
}

/** The keys of the owners of `kind` before and after the change. */
export function ownerKeys(change: Change, kind: string): string[] {
  const keys = [change.before, change.after].flatMap((object) => {
    const owner = object === undefined ? undefined : controllerOf(object)
    return object === undefined || owner?.kind !== kind ? [] : [`${object.metadata.namespace ?? ''}/${owner.name}`]
  })
  return [...new Set(keys)]
}

export function objectAt(store: StoreReader, type: { readonly apiVersion: string; readonly kind: string }, key: string): KubeObject | undefined {
  const slash = key.indexOf('/')
  return store.get({ ...type, namespace: key.slice(0, slash), name: key.slice(slash + 1) })
}

/** Keys of all objects of a kind in a namespace: who may want an orphan. */
export function keysIn(store: StoreReader, groupKindText: string, namespace: string): string[] {
  return Array.from(store.list(groupKindText, namespace), keyOf)
}
