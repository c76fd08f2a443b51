/** The twin as a snapshot: all objects as they stand, and what the containers printed. */

import type { ClusterVersion, ContainerLog, Snapshot } from '../model/snapshot.ts'
import { createSnapshot } from '../model/snapshot.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { StoreReader } from './store.ts'

export function snapshotOf(options: { readonly store: StoreReader; readonly nowMs: number; readonly version: ClusterVersion; readonly logs: readonly ContainerLog[] }): Snapshot {
  const { store, nowMs, version, logs } = options
  const objects = [...store.kinds()].flatMap((kind) => [...store.list(kind)]).map(withoutValues)
  return createSnapshot({
    takenAtMs: nowMs,
    clusterVersion: version,
    clusterId: clusterIdOf(store),
    resourceVersion: String(store.resourceVersion),
    objects,
    logs,
    notes: [],
  })
}

/** A cluster is known by the uid of its `kube-system` namespace. */
export function clusterIdOf(store: StoreReader): string {
  return store.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' })?.metadata.uid ?? ''
}

/** `redacted` in base64, so that the Secret stays valid; empty values stay empty, because that is a fault one can see. */
const HIDDEN_VALUE = 'cmVkYWN0ZWQ='
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** Values of Secrets never enter a snapshot; kubectl apply keeps a copy of them in an annotation. */
export function withoutValues(object: KubeObject): KubeObject {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return object
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata.annotations ?? {}
  const data = Object.entries((object['data'] ?? {}) as Record<string, string>).map(([key, value]) => [key, value === '' ? '' : HIDDEN_VALUE])
  const metadata = object.metadata.annotations === undefined ? object.metadata : { ...object.metadata, annotations }
  return { ...object, metadata, ...(object['data'] === undefined ? {} : { data: Object.fromEntries(data) }) }
}
