/**
 * The twin's etcd: immutable objects by key, one resource-version counter, indexes, and a log of changes.
 *
 * It knows nothing of admission or defaults; `api/` stands in front of it for every writer. Objects live in one
 * bucket per kind and namespace, because those are the lists that controllers and clients ask for. A fork
 * shares all buckets and copies the table of a bucket only when it first writes there.
 */

import { groupKind, type KubeObject, type ObjectRef } from '../model/kube-object.ts'
import type { Labels } from '../model/kube/selector.ts'
import type { PodObject } from '../model/kube/workload.ts'
import { createChangeLog } from './change-log.ts'
import { createTables, findAll, findByKey, findByRef, forkTables, listObjects, reindex, writableBucket, type Tables } from './store-tables.ts'

/** One write. `before` is absent on create, `after` on removal. */
export interface Change {
  readonly groupKind: string
  readonly key: string
  readonly before?: KubeObject
  readonly after?: KubeObject
  readonly resourceVersion: number
}

export interface StoreReader {
  /** Of the last write. */
  readonly resourceVersion: number
  get(ref: ObjectRef): KubeObject | undefined
  /** By `groupKind|namespace|name`. */
  byKey(key: string): KubeObject | undefined
  byUid(uid: string): KubeObject | undefined
  /** `list('apps/Deployment')`, `list('/Pod', 'shop')`. In a stable order, not sorted. */
  list(kind: string, namespace?: string): Iterable<KubeObject>
  podsOn(nodeName: string): readonly PodObject[]
  /** Pods of the namespace that carry all these labels, one at least. */
  podsCarrying(namespace: string, labels: Labels): PodObject[]
  /** Objects whose managing owner (`controller: true`) has this uid. */
  ownedBy(uid: string): readonly KubeObject[]
  /** Objects that name this uid in any owner reference: what garbage collection asks. */
  dependentsOf(uid: string): readonly KubeObject[]
  kinds(): Iterable<string>
  /** Changes after a resource version, oldest first; undefined when the log no longer reaches back so far. */
  changesAfter(resourceVersion: number): readonly Change[] | undefined
}

export interface Store extends StoreReader {
  /** Stores the object with the next resource version stamped on it, and returns it as stored. */
  put(object: KubeObject): KubeObject
  /**
   * Stores what was read from a cluster, resource versions and all: evidence and plans cite them. The counter goes on
   * from the highest; objects without a version get one. For an empty store.
   */
  load(objects: readonly KubeObject[]): void
  /** Removes for good. The removal takes a resource version of its own, as in etcd. */
  drop(ref: ObjectRef): void
  /** Called after every write, in order. */
  onChange(listener: (change: Change) => void): void
  fork(): Store
}

export function createStore(): Store {
  return storeOver(createTables(), 1)
}

function storeOver(tables: Tables, firstVersion: number): Store {
  const log = createChangeLog(firstVersion)
  const listeners: ((change: Change) => void)[] = []
  let version = firstVersion
  const publish = (change: Change): void => {
    log.push(change)
    for (const listener of listeners) listener(change)
  }
  const write = (stored: KubeObject): KubeObject => {
    const { name = '', namespace = '' } = stored.metadata
    const kind = groupKind(stored.apiVersion, stored.kind)
    const key = `${kind}|${namespace}|${name}`
    const bucket = writableBucket(tables, kind, namespace)
    const before = bucket.get(name)
    bucket.set(name, stored)
    reindex(tables, key, before, stored)
    publish({ groupKind: kind, key, after: stored, resourceVersion: version, ...(before === undefined ? {} : { before }) })
    return stored
  }
  const put = (object: KubeObject): KubeObject => {
    version += 1
    return write({ ...object, metadata: { ...object.metadata, resourceVersion: String(version) } })
  }
  const load = (objects: readonly KubeObject[]): void => {
    version = objects.reduce((highest, object) => Math.max(highest, versionOf(object)), version)
    log.restartFrom(version)
    for (const object of objects) (versionOf(object) > 0 ? write : put)(object)
  }
  const drop = (ref: ObjectRef): void => {
    const { name, namespace = '' } = ref
    const kind = groupKind(ref.apiVersion, ref.kind)
    const key = `${kind}|${namespace}|${name}`
    const before = findByRef(tables, ref)
    if (before === undefined) return
    version += 1
    writableBucket(tables, kind, namespace).delete(name)
    reindex(tables, key, before, undefined)
    publish({ groupKind: kind, key, before, resourceVersion: version })
  }
  return {
    ...readerOver(tables),
    get resourceVersion() {
      return version
    },
    changesAfter: log.after,
    put,
    load,
    drop,
    onChange: (listener) => void listeners.push(listener),
    fork: () => storeOver(forkTables(tables), version),
  }
}

function readerOver(tables: Tables): Omit<StoreReader, 'resourceVersion' | 'changesAfter'> {
  return {
    get: (ref) => findByRef(tables, ref),
    byKey: (key) => findByKey(tables, key),
    byUid: (uid) => findAll(tables, [tables.keyByUid.get(uid) ?? ''])[0],
    list: (kind, namespace) => listObjects(tables, kind, namespace),
    podsOn: (nodeName) => (tables.podsByNode.get(nodeName) ?? []) as readonly PodObject[],
    podsCarrying: (namespace, labels) => tables.podsByLabel.carrying(namespace, labels) as PodObject[],
    ownedBy: (uid) => tables.byController.get(uid) ?? [],
    dependentsOf: (uid) => findAll(tables, tables.keysByOwner.get(uid)),
    kinds: () => tables.buckets.keys(),
  }
}

/** Resource versions are decimal numbers; anything else (a version of another kind of server) counts as none. */
function versionOf(object: KubeObject): number {
  const version = Number(object.metadata.resourceVersion)
  return Number.isSafeInteger(version) && version > 0 ? version : 0
}
