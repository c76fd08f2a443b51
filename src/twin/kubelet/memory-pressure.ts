/**
 * A node that runs out of memory (`pkg/kubelet/eviction`): below the threshold it reports pressure and evicts one pod
 * every ten seconds, those above their request first; past its memory the kernel kills by score (`pkg/kubelet/qos`).
 * Only what is known to be used counts, so neither ever happens for lack of knowledge.
 */

import { podRequests } from '../../model/kube/pod-requests.ts'
import { formatBytes, parseQuantity } from '../../model/kube/quantity.ts'
import type { NodeObject } from '../../model/kube/workload.ts'
import type { Context } from '../controller.ts'
import { isCritical } from './admit-on-node.ts'
import { nodeHealth } from './liveness.ts'
import { memoryUse, type ContainerUse, type NodeUse, type PodUse } from './memory-use.ts'
import type { KubeletState } from './state.ts'

/** `monitoringInterval`: the eviction manager looks this often. */
export const LOOK_MS = 10_000
/** `evictionPressureTransitionPeriod`: a condition stays this long after it was last true. */
const PRESSURE_STAYS_MS = 300_000
/** `immediateEvictionGracePeriodSeconds` */
const EVICTION_GRACE_MS = 1_000

/** What the caller does next: look again, and let pods and the node take notice. */
export interface MemoryVerdict {
  readonly nextAtMs: number
  readonly pods: readonly PodUse['pod'][]
  readonly nodeChanged: boolean
}

export function checkMemory(context: Context<KubeletState>, node: NodeObject): MemoryVerdict {
  const { state, store } = context
  const nowMs = context.nowMs()
  const name = node.metadata.name ?? ''
  const capacity = parseQuantity((node.status?.capacity as Record<string, string> | undefined)?.['memory'])
  const use = memoryUse(state, store.podsOn(name), nowMs)
  if (capacity === undefined) return { nextAtMs: Infinity, pods: [], nodeChanged: false }
  const system = parseQuantity(state.world.kubelet.systemMemory[name]) ?? 0
  const killed = killBeyond(context, { node, use, room: capacity - system, capacity })
  const available = capacity - system - use.bytes + killed.reduce((total, { bytes }) => total + bytes, 0)
  const threshold = parseQuantity(state.world.kubelet.evictionMemory) ?? 0
  const nodeChanged = settlePressure(context, name, available < threshold)
  const isPressed = nodeHealth(state, name).type === 'pressed'
  const evicted = available < threshold ? evictOne(context, { node, use, available, threshold }) : []
  return { nextAtMs: isPressed || killed.length > 0 ? nowMs + LOOK_MS : use.growsAtMs, pods: [...killed.map(({ pod }) => pod), ...evicted], nodeChanged }
}

interface Look {
  readonly node: NodeObject
  readonly use: NodeUse
}

/** True when the node's health is another one now. Pressure that somebody set from outside is left alone. */
function settlePressure({ state, nowMs }: Context<KubeletState>, name: string, isShort: boolean): boolean {
  const health = nodeHealth(state, name)
  const measured = health.type === 'pressed' ? health.measuredAtMs : undefined
  if (health.type !== 'healthy' && measured === undefined) return false
  if (isShort) {
    state.nodes.set(name, { type: 'pressed', conditions: ['MemoryPressure'], measuredAtMs: nowMs() })
    return health.type === 'healthy'
  }
  if (measured === undefined || nowMs() - measured < PRESSURE_STAYS_MS) return false
  state.nodes.delete(name)
  return true
}

