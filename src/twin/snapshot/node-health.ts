/** The health of nodes as a snapshot shows it: a node that is not Ready stays so, for the reason it gives. */

import { parseTimeMs } from '../../kernel/clock.ts'
import { conditionOf, type NodeObject } from '../../model/kube/workload.ts'
import type { NodeCondition } from '../../ports/world-control.ts'
import type { NodeHealth } from '../kubelet/liveness.ts'

const PRESSURES: readonly NodeCondition[] = ['DiskPressure', 'MemoryPressure', 'PIDPressure']

/** Undefined for a healthy node, and for one whose conditions nobody collected. */
export function observedHealth(node: NodeObject, nowMs: number): NodeHealth | undefined {
  const ready = conditionOf(node, 'Ready') as { status?: string; message?: string; lastHeartbeatTime?: string; lastTransitionTime?: string } | undefined
  if (ready === undefined) return undefined
  if (ready.status === 'Unknown') return { type: 'silent', sinceMs: parseTimeMs(ready.lastHeartbeatTime) ?? parseTimeMs(ready.lastTransitionTime) ?? nowMs }
  const conditions = PRESSURES.filter((pressure) => conditionOf(node, pressure)?.status === 'True')
  if (ready.status === 'True' && conditions.length === 0) return undefined
  if (ready.status === 'True') return { type: 'pressed', conditions }
  return { type: 'not-ready', conditions, message: ready.message ?? 'kubelet is not ready' }
}
