/**
 * The tables of a store: objects in one bucket per kind and namespace, and the indexes over them. They fork by sharing;
 * a bucket is copied, as a layer, when one side first writes to it.
 */

import { controllerOf, type KubeObject } from '../model/kube-object.ts'
import { isPod } from '../model/kube/workload.ts'
import { CowMap } from './cow-map.ts'

export interface Tables {
  readonly buckets: Map<string, { readonly table: CowMap<KubeObject>; owned: boolean }>
  readonly namespacesOfKind: Map<string, Set<string>>
  readonly keyByUid: CowMap<string>
  readonly podsByNode: CowMap<readonly string[]>
  readonly keysByController: CowMap<readonly string[]>
  readonly keysByOwner: CowMap<readonly string[]>
}

export function createTables(): Tables {
  return { buckets: new Map(), namespacesOfKind: new Map(), keyByUid: new CowMap(), podsByNode: new CowMap(), keysByController: new CowMap(), keysByOwner: new CowMap() }
}

export function findByKey(tables: Tables, key: string): KubeObject | undefined {
  return tables.buckets.get(bucketOfKey(key))?.table.get(key)
}

export function findAll(tables: Tables, keys: readonly string[] | undefined): KubeObject[] {
  return (keys ?? []).flatMap((key) => findByKey(tables, key) ?? [])
}

/** `apps/Deployment|shop|cart` lives in bucket `apps/Deployment|shop`. */
export function bucketOfKey(key: string): string {
  return key.slice(0, key.lastIndexOf('|'))
}

export function* listObjects(tables: Tables, kind: string, namespace: string | undefined): Iterable<KubeObject> {
  const namespaces = namespace === undefined ? (tables.namespacesOfKind.get(kind) ?? []) : [namespace]
  for (const name of namespaces) {
    const bucket = tables.buckets.get(`${kind}|${name}`)
    if (bucket !== undefined) yield* bucket.table.values()
  }
}

export function writableBucket(tables: Tables, key: string): CowMap<KubeObject> {
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
export function forkTables(tables: Tables): Tables {
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

export function reindex(tables: Tables, key: string, before: KubeObject | undefined, after: KubeObject | undefined): void {
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
