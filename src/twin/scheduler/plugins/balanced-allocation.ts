/**
 * NodeResourcesBalancedAllocation: prefers nodes whose cpu and memory would be used in like shares.
 *
 * Stated requests only, and no opinion on pods that state neither. Up to 1.34 the score looks at the node with
 * the pod on it; since then at how much the pod improves the balance.
 */

import type { NodeInfo } from '../node-info.ts'
import { SCORE_MAX, type ScorePlugin } from '../plugin.ts'

export const balancedAllocation: ScorePlugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  preScore(pod, _nodes, { profile }) {
    const { cpu = 0, memory = 0 } = pod.requests
    if (cpu === 0 && memory === 0) return undefined
    return { score: (node) => (profile.balancedAllocationRelative ? improvement(cpu, memory, node) : balance(cpu, memory, node)) }
  },
}

/** 50 to 100; 75 when the pod changes nothing. */
export function improvement(cpu: number, memory: number, node: NodeInfo): number {
  return SCORE_MAX / 2 + Math.trunc((SCORE_MAX / 2 + balance(cpu, memory, node) - balance(0, 0, node)) / 2)
}

/** 100 when both shares are equal, less the further they lie apart; a resource the node does not have is left out. */
export function balance(cpu: number, memory: number, { allocatableCpu: cpuCapacity, allocatableMemory: memoryCapacity, requestedCpu, requestedMemory }: NodeInfo): number {
  if (cpuCapacity === 0 || memoryCapacity === 0) return SCORE_MAX
  const cpuShare = Math.min(1, (requestedCpu + cpu) / cpuCapacity)
  const memoryShare = Math.min(1, (requestedMemory + memory) / memoryCapacity)
  return Math.trunc((1 - Math.abs((cpuShare - memoryShare) / 2)) * SCORE_MAX)
}
