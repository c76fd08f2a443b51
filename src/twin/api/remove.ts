/**
 * Deletion: at once, gracefully (pods), or held back by finalizers
 * (`staging/src/k8s.io/apiserver/pkg/registry/{rest/delete.go,generic/registry/store.go}`,
 * `pkg/registry/core/pod/strategy.go`).
 */

import { parseTimeMs, toKubeTime } from '../../kernel/clock.ts'
import { groupKind, refOf, type KubeObject, type ObjectRef } from '../../model/kube-object.ts'
import { isPod, isTerminal } from '../../model/kube/workload.ts'
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
  const marked = withFinalizers(found, options.propagation)
  const deleted = isPod(marked) ? deletePod(environment, marked, options.gracePeriodSeconds) : deletePlain(environment, marked)
  if (options.dryRun === true) return deleted
  if (isReleased(deleted)) {
    environment.store.drop(refOf(deleted))
    if (groupKind(ref.apiVersion, ref.kind) === DEFINITION_KIND) dropInstances(environment.store, deleted)
    return deleted
  }
  return deleted === found ? found : environment.store.put(deleted)
}

/** Upstream names the kind here, where every other conflict names the resource. */
function refuseOther({ group, kind }: Resource, found: KubeObject, options: RemoveOptions): void {
  const named = { group, plural: kind }
  const { uid, resourceVersion, name = '' } = found.metadata
  if (options.uid !== undefined && options.uid !== uid) {
    throw conflict(named, name, `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`)
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    throw conflict(named, name, `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`)
  }
}

/** Foreground and orphan deletion are finalizers that the garbage collector takes off; background takes them off now. */
function withFinalizers(object: KubeObject, propagation: RemoveOptions['propagation']): KubeObject {
  if (propagation === undefined) return object
  const others = (object.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FOREGROUND && finalizer !== ORPHAN)
  const finalizers = propagation === 'Foreground' ? [...others, FOREGROUND] : propagation === 'Orphan' ? [...others, ORPHAN] : others
  if (finalizers.length === (object.metadata.finalizers?.length ?? 0) && finalizers.every((finalizer) => object.metadata.finalizers?.includes(finalizer))) return object
  const { finalizers: _, ...metadata } = object.metadata
  return { ...object, metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers } }
}

function deletePlain(environment: ApiEnvironment, object: KubeObject): KubeObject {
  if (object.metadata.deletionTimestamp !== undefined) return object
  const stamped = stamp(environment, object, 0)
  return groupKind(object.apiVersion, object.kind) === '/Namespace' ? { ...stamped, status: { ...(object['status'] as object | undefined), phase: 'Terminating' } } : stamped
}

/** A pod ends within its grace; a second delete may only shorten what is left. */
function deletePod(environment: ApiEnvironment, pod: KubeObject, asked: number | undefined): KubeObject {
  const graceSeconds = graceOf(environment, pod, asked)
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
  if (deletionTimestamp === undefined) return stamp(environment, pod, graceSeconds)
  const current = deletionGracePeriodSeconds ?? 0
  if (asked === undefined || graceSeconds >= current) return pod
  const requestedAtMs = (parseTimeMs(deletionTimestamp) ?? environment.nowMs()) - current * 1000
  return { ...pod, metadata: { ...pod.metadata, deletionTimestamp: toKubeTime(requestedAtMs + graceSeconds * 1000), deletionGracePeriodSeconds: graceSeconds } }
}

/** Nobody has to stop a pod that has no node or has ended: grace 0. */
function graceOf(environment: ApiEnvironment, pod: KubeObject, asked: number | undefined): number {
  if (!isPod(pod) || (pod.spec?.nodeName ?? '') === '' || isTerminal(pod)) return 0
  const seconds = asked ?? pod.spec?.terminationGracePeriodSeconds ?? environment.profile.defaultTerminationGraceSeconds
  return seconds < 0 ? 1 : seconds
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
