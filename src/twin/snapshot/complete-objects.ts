/**
 * Makes what was read from a cluster, or from a folder, whole enough to run: uids, defaults, owners that point at
 * the objects they name, namespaces, and what was evidently there but not collected.
 *
 * A kind of which nothing was collected (Secrets often are not) is no proof that a name is missing: pods that ran
 * with it had it. Where a status or an event says that it is missing, it stays missing.
 */

import type { ContainerStatus } from 'kubernetes-types/core/v1.d.ts'
import { digestOf } from '../../kernel/canonical-json.ts'
import { toKubeTime } from '../../kernel/clock.ts'
import { objectKey, refOf, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isPod, type PodObject } from '../../model/kube/workload.ts'
import { storedAutoscaler } from '../api/autoscaler-versions.ts'
import { defaultObject, defaultStored } from '../api/default-object.ts'
import { qosClass } from '../api/pod-status.ts'
import type { VersionProfile } from '../profile.ts'
import { reconcileObjects, unknownOwners } from './inconsistencies.ts'
import { presumedAttachments } from './presumed-attachments.ts'
import { presumedObjects } from './presumed-objects.ts'
import { settleRevisions } from './settle-revisions.ts'

export interface Completed {
  readonly objects: readonly KubeObject[]
  readonly assumptions: readonly string[]
}

export function completeObjects(read: readonly KubeObject[], options: { readonly profile: VersionProfile; readonly nowMs: number }): Completed {
  const fitting = reconcileObjects(read.map(storedAutoscaler))
  const presumed = presumedObjects(fitting.objects)
  const identified = [...fitting.objects, ...presumed.objects].map((object) => withIdentity(object, options.nowMs))
  const attached = presumedAttachments(identified)
  const whole = (object: KubeObject): KubeObject => withDefaults(withIdentity(object, options.nowMs), options.profile)
  const defaulted = linkOwners([...identified, ...attached.objects]).map(whole)
  return { objects: settled(defaulted, whole), assumptions: [...fitting.notes, ...presumed.assumptions, ...attached.assumptions] }
}

/** Revisions are compared with templates as a server has them, with every default. */
function settled(defaulted: readonly KubeObject[], whole: (object: KubeObject) => KubeObject): KubeObject[] {
  const known = new Set(defaulted)
  return settleRevisions(defaulted).map((object) => (known.has(object) ? object : whole(object)))
}

/** A stable uid from the key, and a creation time, where the object brought none. */
function withIdentity(object: KubeObject, nowMs: number): KubeObject {
  const { uid, creationTimestamp } = object.metadata
  if (uid !== undefined && creationTimestamp !== undefined && creationTimestamp !== null) return object
  return { ...object, metadata: { ...object.metadata, uid: uid ?? uidOf(object), creationTimestamp: creationTimestamp ?? toKubeTime(nowMs) } }
}

function uidOf(object: KubeObject): string {
  const hex = digestOf(objectKey(refOf(object))).slice(7)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** References by name alone, or by a uid that nobody has, get the uid of the object that they name. */
function linkOwners(objects: readonly KubeObject[]): KubeObject[] {
  const unknown = unknownOwners(objects)
  if (unknown.size === 0) return [...objects]
  const byKey = new Map(objects.map((object) => [objectKey(refOf(object)), object]))
  return objects.map((object) => {
    const owners = object.metadata.ownerReferences ?? []
    if (!owners.some(({ uid }) => unknown.has(uid))) return object
    const ownerReferences = owners.map((owner) => {
      const namespace = object.metadata.namespace
      const named = byKey.get(objectKey({ apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name, ...(namespace === undefined ? {} : { namespace }) })) ?? byKey.get(objectKey({ apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name }))
      return !unknown.has(owner.uid) || named?.metadata.uid === undefined ? owner : { ...owner, uid: named.metadata.uid }
    })
    return { ...object, metadata: { ...object.metadata, ownerReferences } }
  })
}

/** Defaulting is idempotent: what came from a server does not change. */
function withDefaults(object: KubeObject, profile: VersionProfile): KubeObject {
  if (isPod(object) && object.spec === undefined) return object
  const withAll = object.metadata.resourceVersion === undefined ? defaultObject : defaultStored
  const defaulted = object['spec'] === undefined && object.kind !== 'Namespace' ? object : withAll(object, profile)
  if (object.kind === 'Namespace') return withContentKept(defaulted)
  if (!isPod(defaulted)) return defaulted
  const status = defaulted.status ?? {}
  if (status.phase !== undefined && status.qosClass !== undefined && (status.phase !== 'Running' || status.containerStatuses !== undefined)) return defaulted
  const containers = status.phase === 'Running' && status.containerStatuses === undefined ? { containerStatuses: runningStatuses(defaulted) } : {}
  return { ...defaulted, status: { ...status, ...containers, phase: status.phase ?? 'Pending', qosClass: status.qosClass ?? qosClass(defaulted.spec as never) } }
}

/** Every server gives a new namespace this finalizer; without it one would go at once, and leave behind what is in it. */
function withContentKept(namespace: KubeObject): KubeObject {
  const spec = (namespace['spec'] ?? {}) as { readonly finalizers?: readonly string[] }
  if (namespace.metadata.deletionTimestamp !== undefined || spec.finalizers !== undefined) return namespace
  return { ...namespace, spec: { ...spec, finalizers: ['kubernetes'] } }
}

/** A hand-cut pod that says Running and no more: its containers have run since it began. */
function runningStatuses(pod: PodObject): ContainerStatus[] {
  const startedAt = String(pod.status?.startTime ?? pod.metadata.creationTimestamp ?? '')
  const ready = conditionOf(pod, 'Ready')?.status !== 'False'
  return (pod.spec?.containers ?? []).map(({ name, image = '' }) => ({ name, image, imageID: image, ready, started: true, restartCount: 0, state: { running: { startedAt } } }))
}
