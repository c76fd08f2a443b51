/**
 * The twin's etcd: immutable objects by key, one resource-version counter, indexes, and a log of changes.
 *
 * It knows nothing of admission or defaults; `api/` stands in front of it for every writer. Objects live in one
 * bucket per kind and namespace, because those are the lists that controllers and clients ask for. A fork
 * shares all buckets and copies the table of a bucket only when it first writes there.
 */

import { groupKind, objectKey, refOf, controllerOf, type KubeObject, type ObjectRef } from '../model/kube-object.ts'
import { isPod, type PodObject } from '../model/kube/workload.ts'
import { CowMap } from './cow-map.ts'

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

/** Watchers that fall behind further than this must list again (410 Gone), as with the real watch cache. */
const CHANGES_KEPT_MAX = 20_000

interface Tables {
  readonly buckets: Map<string, { readonly table: CowMap<KubeObject>; owned: boolean }>
  readonly namespacesOfKind: Map<string, Set<string>>
  readonly keyByUid: CowMap<string>
  readonly podsByNode: CowMap<readonly string[]>
  readonly keysByController: CowMap<readonly string[]>
  readonly keysByOwner: CowMap<readonly string[]>
}

export function createStore(): Store {
  return storeOver(
    {
      buckets: new Map(),
      namespacesOfKind: new Map(),
      keyByUid: new CowMap(),
      podsByNode: new CowMap(),
      keysByController: new CowMap(),
      keysByOwner: new CowMap(),
    },
    1,
  )
}

function storeOver(tables: Tables, firstVersion: number): Store {
  let version = firstVersion
  let changes: Change[] = []
  let changesFrom = firstVersion
  const listeners: ((change: Change) => void)[] = []

  const byKey = (key: string): KubeObject | undefined => tables.buckets.get(bucketOfKey(key))?.table.get(key)
  const publish = (change: Change): void => {
    changes.push(change)
    if (changes.length > CHANGES_KEPT_MAX * 2) {
      changes = changes.slice(CHANGES_KEPT_MAX)
      changesFrom = (changes[0]?.resourceVersion ?? version) - 1
    }
    for (const listener of listeners) listener(change)
  }
  const resolveKeys = (keys: readonly string[] | undefined): KubeObject[] =>
    (keys ?? []).flatMap((key) => {
      const object = byKey(key)
      return object === undefined ? [] : [object]
    })

  const write = (stored: KubeObject): KubeObject => {
    const key = objectKey(refOf(stored))
    const before = byKey(key)
    writableBucket(tables, key).set(key, stored)
    reindex(tables, key, before, stored)
    publish({ groupKind: groupKind(stored.apiVersion, stored.kind), key, after: stored, resourceVersion: version, ...(before === undefined ? {} : { before }) })
    return stored
  }
  const put = (object: KubeObject): KubeObject => {
    version += 1
    return write({ ...object, metadata: { ...object.metadata, resourceVersion: String(version) } })
  }

  return {
    get resourceVersion() {
      return version
    },
    get: (ref) => byKey(objectKey(ref)),
    byKey,
    byUid: (uid) => {
      const key = tables.keyByUid.get(uid)
      return key === undefined ? undefined : byKey(key)
    },
    list: (kind, namespace) => listObjects(tables, kind, namespace),
    podsOn: (nodeName) => resolveKeys(tables.podsByNode.get(nodeName)).filter(isPod),
    ownedBy: (uid) => resolveKeys(tables.keysByController.get(uid)),
    dependentsOf: (uid) => resolveKeys(tables.keysByOwner.get(uid)),
    kinds: () => tables.namespacesOfKind.keys(),
    changesAfter: (resourceVersion) => {
      if (resourceVersion < changesFrom) return undefined
      return changes.slice(firstIndexAfter(changes, resourceVersion))
    },
    put,
    load(objects) {
      version = objects.reduce((highest, object) => Math.max(highest, versionOf(object)), version)
      changesFrom = version
      for (const object of objects) {
        if (versionOf(object) > 0) write(object)
        else put(object)
      }
    },
    drop(ref) {
      const key = objectKey(ref)
      const before = byKey(key)
      if (before === undefined) return
      version += 1
      writableBucket(tables, key).delete(key)
      reindex(tables, key, before, undefined)
      publish({ groupKind: groupKind(ref.apiVersion, ref.kind), key, before, resourceVersion: version })
    },
    onChange: (listener) => {
      listeners.push(listener)
    },
    fork: () => storeOver(forkTables(tables), version),
  }
}

