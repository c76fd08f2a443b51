/**
 * Pods that were told to go, had their time, and are still there. A Deployment makes another meanwhile; a StatefulSet waits for the name, and what only
 * one node may hold stays where it is.
 */

import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isPod, isTerminal, type PodObject } from '../../model/kube/workload.ts'
import type { Stuck } from '../../model/what-if.ts'
import type { StoreReader } from '../../twin/store.ts'
import { topOwnerOf } from './happenings.ts'

/** Beyond its grace a kubelet needs a moment to say that all is over. */
const SLACK_MS = 30_000
const NAMED_MAX = 3

export function stuckPods(store: StoreReader, nowMs: number): Stuck[] {
  const overdue = [...store.list('/Pod')].filter(isPod).filter((pod) => isOverdue(pod, nowMs))
  return overdue.map((pod) => ({ pod: subjectOf(pod), owner: topOwnerOf(pod, store), reason: reasonOf(pod, store) }))
}

/** `deletionTimestamp` is when the grace ends. */
function isOverdue({ metadata: { deletionTimestamp } }: KubeObject, nowMs: number): boolean {
  return deletionTimestamp !== undefined && Date.parse(deletionTimestamp) + SLACK_MS < nowMs
}

function reasonOf(pod: PodObject, store: StoreReader): string {
  const node = store.get({ apiVersion: 'v1', kind: 'Node', name: pod.spec?.nodeName ?? '' })
  const { finalizers = [] } = pod.metadata
  if (!isTerminal(pod) && node !== undefined && conditionOf(node, 'Ready')?.status !== 'True') {
    return 'the node does not answer, so nobody knows that they have ended; they go when it comes back, is deleted, or gets the taint node.kubernetes.io/out-of-service'
  }
  return finalizers.length > 0 ? `nobody takes off ${finalizers.join(', ')}` : 'the containers have not ended'
}

/** Only a StatefulSet makes no other meanwhile. `StatefulSet shop/db waits for pods that cannot leave`. */
export function waitingSets(stuck: readonly Stuck[]): string[] {
  const sets = [...new Set(stuck.filter(({ owner }) => owner.kind === 'StatefulSet').map(({ owner }) => subjectText(owner)))]
  if (sets.length === 0) return []
  const more = sets.length - NAMED_MAX
  return [`${sets.slice(0, NAMED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''} ${sets.length === 1 ? 'waits' : 'wait'} for pods that cannot leave`]
}
