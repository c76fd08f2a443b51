/**
 * How many pods match a question, node by node, kept up to date instead of counted anew for every pod.
 *
 * Topology spread and affinity both ask "how many pods like these are on each node". A question is counted once
 * from the store when it is first asked and then follows each pod that comes, changes or goes. Forks share the
 * counts and copy a question's table at their first write to it.
 */

import { matchesRequirement, type Requirement } from '../../model/kube/selector.ts'
import { isTerminal, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { StoreReader } from '../store.ts'
import type { Labelled } from './affinity-term.ts'

/** Pods that match every clause. */
export interface PodQuery {
  readonly id: string
  readonly clauses: readonly PodClause[]
  /** Spread ignores pods that are on their way out, affinity does not. */
  readonly terminating: 'counted' | 'skipped'
}

export interface PodClause {
  readonly namespaces: ReadonlySet<string> | 'all'
  readonly requirements: readonly Requirement[]
}

export interface CountedPod extends Labelled {
  readonly terminating: boolean
}

export interface PodCounts {
  /** Matching pods by slot; slots without any are absent. */
  of(query: PodQuery, store: StoreReader, slotOf: (nodeName: string) => number | undefined): ReadonlyMap<number, number>
  change(pod: CountedPod, slot: number, delta: 1 | -1): void
  fork(): PodCounts
}

interface Tracked {
  readonly query: PodQuery
  counts: Map<number, number>
  /** True after a fork: the table is somebody else's too. */
  shared: boolean
}

/** Past this many questions the oldest are dropped; asked again, they are counted again. */
const QUERIES_TRACKED_MAX = 4096

export function createPodCounts(): PodCounts {
  return countsOver(new Map())
}

function countsOver(tracked: Map<string, Tracked>): PodCounts {
  return {
    of(query, store, slotOf) {
      const known = tracked.get(query.id)
      if (known !== undefined) return known.counts
      if (tracked.size >= QUERIES_TRACKED_MAX) dropOldest(tracked)
      const counts = countAll(query, store, slotOf)
      tracked.set(query.id, { query, counts, shared: false })
      return counts
    },
    change(pod, slot, delta) {
      for (const entry of tracked.values()) {
        if (matchesQuery(entry.query, pod)) addTo(entry, slot, delta)
      }
    },
    fork() {
      const copy = new Map<string, Tracked>()
      for (const [id, entry] of tracked) {
        entry.shared = true
        copy.set(id, { ...entry })
      }
      return countsOver(copy)
    },
  }
}

export function matchesQuery(query: PodQuery, pod: CountedPod): boolean {
  if (pod.terminating && query.terminating === 'skipped') return false
  return query.clauses.every(
    ({ namespaces, requirements }) =>
      (namespaces === 'all' || namespaces.has(pod.namespace)) && requirements.every((requirement) => matchesRequirement(requirement, pod.labels)),
  )
}

function countAll(query: PodQuery, store: StoreReader, slotOf: (nodeName: string) => number | undefined): Map<number, number> {
  const counts = new Map<number, number>()
  for (const object of candidates(query, store)) {
    const pod = object as PodObject
    const slot = slotOf(pod.spec?.nodeName ?? '')
    if (slot === undefined || isTerminal(pod)) continue
    const { namespace = 'default', labels = {} } = pod.metadata
    if (matchesQuery(query, { namespace, labels, terminating: isTerminating(pod) })) counts.set(slot, (counts.get(slot) ?? 0) + 1)
  }
  return counts
}

function* candidates(query: PodQuery, store: StoreReader): Iterable<unknown> {
  const namespaces = query.clauses[0]?.namespaces ?? 'all'
  if (namespaces === 'all') yield* store.list('/Pod')
  else for (const namespace of namespaces) yield* store.list('/Pod', namespace)
}

function addTo(entry: Tracked, slot: number, delta: 1 | -1): void {
  if (entry.shared) {
    entry.counts = new Map(entry.counts)
    entry.shared = false
  }
  const count = (entry.counts.get(slot) ?? 0) + delta
  if (count === 0) entry.counts.delete(slot)
  else entry.counts.set(slot, count)
}

function dropOldest(tracked: Map<string, Tracked>): void {
  const [oldest] = tracked.keys()
  if (oldest !== undefined) tracked.delete(oldest)
}
