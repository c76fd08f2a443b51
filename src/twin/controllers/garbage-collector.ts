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
    if (after === undefined && uid !== undefined && store.dependentsOf(uid).length > 0) yield `gone|${uid}`
    if (after !== undefined && isWaiting(after)) yield `waiting|${after.metadata.uid ?? ''}`
    // A dependent that goes may be the last one that its owner waits for.
    if (after === undefined) for (const owner of before?.metadata.ownerReferences ?? []) yield `waiting|${owner.uid}`
  },
  sync(key, context) {
    const uid = key.slice(key.indexOf('|') + 1)
    if (key.startsWith('gone|')) collectDependents(context, uid)
    else finishWaiting(context, uid)
  },
}

function isWaiting(object: KubeObject): boolean {
  return isTerminating(object) && (object.metadata.finalizers ?? []).some((finalizer) => finalizer === FOREGROUND || finalizer === ORPHAN)
}

/** The owner is gone: dependents with another living owner lose the reference, the rest are deleted. */
function collectDependents(context: Context, ownerUid: string): void {
  for (const dependent of context.store.dependentsOf(ownerUid)) {
    const others = (dependent.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== ownerUid)
    const hasLivingOwner = others.some(({ uid }) => context.store.byUid(uid) !== undefined)
    if (hasLivingOwner) dropOwner(context, dependent, ownerUid)
    else if (!isTerminating(dependent)) removeQuietly(context, dependent, 'Background')
  }
}

function finishWaiting(context: Context, uid: string): void {
  const owner = context.store.byUid(uid)
  if (owner === undefined || !isWaiting(owner)) return
  if (owner.metadata.finalizers?.includes(ORPHAN) === true) {
    for (const dependent of context.store.dependentsOf(uid)) dropOwner(context, dependent, uid)
    return dropFinalizer(context, owner, ORPHAN)
  }
  const dependents = context.store.dependentsOf(uid)
  for (const dependent of dependents.filter((candidate) => !isTerminating(candidate))) {
    const hasOwn = context.store.dependentsOf(dependent.metadata.uid ?? '').length > 0
    removeQuietly(context, dependent, hasOwn ? 'Foreground' : 'Background')
  }
  const blocking = context.store.dependentsOf(uid).filter((dependent) => dependent.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true))
  if (blocking.length === 0) dropFinalizer(context, owner, FOREGROUND)
}

function dropOwner(context: Context, dependent: KubeObject, ownerUid: string): void {
  const rest = (dependent.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== ownerUid)
  context.api.patch(refOf(dependent), { type: 'merge', body: { metadata: { ownerReferences: rest.length === 0 ? null : rest } } as never })
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
