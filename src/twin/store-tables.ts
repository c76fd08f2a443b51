/**
 * The tables of a store: objects in one bucket per kind and namespace, and the indexes over them. They fork by sharing;
 * a bucket is copied, as a layer, when one side first writes to it.
 */

import { controllerOf, groupKind, type KubeObject, type ObjectRef } from '../model/kube-object.ts'
import { isPod } from '../model/kube/workload.ts'
import { CowMap } from './cow-map.ts'
import { createLabelIndex, type LabelIndex } from './label-index.ts'

interface Bucket {
  /** By name. */
  readonly table: CowMap<KubeObject>
  owned: boolean
}

export interface Tables {
  /** By kind, then by namespace. */
  readonly buckets: Map<string, Map<string, Bucket>>
  readonly keyByUid: CowMap<string>
  /** The objects themselves, not their keys: they are asked for far more often than they change. */
  readonly podsByNode: CowMap<readonly KubeObject[]>
  readonly podsByLabel: LabelIndex
  readonly byController: CowMap<readonly KubeObject[]>
  readonly keysByOwner: CowMap<readonly string[]>
}

export function createTables(): Tables {
  return { buckets: new Map(), keyByUid: new CowMap(), podsByNode: new CowMap(), podsByLabel: createLabelIndex(), byController: new CowMap(), keysByOwner: new CowMap() }
}

export function findByRef({ buckets }: Tables, { apiVersion, kind, namespace = '', name }: ObjectRef): KubeObject | undefined {
  return buckets.get(groupKind(apiVersion, kind))?.get(namespace)?.table.get(name)
}

/** `apps/Deployment|shop|cart`. */
export function findByKey({ buckets }: Tables, key: string): KubeObject | undefined {
  const first = key.indexOf('|')
  const second = key.indexOf('|', first + 1)
  return buckets.get(key.slice(0, first))?.get(key.slice(first + 1, second))?.table.get(key.slice(second + 1))
}

export function findAll(tables: Tables, keys: readonly string[] | undefined): KubeObject[] {
  return (keys ?? []).flatMap((key) => findByKey(tables, key) ?? [])
}

export function listObjects({ buckets }: Tables, kind: string, namespace: string | undefined): Iterable<KubeObject> {
  const ofKind = buckets.get(kind)
  if (ofKind === undefined) return []
  return namespace === undefined ? listEverywhere(ofKind) : (ofKind.get(namespace)?.table.values() ?? [])
}

function* listEverywhere(ofKind: ReadonlyMap<string, Bucket>): Iterable<KubeObject> {
  for (const { table } of ofKind.values()) yield* table.values()
}

export function writableBucket({ buckets }: Tables, kind: string, namespace: string): CowMap<KubeObject> {
  const ofKind = buckets.get(kind) ?? new Map<string, Bucket>()
  const bucket = ofKind.get(namespace)
  if (bucket?.owned === true) return bucket.table
  const table = bucket === undefined ? new CowMap<KubeObject>() : bucket.table.fork()
  ofKind.set(namespace, { table, owned: true })
  buckets.set(kind, ofKind)
  return table
}

/** After a fork neither side owns the shared buckets any more: the next writer on either side copies. */
export function forkTables(tables: Tables): Tables {
  for (const ofKind of tables.buckets.values()) for (const bucket of ofKind.values()) bucket.owned = false
  return {
    buckets: new Map(Array.from(tables.buckets, ([kind, ofKind]) => [kind, new Map(Array.from(ofKind, ([namespace, { table }]) => [namespace, { table, owned: false }]))])),
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
    if (to.place !== undefined) index.set(to.place, exchanged(index.get(to.place) ?? [], from.object as KubeObject, to.object as KubeObject))
    return
  }
  if (from.place !== undefined) {
    const rest = (index.get(from.place) ?? []).filter((other) => other !== from.object)
    if (rest.length === 0) index.delete(from.place)
    else index.set(from.place, rest)
  }
  if (to.place !== undefined) index.set(to.place, [...(index.get(to.place) ?? []), to.object as KubeObject])
}

function exchanged(list: readonly KubeObject[], before: KubeObject, after: KubeObject): readonly KubeObject[] {
  const at = list.indexOf(before)
  return at < 0 ? list : list.with(at, after)
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