/** `apps/Deployment|shop|cart` lives in bucket `apps/Deployment|shop`. */
function bucketOfKey(key: string): string {
  return key.slice(0, key.lastIndexOf('|'))
}

function* listObjects(tables: Tables, kind: string, namespace: string | undefined): Iterable<KubeObject> {
  const namespaces = namespace === undefined ? (tables.namespacesOfKind.get(kind) ?? []) : [namespace]
  for (const name of namespaces) {
    const bucket = tables.buckets.get(`${kind}|${name}`)
    if (bucket !== undefined) yield* bucket.table.values()
  }
}

function writableBucket(tables: Tables, key: string): CowMap<KubeObject> {
  const name = bucketOfKey(key)
  const bucket = tables.buckets.get(name)
  if (bucket?.owned === true) return bucket.table
  const table = bucket === undefined ? new CowMap<KubeObject>() : bucket.table.fork()
  tables.buckets.set(name, { table, owned: true })
  const [kind = '', namespace = ''] = name.split('|')
  const namespaces = tables.namespacesOfKind.get(kind)
  if (namespaces === undefined) tables.namespacesOfKind.set(kind, new Set([namespace]))
  else namespaces.add(namespace)
  return table
}

/** After a fork neither side owns the shared buckets any more: the next writer on either side copies. */
function forkTables(tables: Tables): Tables {
  for (const bucket of tables.buckets.values()) bucket.owned = false
  return {
    buckets: new Map(Array.from(tables.buckets, ([name, { table }]) => [name, { table, owned: false }])),
    namespacesOfKind: new Map(Array.from(tables.namespacesOfKind, ([kind, namespaces]) => [kind, new Set(namespaces)])),
    keyByUid: tables.keyByUid.fork(),
    podsByNode: tables.podsByNode.fork(),
    keysByController: tables.keysByController.fork(),
    keysByOwner: tables.keysByOwner.fork(),
  }
}

function reindex(tables: Tables, key: string, before: KubeObject | undefined, after: KubeObject | undefined): void {
  if (before?.metadata.uid !== after?.metadata.uid) {
    if (before?.metadata.uid !== undefined) tables.keyByUid.delete(before.metadata.uid)
    if (after?.metadata.uid !== undefined) tables.keyByUid.set(after.metadata.uid, key)
  }
  moveKey(tables.podsByNode, key, nodeNames(before), nodeNames(after))
  moveKey(tables.keysByController, key, controllerUids(before), controllerUids(after))
  moveKey(tables.keysByOwner, key, ownerUids(before), ownerUids(after))
}

function nodeNames(object: KubeObject | undefined): readonly string[] {
  const name = object !== undefined && isPod(object) ? object.spec?.nodeName : undefined
  return name === undefined || name === '' ? [] : [name]
}

function controllerUids(object: KubeObject | undefined): readonly string[] {
  const uid = object === undefined ? undefined : controllerOf(object)?.uid
  return uid === undefined ? [] : [uid]
}

function ownerUids(object: KubeObject | undefined): readonly string[] {
  return object?.metadata.ownerReferences?.map((owner) => owner.uid) ?? []
}

function moveKey(index: CowMap<readonly string[]>, key: string, from: readonly string[], to: readonly string[]): void {
  for (const bucket of from) {
    if (to.includes(bucket)) continue
    const rest = (index.get(bucket) ?? []).filter((other) => other !== key)
    if (rest.length === 0) index.delete(bucket)
    else index.set(bucket, rest)
  }
  for (const bucket of to) {
    if (!from.includes(bucket)) index.set(bucket, [...(index.get(bucket) ?? []), key])
  }
}

/** Resource versions are decimal numbers; anything else (a version of another kind of server) counts as none. */
function versionOf(object: KubeObject): number {
  const version = Number(object.metadata.resourceVersion)
  return Number.isSafeInteger(version) && version > 0 ? version : 0
}

function firstIndexAfter(changes: readonly Change[], resourceVersion: number): number {
  let low = 0
  let high = changes.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((changes[middle]?.resourceVersion ?? 0) > resourceVersion) high = middle
    else low = middle + 1
  }
  return low
}
