/**
 * Deletion: at once, gracefully (pods), or held back by finalizers
 * (`staging/src/k8s.io/apiserver/pkg/registry/{rest/delete.go,generic/registry/store.go}`,
 * `pkg/registry/core/pod/strategy.go`).
 */

import { parseTimeMs, toKubeTime } from '../../kernel/clock.ts'
import { groupKind, refOf, type KubeObject, type ObjectRef } from '../../model/kube-object.ts'
import { isPod, isTerminal, type PodObject } from '../../model/kube/workload.ts'
import type { RemoveOptions } from '../../ports/cluster.ts'
import { admitByPolicies } from '../policies/admit.ts'
import { DEFINITION_KIND, dropInstances } from './custom-definitions.ts'
import { admitNamespaceRemoval } from './admit-namespace.ts'
import type { ApiEnvironment } from './environment.ts'
import type { Resource } from './resource.ts'
import { conflict } from './status-error.ts'
import { demandStored } from './stored-object.ts'
import { isReleased } from './update.ts'

const FOREGROUND = 'foregroundDeletion'
const ORPHAN = 'orphan'

/** Returns the object as it stands afterwards: still there while it terminates, or as it was when it went. */
export function removeObject(environment: ApiEnvironment, ref: ObjectRef, options: RemoveOptions = {}): KubeObject {
  const resource = environment.resources.demand(ref.apiVersion, ref.kind)
  const found = demandStored(environment.store, resource, ref)
  refuseOther(resource, found, options)
  admitByPolicies(environment, { operation: 'DELETE', resource, subresource: '', dryRun: options.dryRun === true, oldObject: found })
  if (groupKind(ref.apiVersion, ref.kind) === '/Namespace') admitNamespaceRemoval(ref.name)
  return removeStored(environment, found, options)
}

/** The deletion itself, of what was found and may go. */
export function removeStored(environment: ApiEnvironment, found: KubeObject, options: RemoveOptions): KubeObject {
  const deleted = isPod(found) ? deletePod(environment, found, options) : markedAsDeleted(environment, withFinalizers(found, options.propagation ?? defaultPropagation(found)))
  if (options.dryRun === true) return deleted
  if (isReleased(deleted)) {
    environment.store.drop(refOf(deleted))
    if (groupKind(deleted.apiVersion, deleted.kind) === DEFINITION_KIND) dropInstances(environment.store, deleted)
    return deleted
  }
  return deleted === found ? found : environment.store.put(deleted)
}

/** Throws 409 for another object than the one that is meant. Upstream names the kind here, where every other conflict names the resource. */
export function refuseOther({ group, kind }: Resource, found: KubeObject, options: RemoveOptions): void {
  const named = { group, plural: kind }
  const { uid, resourceVersion, name = '' } = found.metadata
  if (options.uid !== undefined && options.uid !== uid) {
    throw conflict(named, name, `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`)
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    throw conflict(named, name, `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`)
  }
}

/** Jobs and ReplicationControllers leave what they made behind, unless somebody says otherwise (`DefaultGarbageCollectionPolicy`). */
const ORPHANING = new Set(['batch/Job', '/ReplicationController'])

function defaultPropagation({ apiVersion, kind, metadata }: KubeObject): RemoveOptions['propagation'] {
  const isSaid = metadata.finalizers?.some((finalizer) => finalizer === FOREGROUND || finalizer === ORPHAN) === true
  return !isSaid && ORPHANING.has(groupKind(apiVersion, kind)) ? 'Orphan' : undefined
}

/** Foreground and orphan deletion are finalizers that the garbage collector takes off; background takes them off now. */
function withFinalizers(object: KubeObject, propagation: RemoveOptions['propagation']): KubeObject {
  if (propagation === undefined) return object
  const before = object.metadata.finalizers ?? []
  const others = before.filter((finalizer) => finalizer !== FOREGROUND && finalizer !== ORPHAN)
  const finalizers = propagation === 'Foreground' ? [...others, FOREGROUND] : propagation === 'Orphan' ? [...others, ORPHAN] : others
  if (finalizers.length === before.length && finalizers.every((finalizer) => before.includes(finalizer))) return object
  const { finalizers: _, ...metadata } = object.metadata
  return { ...object, metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers } }
}

