/** A node that says that it is short of something goes on as its kubelet would: it looks again, and reports it for as long as it has to. */

import { parseQuantity } from '../../model/kube/quantity.ts'
import { isTerminal, type NodeObject } from '../../model/kube/workload.ts'
import { resourceOf, thresholdIn } from '../kubelet/disk-pressure.ts'
import { memoryThreshold } from '../kubelet/memory-pressure.ts'
import { memoryUse } from '../kubelet/memory-use.ts'
import { unusedImages } from '../kubelet/node-images.ts'
import type { Fill, KubeletState } from '../kubelet/state.ts'
import type { NodePressure } from '../observed/pressure.ts'
import type { StoreReader } from '../store.ts'

interface Resume {
  readonly state: KubeletState
  readonly store: StoreReader
  readonly nowMs: number
  readonly node: NodeObject
  readonly pressure: NodePressure
}

/** To be called when its pods are known. */
export function resumePressure(input: Resume): void {
  const { state, node, pressure } = input
  const name = node.metadata.name ?? ''
  const health = state.nodes.get(name)
  if (health?.type === 'pressed' && pressure.foundMs !== undefined) state.nodes.set(name, { ...health, foundMs: pressure.foundMs })
  if (pressure.short === undefined) return
  const fill = fillFor(input, pressure.short)
  if (fill !== undefined) state.fills.set(name, fill)
}

/** So much lies there, or is taken, that nobody knows of, that it is short by as much as it was. */
function fillFor(input: Resume, { resource, by }: NonNullable<NodePressure['short']>): Fill | undefined {
  if (resource === 'memory') return memoryFill(input, by)
  const { state, store, nowMs, node } = input
  const filled = resource === 'ephemeral-storage' ? 'disk' : resource
  const pods = store.podsOn(node.metadata.name ?? '')
  const { capacity, used } = resourceOf({ state, node, pods, nowMs }, filled)
  const threshold = thresholdIn(state, filled, capacity)
  // At its last look it took away what nobody uses, and that was not enough.
  const reclaimable = filled === 'disk' ? unusedImages(node, pods.filter((pod) => !isTerminal(pod))).reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0) : 0
  return threshold === undefined ? undefined : { resource: filled, amount: Math.max(0, capacity - threshold + by - (used - reclaimable)) }
}

function memoryFill({ state, store, nowMs, node }: Resume, by: number): Fill | undefined {
  const name = node.metadata.name ?? ''
  const capacity = parseQuantity((node.status?.capacity as Readonly<Record<string, string>> | undefined)?.['memory'])
  if (capacity === undefined) return undefined
  const { bytes } = memoryUse(state, store.podsOn(name), nowMs)
  const system = parseQuantity(state.world.kubelet.systemMemory[name]) ?? 0
  const threshold = memoryThreshold(state, capacity)
  return { resource: 'memory', amount: Math.max(0, capacity - threshold + by - system - bytes) }
}
