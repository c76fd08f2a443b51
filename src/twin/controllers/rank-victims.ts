/**
 * Which pods a ReplicaSet gives up first (`pkg/controller/controller_utils.go`, ActivePodsWithRanks). The first rule
 * that tells two pods apart decides; ages are compared by the power of two they fall under, so that a victim is
 * not simply the youngest.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { isReady, type PodObject } from '../../model/kube/workload.ts'
import { readySinceMs } from './pod-state.ts'

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'
const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }

export interface RankInput {
  readonly pods: readonly PodObject[]
  /** Active pods of all siblings, those of other ReplicaSets of the same Deployment included. */
  readonly related: readonly PodObject[]
  readonly nowMs: number
}

/** The pods, first victim first. */
export function rankVictims({ pods, related, nowMs }: RankInput): PodObject[] {
  const perNode = new Map<string, number>()
  for (const pod of related) perNode.set(nodeOf(pod), (perNode.get(nodeOf(pod)) ?? 0) + 1)
  const rules: readonly ((left: PodObject, right: PodObject) => number)[] = [
    (left, right) => Number(nodeOf(left) !== '') - Number(nodeOf(right) !== ''),
    (left, right) => phaseOf(left) - phaseOf(right),
    (left, right) => Number(isReady(left)) - Number(isReady(right)),
    (left, right) => costOf(left) - costOf(right),
    (left, right) => (perNode.get(nodeOf(right)) ?? 0) - (perNode.get(nodeOf(left)) ?? 0),
    (left, right) => (isReady(left) && isReady(right) ? byReadiness(left, right, nowMs) : 0),
    (left, right) => restartsOf(right, false) - restartsOf(left, false),
    (left, right) => restartsOf(right, true) - restartsOf(left, true),
    (left, right) => byAge(createdMs(left), createdMs(right), nowMs) || byUid(left, right),
  ]
  return [...pods].sort((left, right) => {
    for (const rule of rules) {
      const order = rule(left, right)
      if (order !== 0) return order
    }
    return 0
  })
}

/** Pods that turned ready in the same second are told apart by the rules after this one; in one bucket, by the uid. */
function byReadiness(left: PodObject, right: PodObject, nowMs: number): number {
  const [since, other] = [readySinceMs(left), readySinceMs(right)]
  return since === other ? 0 : byAge(since, other, nowMs) || byUid(left, right)
}

/** Younger bucket first. */
function byAge(left: number | undefined, right: number | undefined, nowMs: number): number {
  return bucket(left, nowMs) - bucket(right, nowMs)
}

/** ⌊log₂ of the age in nanoseconds⌋, as upstream. */
function bucket(sinceMs: number | undefined, nowMs: number): number {
  const ageNs = (nowMs - (sinceMs ?? nowMs)) * 1e6
  return ageNs <= 0 ? -1 : Math.floor(Math.log2(ageNs))
}

function byUid(left: PodObject, right: PodObject): number {
  const [a, b] = [left.metadata.uid ?? '', right.metadata.uid ?? '']
  return a < b ? -1 : a > b ? 1 : 0
}

function restartsOf(pod: PodObject, areSidecars: boolean): number {
  const statuses = areSidecars ? pod.status?.initContainerStatuses : pod.status?.containerStatuses
  return Math.max(0, ...(statuses ?? []).map((status) => status.restartCount))
}

function nodeOf(pod: PodObject): string {
  return pod.spec?.nodeName ?? ''
}

function phaseOf(pod: PodObject): number {
  return PHASE_ORDER[pod.status?.phase ?? 'Pending'] ?? 1
}

function costOf(pod: PodObject): number {
  const cost = Number(pod.metadata.annotations?.[DELETION_COST] ?? 0)
  return Number.isInteger(cost) ? cost : 0
}

function createdMs(pod: PodObject): number | undefined {
  return parseTimeMs(pod.metadata.creationTimestamp as string | undefined)
}