/** Without a grace: what holds it is all that it waits for. */
function markedAsDeleted(environment: ApiEnvironment, object: KubeObject): KubeObject {
  const { deletionTimestamp } = object.metadata
  if (deletionTimestamp === undefined) return withPhase(stamp(environment, object, 0))
  const isLater = (parseTimeMs(deletionTimestamp) ?? 0) > environment.nowMs()
  if (!isLater && object.metadata.deletionGracePeriodSeconds === 0) return object
  return { ...object, metadata: { ...object.metadata, deletionTimestamp: isLater ? toKubeTime(environment.nowMs()) : deletionTimestamp, deletionGracePeriodSeconds: 0 } }
}

function withPhase(object: KubeObject): KubeObject {
  if (groupKind(object.apiVersion, object.kind) !== '/Namespace') return object
  return { ...object, status: { ...(object['status'] as object | undefined), phase: 'Terminating' } }
}

/** A pod ends within its grace; a second delete may only shorten what is left, and changes nothing else. */
function deletePod(environment: ApiEnvironment, pod: PodObject, { gracePeriodSeconds: asked, propagation }: RemoveOptions): KubeObject {
  const { deletionTimestamp, deletionGracePeriodSeconds: left = 0 } = pod.metadata
  if (deletionTimestamp === undefined) return withFinalizers(stamp(environment, pod, graceOf(environment, pod, asked)), propagation)
  if (left === 0) return markedAsDeleted(environment, withFinalizers(pod, propagation))
  const wanted = asked === undefined || asked >= 0 ? asked : SHORTEST_SECONDS
  if (wanted === undefined || wanted >= left) return pod
  return withFinalizers(shortened(environment, pod, { fromSeconds: left, toSeconds: wanted }), propagation)
}

/** A grace below 0 is the shortest there is. */
const SHORTEST_SECONDS = 1

/** As if it had been asked for at first, but never in the past. */
function shortened({ nowMs }: ApiEnvironment, pod: KubeObject, { fromSeconds, toSeconds }: { readonly fromSeconds: number; readonly toSeconds: number }): KubeObject {
  const endsMs = (parseTimeMs(pod.metadata.deletionTimestamp ?? '') ?? nowMs()) + (toSeconds - fromSeconds) * 1000
  const isPast = endsMs < nowMs()
  const deletionGracePeriodSeconds = isPast && toSeconds !== 0 ? SHORTEST_SECONDS : toSeconds
  return { ...pod, metadata: { ...pod.metadata, deletionTimestamp: toKubeTime(isPast ? nowMs() : endsMs), deletionGracePeriodSeconds } }
}

/** Nobody has to stop a pod that has no node or has ended: grace 0. */
function graceOf(environment: ApiEnvironment, pod: PodObject, asked: number | undefined): number {
  if ((pod.spec?.nodeName ?? '') === '' || isTerminal(pod)) return 0
  const seconds = asked ?? pod.spec?.terminationGracePeriodSeconds ?? environment.profile.defaultTerminationGraceSeconds
  return seconds < 0 ? SHORTEST_SECONDS : seconds
}

function stamp(environment: ApiEnvironment, object: KubeObject, graceSeconds: number): KubeObject {
  const { generation } = object.metadata
  return {
    ...object,
    metadata: {
      ...object.metadata,
      deletionTimestamp: toKubeTime(environment.nowMs() + graceSeconds * 1000),
      deletionGracePeriodSeconds: graceSeconds,
      ...(generation === undefined || generation === 0 ? {} : { generation: generation + 1 }),
    },
  }
}
