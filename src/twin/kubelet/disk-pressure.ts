/**
 * A node's disk as far as its use is known, against the eviction manager's thresholds; what can be taken from it without ending
 * anything; and who would go (`pkg/kubelet/eviction`). Also inodes and process numbers, of which only a fault says that they are used up.
 */

import { podRequests } from '../../model/kube/pod-requests.ts'
import { parseQuantity } from '../../model/kube/quantity.ts'
import { isTerminal, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import type { FilledResource } from '../../ports/world-control.ts'
import type { Context } from '../controller.ts'
import { diskCapacity, podDisks, type PodDisk } from './disk-use.ts'
import { imageBytes, unusedImages } from './node-images.ts'
import { podsOverLimit, type OverLimit } from './own-limits.ts'
import { thresholdOf, type Candidate, type Shortage, type StarvedResource } from './shortage.ts'
import type { KubeletState } from './state.ts'

/** One for so many bytes: what ext4 is made with (`inode_ratio` of mke2fs). */
const BYTES_PER_INODE = 16_384
/** The kernel's most on 64 bits (`PID_MAX_LIMIT`), which systemd sets. */
const PIDS = 4_194_304

export interface DiskLook {
  readonly shortages: readonly Shortage[]
  readonly overLimit: readonly OverLimit[]
  readonly isGrowing: boolean
  candidatesFor(resource: StarvedResource): readonly Candidate[]
  /** Removes dead containers and unused images; true when nothing is short any more. */
  reclaim(): boolean
}

export function lookAtDisk(context: Context<KubeletState>, node: NodeObject): DiskLook {
  const now = nodeNow(context, node)
  const disks = podDisks(now)
  const active = disks.filter(({ pod, runtime }) => !isTerminal(pod) && runtime.doomed?.isOver !== true && runtime.rejected === undefined)
  return {
    shortages: shortagesOf(now),
    overLimit: podsOverLimit(active),
    isGrowing: disks.some((disk) => disk.isGrowing),
    candidatesFor: (resource) => active.map((disk) => asCandidate(disk, resource)),
    reclaim: () => reclaim(context, node, disks),
  }
}

function nodeNow(context: Context<KubeletState>, node: NodeObject): NodeNow {
  return { state: context.state, node, pods: context.store.podsOn(node.metadata.name ?? ''), nowMs: context.nowMs() }
}

interface NodeNow {
  readonly state: Pick<KubeletState, 'world' | 'index' | 'pods' | 'fills'>
  readonly node: NodeObject
  readonly pods: readonly PodObject[]
  readonly nowMs: number
}

/** What the node has of it and what is known to be used, what a fault takes included. */
export function resourceOf({ state, node, pods, nowMs }: NodeNow, resource: FilledResource): { readonly capacity: number; readonly used: number } {
  const name = node.metadata.name ?? ''
  const fill = state.fills.get(name)
  const filled = fill?.resource === resource ? fill.amount : 0
  if (resource === 'pids') return { capacity: PIDS, used: filled }
  const capacity = diskCapacity(state, node)
  if (resource === 'inodes') return { capacity: Math.floor(capacity / BYTES_PER_INODE), used: filled }
  const others = parseQuantity(state.world.disks[name]?.used) ?? 0
  const written = podDisks({ state, pods, nowMs }).reduce((sum, { bytes }) => sum + bytes, 0)
  return { capacity, used: others + imageBytes(state, node, pods) + written + filled }
}

function shortagesOf(now: NodeNow): Shortage[] {
  return (['disk', 'inodes', 'pids'] as const).flatMap((resource) => {
    const { capacity, used } = resourceOf(now, resource)
    const available = capacity - used
    const threshold = thresholdsOf(now.state, resource, capacity).find((one) => available < one)
    return threshold === undefined ? [] : [{ condition: resource === 'pids' ? 'PIDPressure' : 'DiskPressure', resource: resource === 'disk' ? 'ephemeral-storage' : resource, threshold, available } as const]
  })
}

/** Below the highest of them it is short; undefined where nobody set one. */
export function thresholdIn(state: Pick<KubeletState, 'world'>, resource: FilledResource, capacity: number): number | undefined {
  const thresholds = thresholdsOf(state, resource, capacity)
  return thresholds.length === 0 ? undefined : Math.max(...thresholds)
}

/** In the order in which the first that is met is told. */
function thresholdsOf({ world }: Pick<KubeletState, 'world'>, resource: FilledResource, capacity: number): number[] {
  const { evictionNodefs, evictionImagefs, evictionInodes, evictionPids } = world.kubelet
  const texts = { disk: [evictionNodefs, evictionImagefs], inodes: [evictionInodes], pids: [evictionPids] }[resource]
  return texts.flatMap((text) => (text === undefined ? [] : (thresholdOf(text, capacity, parseQuantity) ?? [])))
}

/** A process of which nobody knows what it writes is taken to have written something: nearly all keep a log. */
function asCandidate({ pod, runtime, containers, bytes }: PodDisk, resource: StarvedResource): Candidate {
  const storage = podRequests(pod)['ephemeral-storage'] ?? 0
  const requestOf = (quantities: unknown): number => parseQuantity((quantities as Readonly<Record<string, string>> | undefined)?.['ephemeral-storage']) ?? 0
  const isDisk = resource === 'ephemeral-storage'
  return {
    pod,
    runtime,
    used: isDisk ? Math.max(1, bytes) : 1,
    requested: isDisk ? storage : 0,
    takenOff: resource === 'pids' ? 0 : storage,
    containers: isDisk ? containers.map(({ container, bytes: used }) => ({ name: container.name, used, requested: requestOf(container.resources?.requests) })) : [],
  }
}

function reclaim(context: Context<KubeletState>, node: NodeObject, disks: readonly PodDisk[]): boolean {
  const { state, store } = context
  const name = node.metadata.name ?? ''
  for (const { pod, runtime } of disks) if (isTerminal(pod) && runtime.areContainersRemoved !== true) state.pods.set(runtime.uid, { ...runtime, areContainersRemoved: true })
  const unused = unusedImages(node, store.podsOn(name).filter((pod) => !isTerminal(pod)))
  const gone = new Set(unused)
  for (const image of unused.flatMap(({ names = [] }) => names)) state.images.delete(`${name}|${image}`)
  const images = (node.status?.images ?? []).filter((image) => !gone.has(image))
  const emptied = gone.size === 0 ? node : (context.api.updateStatus(node, { ...node.status, images }) as NodeObject)
  return shortagesOf(nodeNow(context, emptied)).length === 0
}
