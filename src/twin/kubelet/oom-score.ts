/**
 * Which process the kernel kills first when a node has no memory left (`pkg/kubelet/qos/policy.go`, GetContainerOOMScoreAdjust): the more a
 * container asked for, the later; a sidecar no sooner than the least of the containers that it serves.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { isSidecar } from '../../model/kube/pod-requests.ts'
import { parseQuantity } from '../../model/kube/quantity.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import { isCritical } from './admit-on-node.ts'

const GUARANTEED = -997
const BEST_EFFORT = 1000
const NODE_CRITICAL = 'system-node-critical'

/** From -997, killed last, to 1000. */
export function oomScoreAdjustment(pod: PodObject, container: Container, capacityBytes: number): number {
  const isLast = isCritical(pod) && pod.spec?.priorityClassName === NODE_CRITICAL
  if (isLast || pod.status?.qosClass === 'Guaranteed') return GUARANTEED
  if (pod.status?.qosClass === 'BestEffort') return BEST_EFFORT
  const share = shareOfPod(pod)
  const scoreOf = (request: number): number => 1000 - Math.trunc((1000 * (request + share)) / capacityBytes)
  const own = scoreOf(requestOf(container))
  const score = isSidecar(container) ? Math.min(own, scoreOf(leastRequest(pod))) : own
  return Math.min(BEST_EFFORT - 1, Math.max(BEST_EFFORT + GUARANTEED, score))
}

/** What the pod as a whole asks for beyond its containers, evenly for each of them. */
function shareOfPod(pod: PodObject): number {
  const whole = parseQuantity((pod.spec as { readonly resources?: { readonly requests?: Readonly<Record<string, string>> } } | undefined)?.resources?.requests?.['memory'])
  if (whole === undefined) return 0
  const lasting = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? []).filter(isSidecar)]
  const stated = lasting.reduce((sum, container) => sum + requestOf(container), 0)
  return Math.max(0, Math.trunc((whole - stated) / Math.max(1, lasting.length)))
}

function leastRequest({ spec }: PodObject): number {
  return Math.min(...(spec?.containers ?? []).map(requestOf))
}

function requestOf({ resources }: Container): number {
  return parseQuantity((resources?.requests as Readonly<Record<string, string>> | undefined)?.['memory']) ?? 0
}
