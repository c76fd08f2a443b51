/**
 * The objects of a cluster, kept in step by watches, so that a look costs no lists.
 *
 * It answers only with what it can vouch for. A kind whose watch is broken or has been silent for too long is listed
 * anew when it is asked for. After a change of our own the object is asked for, and the kind is not shown before its
 * watch has it like that: nobody is shown the cluster as it was before what they did. What cannot be read then is a
 * fault, as it is without a base.
 */

import type { Fault } from '../kernel/fault.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { ClusterVersion } from '../model/snapshot.ts'
import type { Cluster, ListQuery } from './cluster.ts'

/** One kind as it is known. Values of Secrets were taken out as they arrived. */
export type KindReading =
  | { readonly query: ListQuery; readonly objects: readonly KubeObject[]; readonly resourceVersion: string; readonly ageMs: number; readonly withheld: Readonly<Record<string, number>> }
  | { readonly query: ListQuery; readonly fault: Fault }

export interface BaseReading {
  readonly clusterId: string
  readonly clusterVersion: ClusterVersion
  readonly kinds: readonly KindReading[]
}

export interface ClusterBase {
  /** Throws the fault of what concerns the whole cluster; a kind that alone cannot be read says so in its place. */
  read(): Promise<BaseReading>
  /** The same cluster; whatever is changed through it is in every reading that begins afterwards. */
  noting(cluster: Cluster): Cluster
  stop(): Promise<void>
}
