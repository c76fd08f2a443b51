/** The status a pod is born with, and its quality-of-service class (`pkg/apis/core/v1/helper/qos`). */

import { toKubeTime } from '../../kernel/clock.ts'
import type { Container, PodSpec, PodStatus } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { parseMilli } from '../../model/kube/quantity.ts'

export function initialPodStatus(pod: KubeObject, nowMs: number): PodStatus {
  const spec = pod['spec'] as PodSpec & { schedulingGates?: readonly object[] }
  const status: PodStatus = { phase: 'Pending', qosClass: qosClass(spec) }
  if ((spec.schedulingGates ?? []).length === 0) return status
  const gated = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
    lastTransitionTime: toKubeTime(nowMs),
  }
  return { ...status, conditions: [gated] }
}

export function qosClass(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  if (containers.every((container) => amountsIn(container, 'requests') === 0 && amountsIn(container, 'limits') === 0)) return 'BestEffort'
  return containers.every(isGuaranteed) ? 'Guaranteed' : 'Burstable'
}

function amountsIn(container: Container, side: 'requests' | 'limits'): number {
  const quantities = (container.resources?.[side] ?? {}) as Record<string, string>
  return ['cpu', 'memory'].filter((name) => (parseMilli(quantities[name]) ?? 0) > 0).length
}

function isGuaranteed(container: Container): boolean {
  const limits = (container.resources?.limits ?? {}) as Record<string, string>
  const requests = (container.resources?.requests ?? {}) as Record<string, string>
  return ['cpu', 'memory'].every((name) => (parseMilli(limits[name]) ?? 0) > 0 && parseMilli(limits[name]) === parseMilli(requests[name] ?? limits[name]))
}
