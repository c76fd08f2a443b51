/**
 * NodeResourcesFit: what the pod requests must still be free on the node; emptier nodes score higher.
 *
 * Requests decide, never usage. A request larger than the whole node is unresolvable: no preemption helps.
 */

import type { Amounts } from '../../../model/kube/pod-requests.ts'
import type { NodeInfo } from '../node-info.ts'
import { SCORE_MAX, type FilterPlugin, type ScorePlugin } from '../plugin.ts'
import { PASS, type Status } from '../status.ts'

export const nodeResourcesFit: FilterPlugin = {
  name: 'NodeResourcesFit',
  preFilter(pod) {
    const wanted = Object.entries(pod.requests).filter(([, amount]) => amount > 0).sort(byUsualOrder)
    return { type: 'check', filter: { check: (node) => fit(wanted, node) } }
  },
}

/** cpu, memory and ephemeral-storage come first in upstream's messages, extended resources by name after them. */
const USUAL = ['cpu', 'memory', 'ephemeral-storage']

function byUsualOrder([left]: [string, number], [right]: [string, number]): number {
  const rank = (name: string): number => (USUAL.indexOf(name) + USUAL.length + 1) % (USUAL.length + 1)
  return rank(left) - rank(right) || (left < right ? -1 : 1)
}

function fit(wanted: readonly (readonly [string, number])[], node: NodeInfo): Status {
  const reasons: string[] = []
  let isHopeless = false
  if (node.pods.length + 1 > (node.allocatable['pods'] ?? 0)) reasons.push('Too many pods')
  for (const [name, amount] of wanted) {
    const capacity = node.allocatable[name] ?? 0
    if (amount <= capacity - (node.requested[name] ?? 0)) continue
    reasons.push(`Insufficient ${name}`)
    if (amount > capacity) isHopeless = true
  }
  if (reasons.length === 0) return PASS
  return { type: isHopeless ? 'unresolvable' : 'unschedulable', reasons }
}

/** LeastAllocated over cpu and memory, equal weights, with assumed requests where a container states none. */
export const leastAllocated: ScorePlugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  preScore: (pod) => ({ score: (node) => leastAllocatedScore(pod.scoredRequests, node) }),
}

export function leastAllocatedScore(pod: Amounts, node: NodeInfo): number {
  const parts: number[] = []
  const capacityCpu = node.allocatable['cpu'] ?? 0
  const capacityMemory = node.allocatable['memory'] ?? 0
  if (capacityCpu > 0) parts.push(freeShare(node.scoredCpu + (pod['cpu'] ?? 0), capacityCpu))
  if (capacityMemory > 0) parts.push(freeShare(node.scoredMemory + (pod['memory'] ?? 0), capacityMemory))
  if (parts.length === 0) return 0
  return Math.trunc(parts.reduce((sum, part) => sum + part, 0) / parts.length)
}

function freeShare(requested: number, capacity: number): number {
  return requested > capacity ? 0 : Math.trunc(((capacity - requested) * SCORE_MAX) / capacity)
}
