/**
 * A snapshot: the cluster's objects at a resource version, with the logs that were collected.
 *
 * It is the one form in which a live cluster, a folder of manifests, a saved file and the twin are looked at.
 * Objects are sorted by key, so the digest of a snapshot is stable. Secrets never enter it: neither the values of Secrets
 * nor what looks like one anywhere else (`model/redact-object.ts`).
 */

import { digestOfJsonLines } from '../kernel/canonical-json.ts'
import { objectKey, refOf, type KubeObject } from './kube-object.ts'

export interface ClusterVersion {
  readonly major: number
  readonly minor: number
  /** As the cluster says it: `v1.36.2`. */
  readonly gitVersion: string
}

/** A container's log, as much of it as was collected. */
export interface ContainerLog {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  /** The log of the run before the current one. */
  readonly previous: boolean
  readonly text: string
}

/** Something the reader of a snapshot should know: a file that did not parse, a kind that could not be listed. */
export interface SnapshotNote {
  /** `withheld`: secrets or personal data were there; how many of which kind, never what. */
  readonly code: 'unreadable' | 'malformed' | 'duplicate' | 'forbidden' | 'truncated' | 'inconsistent' | 'withheld'
  readonly source: string
  readonly message: string
  /** The object that is left out for it, where it says at least its kind. */
  readonly about?: { readonly apiVersion: string; readonly kind: string; readonly namespace?: string; readonly name?: string }
}

/** How old what watches said may be, and up to where each kind is known. */
export interface Reflected {
  /** Since the kind that was silent longest was heard of. */
  readonly ageMs: number
  /** By `apiVersion Kind`. */
  readonly resourceVersions: Readonly<Record<string, string>>
}

export interface Snapshot {
  readonly kind: 'snapshot'
  /** Milliseconds since the epoch, in the cluster's time. */
  readonly takenAtMs: number
  readonly clusterVersion: ClusterVersion
  /** Identity of the cluster: the uid of `kube-system`, or a digest of the folder that was read. */
  readonly clusterId: string
  readonly resourceVersion: string
  /** Only where it was taken from what watches keep in step. */
  readonly reflected?: Reflected
  readonly objects: readonly KubeObject[]
  readonly logs: readonly ContainerLog[]
  readonly notes: readonly SnapshotNote[]
}

/** Assumed where a folder of manifests does not say what it was collected from. */
export const DEFAULT_CLUSTER_VERSION: ClusterVersion = { major: 1, minor: 36, gitVersion: 'v1.36.0' }

export function createSnapshot(parts: Omit<Snapshot, 'kind'>): Snapshot {
  // Keys are made once an object and not once a comparison: a rehearsal takes hundreds of snapshots.
  const keyed = parts.objects.map((object) => ({ key: objectKey(refOf(object)), object }))
  keyed.sort((left, right) => compareText(left.key, right.key))
  return { kind: 'snapshot', ...parts, objects: keyed.map(({ object }) => object) }
}

/** What was withheld where, in one note: `2 withheld: 1 secret:jwt, 1 personal:email`. None when nothing was. */
export function withheldNote(withheld: Readonly<Record<string, number>>, source: string): readonly SnapshotNote[] {
  const kinds = Object.entries(withheld)
  if (kinds.length === 0) return []
  const total = kinds.reduce((sum, [, count]) => sum + count, 0)
  return [{ code: 'withheld', source, message: `${total} withheld: ${kinds.map(([kind, count]) => `${count} ${kind}`).join(', ')}` }]
}

/** A snapshot never changes, and a large one takes seconds to digest. */
const digests = new WeakMap<Snapshot, string>()

/** Identifies what was seen: objects and logs, not when it was looked at. Line by line: 150,000 pods do not fit into one text. */
export function snapshotDigest(snapshot: Snapshot): string {
  const known = digests.get(snapshot)
  if (known !== undefined) return known
  const { clusterId, objects, logs } = snapshot
  const digest = digestOfJsonLines([{ clusterId, objects: objects.length, logs: logs.length }, ...objects, ...logs])
  digests.set(snapshot, digest)
  return digest
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
