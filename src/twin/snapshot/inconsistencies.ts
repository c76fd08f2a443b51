/**
 * What does not fit together in a snapshot: it loads all the same, with a sentence for each kind of trouble. Only what
 * was collected can be missed: where no node was collected, no node is missing.
 */

import { objectKey, refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { isNode, isPod, isTerminal, type PodObject } from '../../model/kube/workload.ts'
import { isDefaultClass } from '../api/default-class.ts'

export interface Reconciled {
  /** Each key and each uid once. */
  readonly objects: readonly KubeObject[]
  readonly notes: readonly string[]
}

const NAMED_MAX = 3

export function reconcileObjects(read: readonly KubeObject[]): Reconciled {
  const single = withoutDuplicates(read)
  const unique = withOwnUids(single.objects)
  const { objects } = unique
  const notes = [...single.notes, ...unique.notes, ...withoutUid(objects), ...podsOnMissingNodes(objects), ...ownersGone(objects), ...namespacesGone(objects), ...volumesGone(objects), ...defaultClasses(objects)]
  return { objects, notes }
}

/** The newer stands. */
function withoutDuplicates(read: readonly KubeObject[]): Reconciled {
  if (keysAscend(read)) return { objects: read, notes: [] }
  const byKey = new Map<string, KubeObject>()
  const twice: KubeObject[] = []
  for (const object of read) {
    const key = objectKey(refOf(object))
    const known = byKey.get(key)
    if (known !== undefined) twice.push(object)
    if (known === undefined || versionOf(object) >= versionOf(known)) byKey.set(key, object)
  }
  if (twice.length === 0) return { objects: read, notes: [] }
  return { objects: [...byKey.values()], notes: [`${named(twice)} ${are(twice, 'is', 'are')} in the snapshot more than once: the newest counts.`] }
}

/** As in every snapshot, unless a key is there twice. */
function keysAscend(read: readonly KubeObject[]): boolean {
  let last = ''
  return read.every((object) => {
    const before = last
    last = objectKey(refOf(object))
    return before < last
  })
}

function versionOf({ metadata }: KubeObject): number {
  return Number(metadata.resourceVersion ?? 0) || 0
}

/** A uid that two objects have belongs to the first; the other gets one of its own. */
function withOwnUids(read: readonly KubeObject[]): Reconciled {
  const seen = new Set<string>()
  const doubled: KubeObject[] = []
  const objects = read.map((object) => {
    if (object.metadata.uid === undefined || !seen.has(object.metadata.uid)) {
      if (object.metadata.uid !== undefined) seen.add(object.metadata.uid)
      return object
    }
    const { uid: _, ...metadata } = object.metadata
    doubled.push(object)
    return { ...object, metadata }
  })
  if (doubled.length === 0) return { objects: read, notes: [] }
  return { objects, notes: [`${named(doubled)} ${are(doubled, 'has', 'have')} the uid of another object and ${are(doubled, 'gets', 'get')} one of ${are(doubled, 'its', 'their')} own; what it owned is the other’s.`] }
}

/** In a folder of manifests nothing has a uid; beside pods that have one it is strange. */
function withoutUid(objects: readonly KubeObject[]): string[] {
  const pods = objects.filter(isPod)
  const bare = pods.filter(({ metadata }) => metadata.uid === undefined)
  return bare.length === 0 || bare.length === pods.length ? [] : [`${named(bare)} ${are(bare, 'has', 'have')} no uid and ${are(bare, 'gets', 'get')} one made from ${are(bare, 'its name', 'their names')}.`]
}

function podsOnMissingNodes(objects: readonly KubeObject[]): string[] {
  const nodes = new Set(objects.filter(isNode).map(({ metadata }) => metadata.name ?? ''))
  if (nodes.size === 0) return []
  const byNode = new Map<string, PodObject[]>()
  for (const pod of objects.filter(isPod)) {
    const name = pod.spec?.nodeName ?? ''
    if (name !== '' && !nodes.has(name) && !isTerminal(pod)) byNode.set(name, [...(byNode.get(name) ?? []), pod])
  }
  return [...byNode].map(([name, pods]) => `Node ${name} is not there, and ${named(pods)} ${are(pods, 'is', 'are')} on it: the pod garbage collector removes ${are(pods, 'it', 'them')} after a minute, as in a cluster.`)
}

/** Uids that are named as those of owners and that no object has. Owners are few, so that is quicker than to know all uids. */
export function unknownOwners(objects: readonly KubeObject[]): ReadonlySet<string | undefined> {
  const uids = new Set<string | undefined>()
  for (const { metadata } of objects) for (const { uid } of metadata.ownerReferences ?? []) uids.add(uid)
  for (const { metadata } of objects) uids.delete(metadata.uid)
  return uids
}

/** Of kinds that were collected: an owner of another kind may well be there. */
function ownersGone(objects: readonly KubeObject[]): string[] {
  const gone = unknownOwners(objects)
  if (gone.size === 0) return []
  const kinds = new Set(objects.map(({ kind }) => kind))
  const keys = new Set(objects.map(({ kind, metadata }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name ?? ''}`))
  const orphans = objects.filter((object) => (object.metadata.ownerReferences ?? []).some(({ uid, kind, name }) => gone.has(uid) && kinds.has(kind) && !keys.has(`${kind}/${object.metadata.namespace ?? ''}/${name}`) && !keys.has(`${kind}//${name}`)))
  return orphans.length === 0 ? [] : [`The ${are(orphans, 'owner', 'owners')} of ${named(orphans)} ${are(orphans, 'is', 'are')} not there: ${are(orphans, 'it is', 'they are')} left alone, where a cluster would collect ${are(orphans, 'it', 'them')}.`]
}

function namespacesGone(objects: readonly KubeObject[]): string[] {
  const known = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name))
  if (known.size === 0) return []
  const missing = [...new Set(objects.map(({ metadata }) => metadata.namespace ?? ''))].filter((name) => name !== '' && !known.has(name)).sort()
  return missing.map((name) => `Namespace ${name} is not there although objects are in it: it is assumed to be.`)
}

function volumesGone(objects: readonly KubeObject[]): string[] {
  const volumes = new Set(objects.filter(({ kind }) => kind === 'PersistentVolume').map(({ metadata }) => metadata.name))
  if (volumes.size === 0) return []
  const lost = objects.filter((object) => object.kind === 'PersistentVolumeClaim' && volumeOf(object) !== '' && !volumes.has(volumeOf(object)))
  return lost.map((claim) => `${subjectText(subjectOf(claim))} is bound to PersistentVolume ${volumeOf(claim)}, which is not there: pods that run keep it, new ones find no node.`)
}

function volumeOf(claim: KubeObject): string {
  return (claim['spec'] as { readonly volumeName?: string } | undefined)?.volumeName ?? ''
}

/** Upstream takes the newest (`pkg/volume/util/storageclass.go`). */
function defaultClasses(objects: readonly KubeObject[]): string[] {
  const classes = objects.filter((object) => object.kind === 'StorageClass' && isDefaultClass(object))
  return classes.length < 2 ? [] : [`${named(classes)} are all the default: claims without a class get the newest, as in a cluster.`]
}

function named(objects: readonly KubeObject[]): string {
  const names = objects.slice(0, NAMED_MAX).map((object) => subjectText(subjectOf(object)))
  const more = objects.length - names.length
  return more === 0 ? names.join(', ') : `${names.join(', ')} and ${more} more`
}

function are(objects: readonly object[], one: string, many: string): string {
  return objects.length === 1 ? one : many
}
