/**
 * The twin's API server, seen from inside: synchronous, with the semantics of the real one.
 *
 * Every writer goes through it: controllers, the kubelet, the cluster port and the HTTP server. It defaults,
 * admits, validates, keeps generation, resourceVersion, finalizers and deletion right, and throws `Fault` with
 * the HTTP status that a client would see.
 */

import type { JsonValue } from '../../kernel/json.ts'
import type { KubeObject, ObjectRef } from '../../model/kube-object.ts'
import type { Patch, RemoveOptions, ServedKind, Subresource, WriteOptions } from '../../ports/cluster.ts'
import type { DeleteOptions } from './delete-options.ts'

/** A part of an object that is written by itself. `decode` sees the patched object as a body that was sent. */
export type WrittenPart = Subresource | 'approval' | 'ephemeralcontainers' | 'resize'

/** Who asks: shown in the audit log. Controllers use their component's name. */
export interface Requester {
  readonly user: string
  /** By them and the name RBAC judges. Absent for the control plane's own parts and for who holds the twin in hand: they may do everything. */
  readonly groups?: readonly string[]
  readonly uid?: string
  readonly extra?: Readonly<Record<string, readonly string[]>>
  /** Is told what is no reason to refuse. */
  readonly warn?: (message: string) => void
}

/** What is posted to the eviction subresource. */
export interface Eviction {
  readonly metadata?: { readonly name?: string }
  readonly deleteOptions?: DeleteOptions & { readonly ignoreStoreReadErrorWithClusterBreakingPotential?: boolean }
}

/** `kubelet` deletes mean "the containers are gone": they skip grace. */
export interface Api {
  create(object: KubeObject, options?: WriteOptions): KubeObject
  update(object: KubeObject, options?: WriteOptions & { readonly subresource?: WrittenPart }): KubeObject
  /** The status as the caller wants it, of an object that it has just read; metadata and spec stay. */
  updateStatus(object: KubeObject, status: JsonValue | object): KubeObject
  patch(ref: ObjectRef, patch: Patch, options?: WriteOptions & { readonly subresource?: WrittenPart; readonly decode?: (object: KubeObject) => KubeObject }): KubeObject
  /** The scale subresource (`autoscaling/v1` Scale). Fault `not-found` for an object that is not there or has none. */
  scale(ref: ObjectRef): KubeObject
  remove(ref: ObjectRef, options?: RemoveOptions): void
  /** The eviction subresource: starts the pod's deletion, or throws what the server answers. */
  evict(pod: ObjectRef, eviction: Eviction, dryRun?: readonly string[]): void
  /** The binding subresource: puts a pod on a node. */
  bind(pod: ObjectRef, nodeName: string): KubeObject
  /** The `finalize` subresource of a namespace: writes `spec.finalizers`, which a plain update leaves alone. Empty ones let it go. */
  finalize(namespace: KubeObject): KubeObject
  kinds(): readonly ServedKind[]
  /** The same API, acting as somebody else. */
  as(requester: Requester): Api
}
