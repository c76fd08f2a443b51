/** The status a pod is born with, and its quality-of-service class (`pkg/apis/core/v1/helper/qos`). */

import { toKubeTime } from '../../kernel/clock.ts'
import type { PodCondition, PodSpec, PodStatus } from 'kubernetes-types/core/v1.d.ts'
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
    lastProbeTime: null,
    lastTransitionTime: toKubeTime(nowMs),
  } as unknown as PodCondition
  return { ...status, conditions: [gated] }
}

/** What the pod states for itself as a whole counts instead of what its containers state (`ComputePodQOS`). */
export function qosClass(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const whole = (spec as PodSpec & { resources?: Resources }).resources
  const stated = whole === undefined ? [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ resources }) => resources) : [whole]
  if (stated.every((resources) => countOf(resources?.requests) === 0 && countOf(resources?.limits) === 0)) return 'BestEffort'
  return stated.every(isGuaranteed) ? 'Guaranteed' : 'Burstable'
}

type Quantities = Readonly<Record<string, string>>

interface Resources {
  readonly requests?: Quantities
  readonly limits?: Quantities
}

function countOf(quantities: Quantities = {}): number {
  return ['cpu', 'memory'].filter((name) => (parseMilli(quantities[name]) ?? 0) > 0).length
}

function isGuaranteed({ limits = {}, requests = {} }: Resources = {}): boolean {
  return ['cpu', 'memory'].every((name) => (parseMilli(limits[name]) ?? 0) > 0 && parseMilli(limits[name]) === parseMilli(requests[name] ?? limits[name]))
}
