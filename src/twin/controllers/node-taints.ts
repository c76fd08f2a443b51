/** Taints that follow from a node's conditions, and how one set of taints is exchanged for another. */

import type { Taint } from 'kubernetes-types/core/v1.d.ts'
import { toKubeTime } from '../../kernel/clock.ts'
import { conditionOf, type NodeObject } from '../../model/kube/workload.ts'

const NOT_READY = 'node.kubernetes.io/not-ready'
const UNREACHABLE = 'node.kubernetes.io/unreachable'
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable'

export const NOT_READY_TAINT: Taint = { key: NOT_READY, effect: 'NoExecute' }
export const UNREACHABLE_TAINT: Taint = { key: UNREACHABLE, effect: 'NoExecute' }

const PRESSURE_KEYS: Readonly<Record<string, string>> = {
  MemoryPressure: 'node.kubernetes.io/memory-pressure',
  DiskPressure: 'node.kubernetes.io/disk-pressure',
  NetworkUnavailable: 'node.kubernetes.io/network-unavailable',
  PIDPressure: 'node.kubernetes.io/pid-pressure',
}

const MANAGED_KEYS = new Set([NOT_READY, UNREACHABLE, UNSCHEDULABLE, ...Object.values(PRESSURE_KEYS)])

/** The NoSchedule taints that conditions and the cordon call for. */
export function conditionTaints(node: NodeObject): Taint[] {
  const keys: string[] = []
  const ready = conditionOf(node, 'Ready')?.status
  if (ready === 'False') keys.push(NOT_READY)
  if (ready === 'Unknown') keys.push(UNREACHABLE)
  for (const [type, key] of Object.entries(PRESSURE_KEYS)) if (conditionOf(node, type)?.status === 'True') keys.push(key)
  if (node.spec?.unschedulable === true) keys.push(UNSCHEDULABLE)
  return keys.map((key) => ({ key, effect: 'NoSchedule' }))
}

/** The taints a node should have instead of its own; undefined when they are right. Taints of others stay. */
export function correctedTaints(node: NodeObject, nowMs: number): Taint[] | undefined {
  const wanted = conditionTaints(node)
  const current = node.spec?.taints ?? []
  const managed = current.filter((taint) => taint.effect === 'NoSchedule' && MANAGED_KEYS.has(taint.key))
  const surplus = managed.filter((taint) => !wanted.some((other) => sameTaint(taint, other)))
  const missing = wanted.filter((taint) => !managed.some((other) => sameTaint(taint, other)))
  if (surplus.length === 0 && missing.length === 0) return undefined
  return swappedTaints(current, { add: missing, remove: surplus, nowMs })
}

export function swappedTaints(current: readonly Taint[], change: { readonly add: readonly Taint[]; readonly remove: readonly Taint[]; readonly nowMs: number }): Taint[] {
  const { add, remove, nowMs } = change
  const kept = current.filter((taint) => !remove.some((other) => sameTaint(taint, other)) && !add.some((other) => sameTaint(taint, other)))
  return [...kept, ...add.map((taint) => ({ ...taint, timeAdded: toKubeTime(nowMs) }))]
}

export function hasTaint(node: NodeObject, taint: Taint): boolean {
  return node.spec?.taints?.some((other) => sameTaint(other, taint)) ?? false
}

/** Taints are the same by key and effect; the value does not count. */
function sameTaint(left: Taint, right: Taint): boolean {
  return left.key === right.key && left.effect === right.effect
}
