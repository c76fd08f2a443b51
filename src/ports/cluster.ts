/**
 * The cluster port: the only way any room reads or changes Kubernetes.
 *
 * Implemented by the real API (`adapters/kubernetes`) and by the twin (`twin/`). One contract suite,
 * `test/contract/cluster-contract.ts`, runs over both. Every method throws `Fault` when the world fails; what each
 * method says about a fault is part of the contract.
 *
 * Objects returned are shared and must not be changed.
 */

import type { KubeObject, ObjectRef } from '../model/kube-object.ts'
import type { ClusterVersion } from '../model/snapshot.ts'
import type { Realm } from '../model/clearance.ts'
import type { JsonValue } from '../kernel/json.ts'

export interface ListQuery {
  readonly apiVersion: string
  readonly kind: string
  /** Absent: all namespaces, or a cluster-scoped kind. */
  readonly namespace?: string
  /** Selector text as kubectl takes it: `app=web,tier in (a,b)`. */
  readonly labelSelector?: string
  /** `metadata.name`, `metadata.namespace`, `spec.nodeName`, `status.phase`, `involvedObject.*` … as the server supports. */
  readonly fieldSelector?: string
}

export interface ListResult {
  readonly items: readonly KubeObject[]
  /** The version at which the list is consistent; a watch may start from it. */
  readonly resourceVersion: string
}

export interface WriteOptions {
  /** Full admission, nothing stored. */
  readonly dryRun?: boolean
  readonly fieldManager?: string
}

export type Subresource = 'status' | 'scale'

export type Patch =
  | { readonly type: 'json'; readonly body: readonly JsonValue[] }
  | { readonly type: 'merge' | 'strategic'; readonly body: JsonValue }

export interface RemoveOptions extends WriteOptions {
  readonly gracePeriodSeconds?: number
  /** The delete is refused with `conflict` when the object is another one. */
  readonly uid?: string
  readonly resourceVersion?: string
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan'
}

export type EvictionResult =
  /** Accepted: the pod is being deleted gracefully. */
  | { readonly type: 'evicted' }
  /** 429: a budget refuses for now. */
  | { readonly type: 'blocked'; readonly message: string; readonly retryAfterMs: number }
  /** The pod is not there, or another pod has its name. */
  | { readonly type: 'gone' }

export type WatchEvent =
  | { readonly type: 'added' | 'modified' | 'deleted'; readonly object: KubeObject }
  /** Everything up to this version was delivered. `listed`: and with it all that there was when the watch began. */
  | { readonly type: 'bookmark'; readonly resourceVersion: string; readonly listed?: true }

export interface WatchOptions {
  /** Changes after this. Absent: all there is comes first, as `added`, then a bookmark that is `listed`, then changes. */
  readonly resourceVersion?: string
  /** The server is asked to end each connection after so long; its own choice where absent. The watch goes on. */
  readonly seconds?: number
  readonly signal: AbortSignal
}

export interface LogQuery {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly previous?: boolean
  readonly tailLines?: number
}

/** One kind the cluster serves. */
export interface ServedKind {
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
}

export interface Cluster {
  /** Where changes are felt: a clearance for `twin` is refused by `live`, and the other way round. */
  readonly realm: Realm
  /** Identity that survives renaming the context: the uid of the `kube-system` namespace. */
  id(): Promise<string>
  version(): Promise<ClusterVersion>
  kinds(): Promise<readonly ServedKind[]>

  /** Undefined when it does not exist. */
  get(ref: ObjectRef): Promise<KubeObject | undefined>
  /** All pages. */
  list(query: ListQuery): Promise<ListResult>
  /**
   * Changes until aborted. Ends with fault `expired` when the version is too old (410): the caller lists again.
   * Reconnects by itself on a broken connection, unless all there is was asked for and not yet delivered. A server that
   * does not deliver it refuses with fault `invalid`, or ignores the wish and never says `listed`.
   */
  watch(query: ListQuery, options: WatchOptions): AsyncIterable<WatchEvent>

  /** Fault `already-exists` when the name is taken. */
  create(object: KubeObject, options?: WriteOptions): Promise<KubeObject>
  /** Whole-object replace; fault `conflict` when `metadata.resourceVersion` is set and stale. */
  update(object: KubeObject, options?: WriteOptions & { readonly subresource?: Subresource }): Promise<KubeObject>
  /** Fault `not-found` when the object is gone, `invalid` when the patch does not apply. */
  patch(ref: ObjectRef, patch: Patch, options?: WriteOptions & { readonly subresource?: Subresource }): Promise<KubeObject>
  /** Resolves when the delete was accepted; the object may live on while it terminates. Fault `not-found` when gone. */
  remove(ref: ObjectRef, options?: RemoveOptions): Promise<void>
  /** The Eviction API: never deletes past a budget. Other refusals are faults. */
  evict(pod: ObjectRef, options?: { readonly uid?: string; readonly gracePeriodSeconds?: number; readonly dryRun?: boolean }): Promise<EvictionResult>
  /** Empty when the container has not logged; fault `not-found` when there is no such pod or run. */
  logs(query: LogQuery): Promise<string>
}
