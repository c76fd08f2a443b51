/**
 * A node as the scheduler sees it: what it offers, what is taken, which pods hold it.
 *
 * Immutable: adding a pod makes a new one. Preemption asks "what if these were gone" on copies that cost little,
 * and forks share what neither side changed. `node` is absent while pods name a node that does not exist.
 */

import type { Taint } from 'kubernetes-types/core/v1.d.ts'
import { amountsOf, type Amounts } from '../../model/kube/pod-requests.ts'
import type { Labels } from '../../model/kube/selector.ts'
import type { NodeObject } from '../../model/kube/workload.ts'
import type { PodInfo } from './pod-info.ts'

export interface NodeInfo {
  readonly name: string
  /** Position in the index; stays while the node exists. */
  readonly slot: number
  readonly node: NodeObject | undefined
  readonly labels: Labels
  readonly taints: readonly Taint[]
  readonly unschedulable: boolean
  readonly allocatable: Amounts
  readonly requested: Amounts
  /** Of these amounts what every pod is held against, where it is found at once. */
  readonly allocatableCpu: number
  readonly allocatableMemory: number
  readonly allocatablePods: number
  readonly requestedCpu: number
  readonly requestedMemory: number
  /** Sum of what pods are scored as: at least a small cpu and memory request each. */
  readonly scoredCpu: number
  readonly scoredMemory: number
  readonly pods: readonly PodInfo[]
  /** Bytes by image name, as reported in the node's status. */
  readonly images: ReadonlyMap<string, number>
}

const NO_IMAGES: ReadonlyMap<string, number> = new Map()

export function emptyNodeInfo(name: string, slot: number): NodeInfo {
  return {
    name,
    slot,
    node: undefined,
    labels: {},
    taints: [],
    unschedulable: false,
    allocatable: {},
    requested: {},
    allocatableCpu: 0,
    allocatableMemory: 0,
    allocatablePods: 0,
    requestedCpu: 0,
    requestedMemory: 0,
    scoredCpu: 0,
    scoredMemory: 0,
    pods: [],
    images: NO_IMAGES,
  }
}

/** The same place with what this node object says; undefined when the node is gone and only pods remain. */
export function withNode(info: NodeInfo, node: NodeObject | undefined): NodeInfo {
  const allocatable = amountsOf(node?.status?.allocatable ?? node?.status?.capacity)
  return {
    ...info,
    node,
    labels: node?.metadata.labels ?? {},
    taints: node?.spec?.taints ?? [],
    unschedulable: node?.spec?.unschedulable ?? false,
    allocatable,
    allocatableCpu: allocatable['cpu'] ?? 0,
    allocatableMemory: allocatable['memory'] ?? 0,
    allocatablePods: allocatable['pods'] ?? 0,
    images: node === undefined ? NO_IMAGES : imagesOf(node),
  }
}

export function withPod(info: NodeInfo, pod: PodInfo): NodeInfo {
  return {
    ...info,
    pods: [...info.pods, pod],
    ...requestedOf(addAmounts(info.requested, pod.requests, 1)),
    scoredCpu: info.scoredCpu + (pod.scoredRequests['cpu'] ?? 0),
    scoredMemory: info.scoredMemory + (pod.scoredRequests['memory'] ?? 0),
  }
}

/** Without the pod of this key; the same info when it is not there. */
export function withoutPod(info: NodeInfo, key: string): NodeInfo {
  const pod = info.pods.find((candidate) => candidate.key === key)
  if (pod === undefined) return info
  return {
    ...info,
    pods: info.pods.filter((candidate) => candidate !== pod),
    ...requestedOf(addAmounts(info.requested, pod.requests, -1)),
    scoredCpu: info.scoredCpu - (pod.scoredRequests['cpu'] ?? 0),
    scoredMemory: info.scoredMemory - (pod.scoredRequests['memory'] ?? 0),
  }
}

function requestedOf(requested: Amounts): Pick<NodeInfo, 'requested' | 'requestedCpu' | 'requestedMemory'> {
  return { requested, requestedCpu: requested['cpu'] ?? 0, requestedMemory: requested['memory'] ?? 0 }
}

function addAmounts(total: Amounts, more: Amounts, sign: 1 | -1): Amounts {
  const sum: Record<string, number> = { ...total }
  for (const [name, amount] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + sign * amount
  return sum
}

/** Images under every name they have; a name without tag or digest means `:latest` (plugins/imagelocality). */
function imagesOf(node: NodeObject): ReadonlyMap<string, number> {
  const images = node.status?.images ?? []
  if (images.length === 0) return NO_IMAGES
  return new Map(images.flatMap((image) => (image.names ?? []).map((name) => [name, image.sizeBytes ?? 0] as const)))
}
