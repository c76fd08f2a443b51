/**
 * NodeResourcesBalancedAllocation: prefers nodes whose cpu and memory would be used in like shares.
 *
 * Stated requests only, and no opinion on pods that state neither. Up to 1.34 the score looks at the node with
 * the pod on it; since then at how much the pod improves the balance.
 */

import type { Amounts } from '../../../model/kube/pod-requests.ts'
import type { NodeInfo } from '../node-info.ts'
import { SCORE_MAX, type ScorePlugin } from '../plugin.ts'

const RESOURCES = ['cpu', 'memory'] as const

export const balancedAllocation: ScorePlugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  preScore(pod, _nodes, { profile }) {
    if (RESOURCES.every((name) => (pod.requests[name] ?? 0) === 0)) return undefined
    return { score: (node) => (profile.balancedAllocationRelative ? improvement(pod.requests, node) : balance(pod.requests, node)) }
  },
}

/** 50 to 100; 75 when the pod changes nothing. */
export function improvement(pod: Amounts, node: NodeInfo): number {
  return SCORE_MAX / 2 + Math.trunc((SCORE_MAX / 2 + balance(pod, node) - balance({}, node)) / 2)
}

/** 100 when all shares are equal, less the further they lie apart. */
export function balance(pod: Amounts, node: NodeInfo): number {
  const shares = RESOURCES.flatMap((name) => {
    const capacity = node.allocatable[name] ?? 0
    return capacity === 0 ? [] : [Math.min(1, ((node.requested[name] ?? 0) + (pod[name] ?? 0)) / capacity)]
  })
  const [first, second] = shares
  const deviation = first === undefined || second === undefined ? 0 : Math.abs((first - second) / 2)
  return Math.trunc((1 - deviation) * SCORE_MAX)
}
