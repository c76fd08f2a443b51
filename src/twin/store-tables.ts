/**
 * The tables of a store: objects in one bucket per kind and namespace, and the indexes over them. They fork by sharing;
 * a bucket is copied, as a layer, when one side first writes to it.
 */

import { controllerOf, type KubeObject } from '../model/kube-object.ts'
import { isPod } from '../model/kube/workload.ts'
import { CowMap } from './cow-map.ts'
import { createLabelIndex, type LabelIndex } from './label-index.ts'

export interface Tables {
  readonly buckets: Map<string, { readonly table: CowMap<KubeObject>; owned: boolean }>
  readonly namespacesOfKind: Map<string, Set<string>>
  readonly keyByUid: CowMap<string>
  /** The objects themselves, not their keys: they are asked for far more often than they change. */
  readonly podsByNode: CowMap<readonly KubeObject[]>
  readonly podsByLabel: LabelIndex
  readonly byController: CowMap<readonly KubeObject[]>
  readonly keysByOwner: CowMap<readonly string[]>
}

export function createTables(): Tables {
  return { buckets: new Map(), namespacesOfKind: new Map(), keyByUid: new CowMap(), podsByNode: new CowMap(), podsByLabel: createLabelIndex(), byController: new CowMap(), keysByOwner: new CowMap() }
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

export function listObjects(tables: Tables, kind: string, namespace: string | undefined): Iterable<KubeObject> {
  if (namespace === undefined) return listEverywhere(tables, kind)
  return tables.buckets.get(`${kind}|${namespace}`)?.table.values() ?? []
}

function* listEverywhere(tables: Tables, kind: string): Iterable<KubeObject> {
  for (const name of tables.namespacesOfKind.get(kind) ?? []) {
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
    podsByLabel: tables.podsByLabel.fork(),
    byController: tables.byController.fork(),
    keysByOwner: tables.keysByOwner.fork(),
  }
}

export function reindex(tables: Tables, key: string, before: KubeObject | undefined, after: KubeObject | undefined): void {
  if (before?.metadata.uid !== after?.metadata.uid) {
    if (before?.metadata.uid !== undefined) tables.keyByUid.delete(before.metadata.uid)
    if (after?.metadata.uid !== undefined) tables.keyByUid.set(after.metadata.uid, key)
  }
  if (isPod((after ?? before) as KubeObject)) tables.podsByLabel.replace(before, after)
  moveObject(tables.podsByNode, { object: before, place: nodeName(before) }, { object: after, place: nodeName(after) })
  moveObject(tables.byController, { object: before, place: controllerUid(before) }, { object: after, place: controllerUid(after) })
  if (before?.metadata.ownerReferences !== after?.metadata.ownerReferences) moveKey(tables.keysByOwner, key, ownerUids(before), ownerUids(after))
}

function nodeName(object: KubeObject | undefined): string | undefined {
  const name = object !== undefined && isPod(object) ? object.spec?.nodeName : undefined
  return name === '' ? undefined : name
}

function controllerUid(object: KubeObject | undefined): string | undefined {
  return object === undefined ? undefined : controllerOf(object)?.uid
}

function ownerUids(object: KubeObject | undefined): readonly string[] {
  return object?.metadata.ownerReferences?.map((owner) => owner.uid) ?? []
}

interface Placed {
  readonly object: KubeObject | undefined
  readonly place: string | undefined
}

/** Who stays in a place keeps its position there. */
function moveObject(index: CowMap<readonly KubeObject[]>, from: Placed, to: Placed): void {
  if (from.place === to.place) {
    if (to.place !== undefined) index.set(to.place, (index.get(to.place) ?? []).map((other) => (other === from.object ? (to.object as KubeObject) : other)))
    return
  }
  if (from.place !== undefined) {
    const rest = (index.get(from.place) ?? []).filter((other) => other !== from.object)
    if (rest.length === 0) index.delete(from.place)
    else index.set(from.place, rest)
  }
  if (to.place !== undefined) index.set(to.place, [...(index.get(to.place) ?? []), to.object as KubeObject])
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
