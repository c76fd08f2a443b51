/**
 * Whom a kubelet ends for a critical pod that names its node and finds no room (`pkg/kubelet/preemption`): of the best class as few as can be,
 * Guaranteed spared before Burstable, Burstable before BestEffort, and of equals the smaller.
 */

import { podRequests } from '../../model/kube/pod-requests.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import { isCritical } from './admit-on-node.ts'

/** So much of a resource has to be freed; `cpu` in thousandths. */
export interface Lack {
  readonly name: string
  readonly amount: number
}

export type Found = { readonly type: 'found'; readonly pods: readonly PodObject[] } | { readonly type: 'none'; readonly message: string }

export function findVictims({ pod, others, lacks }: { readonly pod: PodObject; readonly others: readonly PodObject[]; readonly lacks: readonly Lack[] }): Found {
  const lower = others.filter((other) => mayMakeWay(pod, other))
  const [bestEffort = [], burstable = [], guaranteed = []] = ['BestEffort', 'Burstable', 'Guaranteed'].map((qos) => lower.filter(({ status }) => status?.qosClass === qos))
  const never = left(lacks, lower)
  if (never.length > 0) return { type: 'none', message: `preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: [${never.map(({ name, amount }) => `(res: ${name}, q: ${amount}), `).join('')}]` }
  const fromGuaranteed = nearest(guaranteed, left(lacks, [...bestEffort, ...burstable]))
  const fromBurstable = nearest(burstable, left(lacks, [...bestEffort, ...fromGuaranteed]))
  const fromBestEffort = nearest(bestEffort, left(lacks, [...fromBurstable, ...fromGuaranteed]))
  return { type: 'found', pods: [...fromBestEffort, ...fromBurstable, ...fromGuaranteed] }
}

/** `Preemptable` (`pkg/kubelet/types/pod_update.go`). */
function mayMakeWay(pod: PodObject, other: PodObject): boolean {
  return (isCritical(pod) && !isCritical(other)) || (pod.spec?.priority ?? 0) > (other.spec?.priority ?? 0)
}

/** What is still lacking when these are gone. */
function left(lacks: readonly Lack[], gone: readonly PodObject[]): Lack[] {
  return lacks.map(({ name, amount }) => ({ name, amount: amount - gone.reduce((sum, pod) => sum + requestOf(pod, name), 0) })).filter(({ amount }) => amount > 0)
}

/** Again and again the one that comes nearest to what is lacking. */
function nearest(pods: readonly PodObject[], lacks: readonly Lack[]): PodObject[] {
  const pool = [...pods]
  const chosen: PodObject[] = []
  for (let missing = [...lacks]; missing.length > 0 && pool.length > 0; missing = left(missing, chosen.slice(-1))) {
    const best = bestIndex(pool, missing)
    chosen.push(...pool.slice(best, best + 1))
    const last = pool.pop()
    if (last !== undefined && best < pool.length) pool[best] = last
  }
  return chosen
}

function bestIndex(pool: readonly PodObject[], lacks: readonly Lack[]): number {
  const distances = pool.map((pod) => distance(pod, lacks))
  let best = 0
  for (let index = 1; index < pool.length; index += 1) {
    const [here = 0, there = 0] = [distances[index], distances[best]]
    if (here < there || (here === there && isSmaller(pool[index] as PodObject, pool[best] as PodObject))) best = index
  }
  return best
}

/** Squares of the shares that would still be lacking, so that each resource weighs the same. */
function distance(pod: PodObject, lacks: readonly Lack[]): number {
  return lacks.reduce((sum, { name, amount }) => sum + (Math.max(0, amount - requestOf(pod, name)) / amount) ** 2, 0)
}

/** By memory, then by cores; of two that ask for the same, the later. */
function isSmaller(pod: PodObject, than: PodObject): boolean {
  const differs = ['memory', 'cpu'].find((name) => requestOf(pod, name) !== requestOf(than, name))
  return differs === undefined || requestOf(pod, differs) < requestOf(than, differs)
}

function requestOf(pod: PodObject, name: string): number {
  return name === 'pods' ? 1 : (podRequests(pod)[name] ?? 0)
}
