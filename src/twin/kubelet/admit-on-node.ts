/**
 * The kubelet's own admission under node pressure (`pkg/kubelet/eviction/eviction_manager.go`, Admit): memory
 * pressure alone refuses BestEffort pods, any other pressure all but critical ones.
 */

import type { PodObject } from '../../model/kube/workload.ts'
import type { NodeHealth } from './liveness.ts'

/** `scheduling.SystemCriticalPriority`. */
const CRITICAL_PRIORITY = 2_000_000_000

/** Why the node refuses the pod; undefined when it takes it. */
export function nodeRefusal(pod: PodObject, health: NodeHealth): { readonly reason: string; readonly message: string } | undefined {
  if ((health.type !== 'not-ready' && health.type !== 'pressed') || health.conditions.length === 0 || isCritical(pod)) return undefined
  const isMemoryOnly = health.conditions.length === 1 && health.conditions[0] === 'MemoryPressure'
  if (isMemoryOnly && (pod.status?.qosClass !== 'BestEffort' || toleratesMemoryPressure(pod))) return undefined
  return { reason: 'Evicted', message: `Pod was rejected: The node had condition: [${health.conditions.join(' ')}]. ` }
}

/** Pods that the kubelet neither refuses nor evicts. */
export function isCritical(pod: PodObject): boolean {
  const annotations = pod.metadata.annotations ?? {}
  return (pod.spec?.priority ?? 0) >= CRITICAL_PRIORITY || annotations['kubernetes.io/config.mirror'] !== undefined
}

function toleratesMemoryPressure(pod: PodObject): boolean {
  return (pod.spec?.tolerations ?? []).some(({ key = '', operator, effect = '' }) => (key === 'node.kubernetes.io/memory-pressure' || (key === '' && operator === 'Exists')) && ['', 'NoSchedule'].includes(effect))
}
