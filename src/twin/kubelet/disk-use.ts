/**
 * What lies on a node's disk, as far as it is known: images, what containers and pods write, and what others hold. Images and
 * containers share one file system with everything else, as they do where nobody made a second one.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { parseQuantity } from '../../model/kube/quantity.ts'
import { isTerminal, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import { CAPACITY_DEFAULT } from './node-status.ts'
import { behaviourOf, type WorldIndex } from './behaviour.ts'
import type { PodRuntime, Run } from './runtime.ts'
import type { KubeletState } from './state.ts'

/** From a start until all is written, where nothing is said. */
const WRITTEN_AFTER_SECONDS = 60

export interface PodDisk {
  readonly pod: PodObject
  readonly runtime: PodRuntime
  /** What each container wrote into its layer and its log; only where it is known. */
  readonly containers: readonly { readonly container: Container; readonly bytes: number }[]
  readonly volumes: readonly { readonly name: string; readonly bytes: number }[]
  readonly bytes: number
  /** Undefined where nobody knows what any of its processes writes. */
  readonly isKnown: boolean
  readonly isGrowing: boolean
}

interface Moment {
  readonly index: WorldIndex
  readonly nowMs: number
}

/** Capacity in bytes: what the world says, else the node; that of a machine of which nothing is known where neither does. */
export function diskCapacity(state: Pick<KubeletState, 'world'>, node: NodeObject): number {
  const stated = state.world.disks[node.metadata.name ?? '']?.capacity ?? (node.status?.capacity as Readonly<Record<string, string>> | undefined)?.['ephemeral-storage']
  return parseQuantity(stated ?? CAPACITY_DEFAULT['ephemeral-storage']) ?? 0
}

/** It is known what one of its containers writes. */
export function isWriter(index: WorldIndex, { spec }: PodObject): boolean {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].some(({ image = '' }) => writes(index, image))
}

function writes(index: WorldIndex, image: string): boolean {
  const known = index.byImage.get(image)
  return known !== undefined && (known.disk !== undefined || known.emptyDirs !== undefined)
}

/** Of the node's pods, those that are over included: their containers lie there until somebody removes them. */
export function podDisks({ state, pods, nowMs }: { readonly state: Pick<KubeletState, 'pods' | 'index'>; readonly pods: readonly PodObject[]; readonly nowMs: number }): PodDisk[] {
  return pods.flatMap((pod) => {
    const runtime = state.pods.get(pod.metadata.uid ?? '')
    return runtime === undefined ? [] : [podDisk({ index: state.index, nowMs }, pod, runtime)]
  })
}

function podDisk(moment: Moment, pod: PodObject, runtime: PodRuntime): PodDisk {
  const isGone = runtime.areContainersRemoved === true || runtime.finished || runtime.rejected !== undefined || runtime.doomed?.isOver === true
  const specs = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]
  const known = isGone ? [] : specs.filter(({ image = '' }) => writes(moment.index, image))
  const containers = known.map((container) => ({ container, bytes: writtenBy(moment, runtime, container) }))
  const volumes = isTerminal(pod) ? [] : volumesOf(moment, pod, { runtime, known })
  const bytes = [...containers, ...volumes].reduce((sum, part) => sum + part.bytes, 0)
  return { pod, runtime, containers, volumes, bytes, isKnown: known.length > 0, isGrowing: known.some((container) => isGrowing(moment, runtime, container)) }
}

/** With the last run that ended: its container is kept as long as the pod is. */
function writtenBy({ index, nowMs }: Moment, { containers }: PodRuntime, container: Container): number {
  const { disk, diskAfterSeconds = WRITTEN_AFTER_SECONDS } = behaviourOf(index, container.image ?? '')
  const { run, previous } = containers[container.name] ?? {}
  const whole = parseQuantity(disk) ?? 0
  const share = (one: Run | undefined): number => (one === undefined ? 0 : grown((one.exit?.atMs ?? nowMs) - one.startedAtMs, diskAfterSeconds))
  return Math.floor(whole * (share(run) + share(previous)))
}

function volumesOf({ index, nowMs }: Moment, pod: PodObject, { runtime, known }: { readonly runtime: PodRuntime; readonly known: readonly Container[] }): { readonly name: string; readonly bytes: number }[] {
  const onDisk = (pod.spec?.volumes ?? []).filter(({ emptyDir }) => emptyDir !== undefined && emptyDir.medium !== 'Memory')
  return onDisk.map(({ name }) => ({
    name,
    bytes: known.reduce((sum, { name: container, image = '' }) => {
      const { emptyDirs = {}, diskAfterSeconds = WRITTEN_AFTER_SECONDS } = behaviourOf(index, image)
      const startedAtMs = runtime.containers[container]?.previous?.startedAtMs ?? runtime.containers[container]?.run?.startedAtMs
      return startedAtMs === undefined ? sum : sum + Math.floor((parseQuantity(emptyDirs[name]) ?? 0) * grown(nowMs - startedAtMs, diskAfterSeconds))
    }, 0),
  }))
}

function isGrowing({ index, nowMs }: Moment, { containers }: PodRuntime, { name, image = '' }: Container): boolean {
  const run = containers[name]?.run
  return run !== undefined && run.exit === undefined && grown(nowMs - run.startedAtMs, behaviourOf(index, image).diskAfterSeconds ?? WRITTEN_AFTER_SECONDS) < 1
}

/** The share that is written after this long: evenly, and then no more. */
function grown(elapsedMs: number, wholeSeconds: number): number {
  return wholeSeconds === 0 ? 1 : Math.min(1, Math.max(0, elapsedMs / (wholeSeconds * 1000)))
}
