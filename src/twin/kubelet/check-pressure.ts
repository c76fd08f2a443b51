/**
 * The eviction manager of a node (`pkg/kubelet/eviction/eviction_manager.go`, synchronize): looks what is short, reports it, ends pods past a
 * limit of their own, then takes from the node what nobody uses, and at last evicts one pod at a time.
 */

import type { NodeObject, PodObject } from '../../model/kube/workload.ts'
import type { Context } from '../controller.ts'
import { isCritical } from './admit-on-node.ts'
import { lookAtDisk } from './disk-pressure.ts'
import { nodeHealth } from './liveness.ts'
import { lookAtMemory } from './memory-pressure.ts'
import { settlePressures } from './pressure-state.ts'
import type { PodRuntime } from './runtime.ts'
import { evictionMessage, rankCandidates, type Candidate, type Shortage } from './shortage.ts'
import type { KubeletState } from './state.ts'

/** `monitoringInterval`: the eviction manager looks this often. */
export const LOOK_MS = 10_000
/** After an eviction it looks each second (`podCleanupPollFreq`) whether the pod is gone, and then begins again. */
const CLEANUP_MS = 1_000
/** `immediateEvictionGracePeriodSeconds` */
const EVICTION_GRACE_MS = 1_000

/** What the caller does next: look again, and let pods and the node take notice. */
export interface PressureVerdict {
  readonly nextAtMs: number
  readonly pods: readonly PodObject[]
  readonly nodeChanged: boolean
}

type KubeletContext = Context<KubeletState>

export function checkPressure(context: KubeletContext, node: NodeObject): PressureVerdict {
  const name = node.metadata.name ?? ''
  const memory = lookAtMemory(context, node)
  const disk = lookAtDisk(context, node)
  const shortages = [...memory.shortages, ...disk.shortages]
  const nodeChanged = settlePressures(context, name, shortages.map(({ condition }) => condition))
  const isPressed = nodeHealth(context.state, name).type === 'pressed'
  const evicted = isStopping(context, name) ? [] : evictions(context, node, { shortages, memory, disk })
  const isBusy = evicted.length > 0 || isStopping(context, name)
  const nextAtMs = isBusy ? context.nowMs() + CLEANUP_MS : nextLook(context, isPressed || shortages.length > 0 || memory.killed.length > 0 || disk.isGrowing ? context.nowMs() + 1 : memory.growsAtMs)
  return { nextAtMs, pods: [...memory.killed, ...evicted], nodeChanged }
}

/** The first look at or after `fromMs`. */
export function nextLook(context: Pick<KubeletContext, 'nowMs'>, fromMs: number): number {
  return Number.isFinite(fromMs) ? Math.max(context.nowMs(), Math.ceil(fromMs / LOOK_MS) * LOOK_MS) + 1 : Infinity
}

/** Nobody is evicted while the last one still stops. */
function isStopping({ state, store }: KubeletContext, name: string): boolean {
  return store.podsOn(name).some(({ metadata }) => {
    const doomed = state.pods.get(metadata.uid ?? '')?.doomed
    return doomed?.reason === 'Evicted' && !doomed.isOver
  })
}

interface Looks {
  readonly shortages: readonly Shortage[]
  readonly memory: ReturnType<typeof lookAtMemory>
  readonly disk: ReturnType<typeof lookAtDisk>
}

function evictions(context: KubeletContext, node: NodeObject, { shortages, memory, disk }: Looks): PodObject[] {
  const over = disk.overLimit.filter(({ pod }) => mayGo(pod))
  for (const { pod, runtime, message } of over) evict(context, { pod, runtime, message })
  if (over.length > 0) return over.map(({ pod }) => pod)
  const [first] = shortages
  if (first === undefined) return []
  context.recordEvent(node, { type: 'Warning', reason: 'EvictionThresholdMet', message: `Attempting to reclaim ${first.resource}` })
  if (first.condition === 'DiskPressure' && disk.reclaim() && memory.shortages.length === 0) return []
  const candidates = first.resource === 'memory' ? memory.candidates : disk.candidatesFor(first.resource)
  const [victim] = rankCandidates(candidates.filter(({ pod }) => mayGo(pod)), first.resource, () => context.rng.unit())
  if (victim === undefined) return []
  const message = evictionMessage(first, victim)
  evict(context, { ...victim, message, disruption: message })
  return [victim.pod]
}

function mayGo(pod: PodObject): boolean {
  return !isCritical(pod) && pod.metadata.deletionTimestamp === undefined
}

function evict(context: KubeletContext, { pod, runtime, message, disruption }: Pick<Candidate, 'pod'> & { readonly runtime: PodRuntime; readonly message: string; readonly disruption?: string }): void {
  context.recordEvent(pod, { type: 'Warning', reason: 'Evicted', message })
  context.state.pods.set(runtime.uid, { ...runtime, doomed: { reason: 'Evicted', message, deadlineMs: context.nowMs() + EVICTION_GRACE_MS, isOver: false, ...(disruption === undefined ? {} : { disruption }) } })
}
