/**
 * What a node runs short of, whatever it is: a signal against its threshold, and the pods in the order in which they have to go
 * (`pkg/kubelet/eviction/helpers.go`).
 */

import { formatBytes } from '../../model/kube/quantity.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { NodeCondition } from '../../ports/world-control.ts'
import type { PodRuntime } from './runtime.ts'

export type StarvedResource = 'memory' | 'ephemeral-storage' | 'inodes' | 'pids'

export interface Shortage {
  readonly condition: NodeCondition
  readonly resource: StarvedResource
  readonly threshold: number
  readonly available: number
}

/** A pod that may have to go. */
export interface Candidate {
  readonly pod: PodObject
  readonly runtime: PodRuntime
  /** Of what is short; what nobody knows of counts as next to nothing. */
  readonly used: number
  /** Of what is short: what it asked for. */
  readonly requested: number
  /** What the last comparison takes off: of inodes and processes, upstream compares with another request than the one that is exceeded. */
  readonly takenOff: number
  /** Containers whose use is known. */
  readonly containers: readonly { readonly name: string; readonly used: number; readonly requested: number }[]
}

/** Quantities and percentages as kubelets take them: `100Mi`, `10%`. */
export function thresholdOf(text: string, capacity: number, parse: (text: string) => number | undefined): number | undefined {
  const share = /^(\d+(?:\.\d+)?)%$/.exec(text)
  return share === null ? parse(text) : Math.trunc((capacity * Number(share[1])) / 100)
}

/**
 * Those above their request, then by priority, then by how far above; of processes by priority and number alone. Equals are in the order in which
 * `draw` puts them: which of them a real node takes depends on bytes that nobody knows.
 */
export function rankCandidates(candidates: readonly Candidate[], resource: StarvedResource, draw: () => number): Candidate[] {
  const drawn = candidates.map((candidate) => ({ candidate, lot: draw() }))
  const exceeds = ({ used, requested }: Candidate): number => (resource !== 'pids' && used > requested ? 0 : 1)
  const priority = ({ pod }: Candidate): number => pod.spec?.priority ?? 0
  const excess = ({ used, takenOff }: Candidate): number => used - takenOff
  return drawn
    .sort((left, right) => exceeds(left.candidate) - exceeds(right.candidate) || priority(left.candidate) - priority(right.candidate) || excess(right.candidate) - excess(left.candidate) || left.lot - right.lot)
    .map(({ candidate }) => candidate)
}

/** `evictionMessage`, in its words. */
export function evictionMessage({ resource, threshold, available }: Shortage, victim: Candidate): string {
  const show = (amount: number): string => (resource === 'inodes' || resource === 'pids' ? String(amount) : bytesText(amount))
  const exceeding = victim.containers.filter(({ used, requested }) => used > requested)
  const larger = (used: number, requested: number): string => `was using ${show(used)}, request is ${show(requested)}, has larger consumption of ${resource}. `
  const whole = resource === 'memory' ? (victim.pod.spec as { readonly resources?: { readonly requests?: Readonly<Record<string, string>> } } | undefined)?.resources?.requests?.['memory'] : undefined
  return [
    `The node was low on resource: ${resource}. Threshold quantity: ${show(threshold)}, available: ${show(Math.max(0, available))}. `,
    ...(whole === undefined ? [] : [`Pod ${victim.pod.metadata.name ?? ''} ${larger(victim.used, victim.requested)}`]),
    ...exceeding.map(({ name, used, requested }) => `Container ${name} ${larger(used, requested)}`),
  ].join('')
}

export function bytesText(bytes: number): string {
  return bytes === 0 ? '0' : formatBytes(Math.round(bytes))
}
