/**
 * The garbage collector (`pkg/controller/garbagecollector`): when an owner goes, what only it owned goes with it
 * (Background), before it (Foreground), or stays (Orphan).
 *
 * It acts on owners that it sees go. An object whose owner was never seen is left alone: a snapshot seldom holds
 * every owner, and to delete what somebody else keeps would be the worse mistake.
 */

import { isFault } from '../../kernel/fault.ts'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import { isTerminating } from '../../model/kube/workload.ts'
import type { RemoveOptions } from '../../ports/cluster.ts'
import type { Context, Controller } from '../controller.ts'
import { CowMap } from '../cow-map.ts'

const FOREGROUND = 'foregroundDeletion'
const ORPHAN = 'orphan'

/** Every kind that the API serves can own and be owned: the collector hears of all of them. */
export const ALL_KINDS = '*'

export const garbageCollector: Controller<CowMap<true>> = {
  name: 'garbage-collector',
  watches: [ALL_KINDS],
  latencyMs: 20,
  createState: () => new CowMap(),
  *keysFor({ before, after }, store) {
    const uid = before?.metadata.uid
    if (after === undefined && uid !== undefined && store.dependentsOf(uid).length > 0) yield `${GONE}${uid}`
    if (after !== undefined && isWaiting(after)) yield `${WAITING}${after.metadata.uid ?? ''}`
    // A dependent that goes, or lets go, may be the last one that its owner waits for.
    if (before !== undefined) for (const owner of releasedOwners(before, after)) yield `${WAITING}${owner}`
  },
  sync(key, context) {
    const uid = key.slice(key.indexOf('|') + 1)
    if (key.startsWith(GONE)) for (const dependent of context.store.dependentsOf(uid)) collect(context, dependent)
    else finishWaiting(context, uid)
  },
}

const GONE = 'gone|'
const WAITING = 'waiting|'

function releasedOwners(before: KubeObject, after: KubeObject | undefined): string[] {
  const had = before.metadata.ownerReferences
  if (had === undefined || had === after?.metadata.ownerReferences) return []
  const has = after?.metadata.ownerReferences ?? []
  return had.filter(({ uid, blockOwnerDeletion }) => !has.some((other) => other.uid === uid && other.blockOwnerDeletion === blockOwnerDeletion)).map(({ uid }) => uid)
}

function isWaiting(object: KubeObject): boolean {
  return isTerminating(object) && (object.metadata.finalizers ?? []).some((finalizer) => finalizer === FOREGROUND || finalizer === ORPHAN)
}

/** It goes when all that depends on it, and says that it holds it, is gone. */
function isDeletingDependents(object: KubeObject): boolean {
  return isTerminating(object) && object.metadata.finalizers?.includes(FOREGROUND) === true
}

/**
 * Deletes an object that no owner keeps. Where one keeps it, it lets go of the others: of those that are gone, and of those that
 * wait for it. What is on its way out already only goes on.
 */
function collect(context: Context, object: KubeObject): void {
  if (isTerminating(object)) return isDeletingDependents(object) ? finishForeground(context, object) : undefined
  const owners = (object.metadata.ownerReferences ?? []).map(({ uid }) => ({ uid, owner: context.store.byUid(uid) }))
  if (owners.length === 0) return
  const dangling = owners.filter(({ owner }) => owner === undefined)
  const waiting = owners.filter(({ owner }) => owner !== undefined && isDeletingDependents(owner))
  const loose = [...dangling, ...waiting].map(({ uid }) => uid)
  if (loose.length < owners.length) return dropOwners(context, object, loose)
  const dependents = context.store.dependentsOf(object.metadata.uid ?? '')
  if (waiting.length === 0 || dependents.length === 0) return removeQuietly(context, object, 'Background')
  // In a circle everybody would wait for everybody.
  if (dependents.some(isDeletingDependents)) unblock(context, object)
  removeQuietly(context, object, 'Foreground')
}

function finishWaiting(context: Context, uid: string): void {
  const owner = context.store.byUid(uid)
  if (owner === undefined || !isWaiting(owner)) return
  const dependents = context.store.dependentsOf(uid)
  if (owner.metadata.finalizers?.includes(ORPHAN) === true) {
    for (const dependent of dependents) dropOwners(context, dependent, [uid])
    return dropFinalizer(context, owner, ORPHAN)
  }
  for (const dependent of dependents.filter((candidate) => !isTerminating(candidate))) collect(context, dependent)
  const latest = context.store.byUid(uid)
  if (latest !== undefined && isWaiting(latest)) finishForeground(context, latest)
}

function finishForeground(context: Context, owner: KubeObject): void {
  const { uid = '' } = owner.metadata
  const isHeld = context.store.dependentsOf(uid).some((dependent) => dependent.metadata.ownerReferences?.some((reference) => reference.uid === uid && reference.blockOwnerDeletion === true))
  if (!isHeld) dropFinalizer(context, owner, FOREGROUND)
}

function dropOwners(context: Context, dependent: KubeObject, ownerUids: readonly string[]): void {
  if (ownerUids.length === 0) return
  writeOwners(context, dependent, (dependent.metadata.ownerReferences ?? []).filter(({ uid }) => !ownerUids.includes(uid)))
}

function unblock(context: Context, dependent: KubeObject): void {
  writeOwners(context, dependent, (dependent.metadata.ownerReferences ?? []).map((owner) => ({ ...owner, blockOwnerDeletion: false })))
}

function writeOwners(context: Context, dependent: KubeObject, owners: readonly object[]): void {
  context.api.patch(refOf(dependent), { type: 'merge', body: { metadata: { ownerReferences: owners.length === 0 ? null : owners } } as never })
}

function dropFinalizer(context: Context, object: KubeObject, finalizer: string): void {
  const rest = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer)
  context.api.patch(refOf(object), { type: 'merge', body: { metadata: { finalizers: rest.length === 0 ? null : rest } } as never })
}

/** Finalizers that say how the dependents go stay: then nothing is said about propagation. */
function removeQuietly(context: Context, object: KubeObject, propagation: 'Background' | 'Foreground'): void {
  const { uid, finalizers = [] } = object.metadata
  const isSaid = finalizers.includes('orphan') || finalizers.includes('foregroundDeletion')
  const options: RemoveOptions = { ...(uid === undefined ? {} : { uid }), ...(propagation === 'Background' && isSaid ? {} : { propagation }) }
  try {
    context.api.remove(refOf(object), options)
  } catch (error) {
    if (!isFault(error) || (error.code !== 'not-found' && error.code !== 'conflict')) throw error
  }
}
