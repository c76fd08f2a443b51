/**
 * What the containers of a node use, as far as it is known: nothing until a process has grown, its image's need
 * afterwards. A container whose image nobody measured counts as nothing, so the sum is the least that is used.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { podRequests } from '../../model/kube/pod-requests.ts'
import { parseQuantity } from '../../model/kube/quantity.ts'
import { isTerminal, type PodObject } from '../../model/kube/workload.ts'
import { behaviourOf } from './behaviour.ts'
import { memoryLimitOf } from './plan-run.ts'
import { isRunning, type PodRuntime, type Run } from './runtime.ts'
import type { KubeletState } from './state.ts'

export interface ContainerUse {
  readonly container: Container
  readonly bytes: number
}

export interface PodUse {
  readonly pod: PodObject
  readonly runtime: PodRuntime
  readonly containers: readonly ContainerUse[]
  readonly bytes: number
  readonly requested: number
}

export interface NodeUse {
  readonly pods: readonly PodUse[]
  readonly bytes: number
  /** When one of them will have grown. */
  readonly growsAtMs: number
}

export function memoryUse(state: KubeletState, pods: readonly PodObject[], nowMs: number): NodeUse {
  const uses: PodUse[] = []
  let growsAtMs = Infinity
  for (const pod of pods) {
    const runtime = state.pods.get(pod.metadata.uid ?? '')
    if (runtime === undefined || isTerminal(pod)) continue
    const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].flatMap((container) => {
      const run = runtime.containers[container.name]
      if (run?.run === undefined || !isRunning(run)) return []
      const grownAtMs = grownAt(state, container, run.run)
      if (grownAtMs === undefined) return []
      if (grownAtMs > nowMs) growsAtMs = Math.min(growsAtMs, grownAtMs)
      return grownAtMs > nowMs ? [] : [{ container, bytes: needOf(state, container) }]
    })
    uses.push({ pod, runtime, containers, bytes: sum(containers), requested: podRequests(pod)['memory'] ?? 0 })
  }
  return { pods: uses, bytes: sum(uses), growsAtMs }
}

/** It is known how much memory one of its containers takes: a pod of which it is not counts as nothing, whatever it does. */
export function isMeasured(index: KubeletState['index'], { spec }: PodObject): boolean {
  const isKnown = ({ image = '' }: Container): boolean => index.byImage.get(image)?.memory !== undefined
  return (spec?.containers ?? []).some(isKnown) || (spec?.initContainers ?? []).some(isKnown)
}

function grownAt(state: KubeletState, container: Container, run: Run): number | undefined {
  const { memory, memoryAfterSeconds } = behaviourOf(state.index, container.image ?? '')
  return memory === undefined ? undefined : run.startedAtMs + memoryAfterSeconds * 1000
}

/** A limit ends the process before it takes more. */
function needOf(state: KubeletState, container: Container): number {
  const need = parseQuantity(behaviourOf(state.index, container.image ?? '').memory) ?? 0
  return Math.min(need, parseQuantity(memoryLimitOf(container, undefined)) || Infinity)
}

function sum(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((total, { bytes }) => total + bytes, 0)
}
