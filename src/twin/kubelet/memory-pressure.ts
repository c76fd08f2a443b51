/**
 * A node's memory as far as its use is known: how much is left against the eviction manager's threshold, who would go, and the
 * kernel's kill by score past the node's memory (`pkg/kubelet/eviction`, `pkg/kubelet/qos`). Only what is known to be used counts, so
 * neither ever happens for lack of knowledge, but where the node itself said that it is short.
 */

import { parseQuantity } from '../../model/kube/quantity.ts'
import type { NodeObject, PodObject } from '../../model/kube/workload.ts'
import type { Context } from '../controller.ts'
import { memoryUse, type ContainerUse, type NodeUse, type PodUse } from './memory-use.ts'
import { oomScoreAdjustment } from './oom-score.ts'
import { thresholdOf, type Candidate, type Shortage } from './shortage.ts'
import type { KubeletState } from './state.ts'

export interface MemoryLook {
  readonly shortages: readonly Shortage[]
  readonly candidates: readonly Candidate[]
  /** Whom the kernel killed in this look. */
  readonly killed: readonly PodObject[]
  /** When one of the processes will have grown. */
  readonly growsAtMs: number
}

export function lookAtMemory(context: Context<KubeletState>, node: NodeObject): MemoryLook {
  const { state, store } = context
  const name = node.metadata.name ?? ''
  const capacity = parseQuantity((node.status?.capacity as Record<string, string> | undefined)?.['memory'])
  const use = memoryUse(state, store.podsOn(name), context.nowMs())
  if (capacity === undefined) return { shortages: [], candidates: [], killed: [], growsAtMs: Infinity }
  const fill = state.fills.get(name)
  const filled = fill?.resource === 'memory' ? fill.amount : 0
  const system = (parseQuantity(state.world.kubelet.systemMemory[name]) ?? 0) + filled
  const killed = killBeyond(context, { node, use, room: capacity - system, capacity })
  const available = capacity - system - use.bytes + killed.reduce((total, { bytes }) => total + bytes, 0)
  const threshold = memoryThreshold(state, capacity)
  const shortage: Shortage = { condition: 'MemoryPressure', resource: 'memory', threshold, available }
  return { shortages: available < threshold ? [shortage] : [], candidates: use.pods.filter(({ bytes }) => bytes > 0 || filled > 0).map(asCandidate), killed: killed.map(({ pod }) => pod), growsAtMs: use.growsAtMs }
}

export function memoryThreshold({ world }: Pick<KubeletState, 'world'>, capacity: number): number {
  return thresholdOf(world.kubelet.evictionMemory, capacity, parseQuantity) ?? 0
}

/** Whatever runs takes some memory, though nobody knows how much. */
function asCandidate({ pod, runtime, containers, bytes, requested }: PodUse): Candidate {
  const requestOf = ({ container }: ContainerUse): number => parseQuantity((container.resources?.requests as Record<string, string> | undefined)?.['memory']) ?? 0
  return { pod, runtime, used: Math.max(1, bytes), requested, takenOff: requested, containers: containers.map((use) => ({ name: use.container.name, used: use.bytes, requested: requestOf(use) })) }
}

interface Look {
  readonly node: NodeObject
  readonly use: NodeUse
}

/** The kernel kills until what is left fits. Returns the victims. */
function killBeyond(context: Context<KubeletState>, look: Look & { readonly room: number; readonly capacity: number }): { readonly pod: PodUse['pod']; readonly bytes: number }[] {
  const { use, room, capacity, node } = look
  const ranked = use.pods.flatMap((one) => one.containers.map((container) => ({ one, container, score: (container.bytes * 1000) / capacity + oomScoreAdjustment(one.pod, container.container, capacity) }))).sort((left, right) => right.score - left.score)
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
