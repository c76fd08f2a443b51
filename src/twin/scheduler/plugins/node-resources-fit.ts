/**
 * NodeResourcesFit: what the pod requests must still be free on the node; emptier nodes score higher.
 *
 * Requests decide, never usage. A request larger than the whole node is unresolvable: no preemption helps.
 */

import { podRequestsOverlookingPodLevel, type Amounts } from '../../../model/kube/pod-requests.ts'
import type { NodeInfo } from '../node-info.ts'
import { SCORE_MAX, type FilterPlugin, type ScorePlugin } from '../plugin.ts'
import { PASS, type Rejection, type Status } from '../status.ts'

export const nodeResourcesFit: FilterPlugin = {
  name: 'NodeResourcesFit',
  preFilter(pod) {
    const wanted = Object.entries(pod.requests).filter(([, amount]) => amount > 0).sort(byUsualOrder)
    const { cpu = 0, memory = 0 } = pod.requests
    const others = wanted.filter(([name]) => name !== 'cpu' && name !== 'memory')
    const fits = (node: NodeInfo): boolean => node.pods.length < node.allocatablePods && isWithin(cpu, node.allocatableCpu, node.requestedCpu) && isWithin(memory, node.allocatableMemory, node.requestedMemory) && others.every(([name, amount]) => isWithin(amount, node.allocatable[name], node.requested[name]))
    return { type: 'check', filter: { check: (node): Status => (fits(node) ? PASS : refusalOf(wanted, node)) } }
  },
}

/** cpu, memory and ephemeral-storage come first in upstream's messages, extended resources by name after them. */
const USUAL = ['cpu', 'memory', 'ephemeral-storage']

function byUsualOrder([left]: [string, number], [right]: [string, number]): number {
  const rank = (name: string): number => (USUAL.indexOf(name) + USUAL.length + 1) % (USUAL.length + 1)
  return rank(left) - rank(right) || (left < right ? -1 : 1)
}

/** Who wants nothing of it fits, however much is taken. */
function isWithin(amount: number, allocatable = 0, requested = 0): boolean {
  return amount <= 0 || amount <= allocatable - requested
}

function refusalOf(wanted: readonly (readonly [string, number])[], node: NodeInfo): Rejection {
  const tooMuch = wanted.filter(([name, amount]) => amount > (node.allocatable[name] ?? 0) - (node.requested[name] ?? 0))
  const isHopeless = tooMuch.some(([name, amount]) => amount > (node.allocatable[name] ?? 0))
  const isFull = node.pods.length >= node.allocatablePods
  return { type: isHopeless ? 'unresolvable' : 'unschedulable', reasons: [...(isFull ? ['Too many pods'] : []), ...tooMuch.map(([name]) => `Insufficient ${name}`)] }
}

/** LeastAllocated over cpu and memory, equal weights, with assumed requests where a container states none. */
export const leastAllocated: ScorePlugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  preScore(pod) {
    const requests = 'resources' in pod.spec ? podRequestsOverlookingPodLevel(pod.spec) : pod.scoredRequests
    return { score: (node) => leastAllocatedScore(requests, node) }
  },
}

export function leastAllocatedScore(pod: Amounts, node: NodeInfo): number {
  const { allocatableCpu: cpuCapacity, allocatableMemory: memoryCapacity } = node
  const cpu = cpuCapacity === 0 ? 0 : freeShare(node.scoredCpu + (pod['cpu'] ?? 0), cpuCapacity)
  const memory = memoryCapacity === 0 ? 0 : freeShare(node.scoredMemory + (pod['memory'] ?? 0), memoryCapacity)
  const counted = (cpuCapacity === 0 ? 0 : 1) + (memoryCapacity === 0 ? 0 : 1)
  return counted === 0 ? 0 : Math.trunc((cpu + memory) / counted)
}

function freeShare(requested: number, capacity: number): number {
  return requested > capacity ? 0 : Math.trunc(((capacity - requested) * SCORE_MAX) / capacity)
}
