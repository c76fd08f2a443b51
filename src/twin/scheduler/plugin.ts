/**
 * The shape of a scheduling plugin: closures made once per pod, asked once per node.
 *
 * What upstream keeps in a cycle state is here what the closure closes over. A filter whose verdict depends on
 * pods elsewhere can say how it would judge after a pod came or went (`adjusted`): preemption and nominated
 * pods ask that, without touching the index.
 */

import type { StoreReader } from '../store.ts'
import type { VersionProfile } from '../profile.ts'
import type { ClusterIndex } from './cluster-index.ts'
import type { NodeInfo } from './node-info.ts'
import type { PodInfo } from './pod-info.ts'
import type { Rejection, Status } from './status.ts'

/** What a plugin may look at. */
export interface ClusterView {
  readonly index: ClusterIndex
  readonly store: StoreReader
  readonly profile: VersionProfile
}

export interface NodeFilter {
  /** The verdict on this node as given, which may be the indexed one with pods added or taken away. */
  check(node: NodeInfo): Status
  /** The same filter after `other` came to (`1`) or left (`-1`) the node. Absent: it looks at the node alone. */
  adjusted?(other: PodInfo, node: NodeInfo, delta: 1 | -1): NodeFilter
}

export type PreFilterResult =
  /** Nothing to check for this pod. */
  | { readonly type: 'skip' }
  /** No node will do. */
  | { readonly type: 'reject'; readonly rejection: Rejection }
  /** `nodeNames`: only these can pass; the others are not even looked at. */
  | { readonly type: 'check'; readonly filter: NodeFilter; readonly nodeNames?: ReadonlySet<string> }

export const SKIP: PreFilterResult = { type: 'skip' }

export interface FilterPlugin {
  /** Upstream's name, as it stands in events and metrics. */
  readonly name: string
  preFilter(pod: PodInfo, cluster: ClusterView): PreFilterResult
}

export interface ScoreRun {
  score(node: NodeInfo, position: number): number
  /** From raw scores to 0..100, position by position. Absent: raw scores are 0..100 already. */
  normalise?(scores: readonly number[]): readonly number[]
}

export interface ScorePlugin {
  readonly name: string
  readonly weight: number
  /** Undefined: the plugin has no opinion on this pod and adds nothing. */
  preScore(pod: PodInfo, nodes: readonly NodeInfo[], cluster: ClusterView): ScoreRun | undefined
}

/** k8s.io/kube-scheduler/framework: MaxNodeScore. */
export const SCORE_MAX = 100

/** plugins/helper/normalize_score.go: scaled to the highest; `reversed` where less is better. */
export function normaliseToMax(scores: readonly number[], options: { readonly reversed: boolean }): readonly number[] {
  const highest = scores.reduce((max, score) => Math.max(max, score), 0)
  if (highest === 0) return options.reversed ? scores.map(() => SCORE_MAX) : scores
  return scores.map((score) => {
    const scaled = Math.trunc((SCORE_MAX * score) / highest)
    return options.reversed ? SCORE_MAX - scaled : scaled
  })
}