/** One at a time, and none while the last one still stops. */
function evictOne(context: Context<KubeletState>, look: Look & { readonly available: number; readonly threshold: number }): PodUse['pod'][] {
  const { node, use, available, threshold } = look
  context.recordEvent(node, { type: 'Warning', reason: 'EvictionThresholdMet', message: 'Attempting to reclaim memory' })
  if (use.pods.some(({ runtime }) => runtime.doomed !== undefined)) return []
  const [victim] = use.pods.filter((one) => one.bytes > 0 && !isCritical(one.pod) && one.pod.metadata.deletionTimestamp === undefined).sort(byEvictionRank)
  if (victim === undefined) return []
  const message = `The node was low on resource: memory. Threshold quantity: ${bytesText(threshold)}, available: ${bytesText(Math.max(0, available))}. ${victim.containers.map(exceeding).join('')}`
  context.recordEvent(victim.pod, { type: 'Warning', reason: 'Evicted', message })
  context.state.pods.set(victim.runtime.uid, { ...victim.runtime, doomed: { reason: 'Evicted', message, deadlineMs: context.nowMs() + EVICTION_GRACE_MS, isOver: false } })
  return [victim.pod]
}

/** `rankMemoryPressure`: above its request, then by priority, then by how far above. */
function byEvictionRank(left: PodUse, right: PodUse): number {
  const exceeds = (use: PodUse): number => (use.bytes > use.requested ? 0 : 1)
  const priority = (use: PodUse): number => use.pod.spec?.priority ?? 0
  return exceeds(left) - exceeds(right) || priority(left) - priority(right) || right.bytes - right.requested - (left.bytes - left.requested)
}

function exceeding({ container, bytes }: ContainerUse): string {
  const requested = parseQuantity((container.resources?.requests as Record<string, string> | undefined)?.['memory']) ?? 0
  return bytes > requested ? `Container ${container.name} was using ${bytesText(bytes)}, request is ${bytesText(requested)}, has larger consumption of memory. ` : ''
}

function bytesText(bytes: number): string {
  return bytes === 0 ? '0' : formatBytes(Math.round(bytes))
}

/** The kernel kills until what is left fits. Returns the victims. */
function killBeyond(context: Context<KubeletState>, look: Look & { readonly room: number; readonly capacity: number }): { readonly pod: PodUse['pod']; readonly bytes: number }[] {
  const { use, room, capacity, node } = look
  const ranked = use.pods.flatMap((one) => one.containers.map((container) => ({ one, container, score: (container.bytes * 1000) / capacity + scoreAdjustment(one, container, capacity) }))).sort((left, right) => right.score - left.score)
  const victims: { readonly pod: PodUse['pod']; readonly bytes: number }[] = []
  let used = use.bytes
  for (const { one, container } of ranked) {
    if (used <= room) break
    used -= container.bytes
    victims.push({ pod: one.pod, bytes: container.bytes })
    context.recordEvent(node, { type: 'Warning', reason: 'SystemOOM', message: `System OOM encountered, victim process: ${container.container.name}` })
    endRun(context, one, container.container.name)
  }
  return victims
}

function endRun({ state, nowMs }: Context<KubeletState>, { runtime }: PodUse, name: string): void {
  const current = state.pods.get(runtime.uid) ?? runtime
  const container = current.containers[name]
  if (container?.run === undefined) return
  const end = { atMs: nowMs(), exitCode: 137, reason: 'OOMKilled' as const, log: '' }
  state.pods.set(runtime.uid, { ...current, containers: { ...current.containers, [name]: { ...container, run: { ...container.run, ends: [end] } } } })
}

/** `GetContainerOOMScoreAdjust`: what asked for more is killed later; at least 3, so that guaranteed pods go last. */
function scoreAdjustment({ pod }: PodUse, { container }: ContainerUse, capacity: number): number {
  if (isCritical(pod) || pod.status?.qosClass === 'Guaranteed') return -997
  if (pod.status?.qosClass === 'BestEffort') return 1000
  const own = parseQuantity((container.resources?.requests as Record<string, string> | undefined)?.['memory'])
  const requested = own ?? (podRequests(pod)['memory'] ?? 0) / Math.max(1, pod.spec?.containers.length ?? 1)
  return Math.min(999, Math.max(3, 1000 - Math.floor((1000 * requested) / capacity)))
}
