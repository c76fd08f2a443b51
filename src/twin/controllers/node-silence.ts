/** Writes down that a kubelet fell silent: conditions turn Unknown, and the node's pods turn unready with it. */

import type { NodeCondition } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs, toKubeTime } from '../../kernel/clock.ts'
import { conditionOf, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import type { NodeHealth } from '../kubelet/liveness.ts'
import { withCondition } from '../scheduler/pod-status.ts'
import type { LifecycleContext } from './node-lifecycle-state.ts'

export type HealthOf = (context: Pick<LifecycleContext, 'stateOf'>, nodeName: string) => NodeHealth

/** nodelifecycle/config: how long a node may take to report for the first time. */
const STARTUP_GRACE_MS = 60_000

/** Conditions that a silent kubelet no longer vouches for. */
const REPORTED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']

/** The node as it stands after its silence, if any, was written down; its pods turn unready with it. */
export function noticeSilence(node: NodeObject, context: LifecycleContext, health: HealthOf): NodeObject {
  const lastHeardMs = lastHeartbeat(node, health(context, node.metadata.name ?? ''))
  const before = conditionOf(node, 'Ready')?.status
  const graceMs = before === undefined ? STARTUP_GRACE_MS : context.profile.nodeMonitorGraceMs
  const isSilent = lastHeardMs !== undefined && context.nowMs() > Math.max(lastHeardMs, context.state.trustedSinceMs) + graceMs
  const current = isSilent && before !== 'Unknown' ? markUnknown(node, context) : node
  const after = conditionOf(current, 'Ready')?.status
  if (before === 'True' && after !== 'True') {
    context.recordEvent(current, { type: 'Normal', reason: 'NodeNotReady', message: `Node ${node.metadata.name ?? ''} status is now: NodeNotReady` })
    for (const pod of context.store.podsOn(node.metadata.name ?? '')) markUnready(pod, context)
  }
  return current
}

/** When the kubelet was last heard; undefined while it reports. A node that never reported counts from its creation. */
function lastHeartbeat(node: NodeObject, health: NodeHealth): number | undefined {
  if (health.type === 'silent') return health.sinceMs
  return conditionOf(node, 'Ready') === undefined ? parseTimeMs(node.metadata.creationTimestamp) : undefined
}

function markUnknown(node: NodeObject, context: LifecycleContext): NodeObject {
  const now = toKubeTime(context.nowMs())
  const known = node.status?.conditions ?? []
  const kept = known.map((condition): NodeCondition => {
    if (!REPORTED.includes(condition.type) || condition.status === 'Unknown') return condition
    return { ...condition, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', lastTransitionTime: now }
  })
  const missing = REPORTED.filter((type) => !known.some((condition) => condition.type === type)).map((type) => neverPosted(type, node, now))
  return context.api.updateStatus(node, { ...node.status, conditions: [...kept, ...missing] }) as NodeObject
}

function neverPosted(type: string, node: NodeObject, now: string): NodeCondition {
  const heard = node.metadata.creationTimestamp
  return {
    type,
    status: 'Unknown',
    reason: 'NodeStatusNeverUpdated',
    message: 'Kubelet never posted node status.',
    ...(heard === undefined ? {} : { lastHeartbeatTime: heard }),
    lastTransitionTime: now,
  }
}

export function markUnready(pod: PodObject, context: LifecycleContext): void {
  const ready = conditionOf(pod, 'Ready')
  if (ready === undefined || ready.status === 'False') return
  const { reason, message } = ready
  const status = withCondition(pod.status, { type: 'Ready', status: 'False', ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) }, context.nowMs())
  context.api.updateStatus(pod, status)
  context.recordEvent(pod, { type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' })
}
