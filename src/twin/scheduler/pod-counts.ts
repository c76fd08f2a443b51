/**
 * How many pods match a question, node by node, kept up to date instead of counted anew for every pod.
 *
 * Topology spread and affinity both ask "how many pods like these are on each node". A question is counted once
 * from the store when it is first asked and then follows each pod that comes, changes or goes. Forks share the
 * counts and copy a question's table at their first write to it.
 */

import { matchesRequirement, type Labels, type Requirement } from '../../model/kube/selector.ts'
import { isTerminal, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import { labelEntries, labelEntry } from '../label-index.ts'
import type { StoreReader } from '../store.ts'
import type { Labelled } from './affinity-term.ts'
import { addToCounter, countsByDomain, newCounter, shareCounter, type Counter, type Grouping, type LabelsAt } from './domain-counts.ts'

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

/** Where pods are, for counting them the first time. */
export interface Places {
  readonly store: StoreReader
  slotOf(nodeName: string): number | undefined
  readonly labelsAt: LabelsAt
}

export interface PodCounts {
  /** Matching pods by slot; slots without any are absent. */
  of(query: PodQuery, places: Places): ReadonlyMap<number, number>
  /** Matching pods by topology domain; domains without any are absent. */
  byDomain(query: PodQuery, grouping: Grouping, places: Places): ReadonlyMap<string, number>
  change(pod: CountedPod, slot: number, change: { readonly delta: 1 | -1; readonly labels: Labels | undefined }): void
  /** Nodes came, went or changed labels. */
  regroup(): void
  fork(): PodCounts
}

interface Tracked extends Counter {
  readonly query: PodQuery
  /** Where pods can be that match. */
  readonly places: readonly string[]
}

/** Past this many questions the oldest are dropped; asked again, they are counted again. */
const QUERIES_TRACKED_MAX = 4096

export function createPodCounts(): PodCounts {
  return countsOver([])
}

function countsOver(entries: Iterable<readonly [string, Tracked]>): PodCounts {
  const tracked = new Map(entries)
  const byPlace = groupedByPlace(tracked.values())
  let asksEverywhere = Array.from(tracked.values()).some(isOfEverywhere)
  const follow = (query: PodQuery, world: Places): Tracked => {
    const known = tracked.get(query.id)
    if (known !== undefined) return known
    if (tracked.size >= QUERIES_TRACKED_MAX) dropOldest(tracked, byPlace)
    const entry = { query, places: placesOf(query), ...newCounter(countAll(query, world)) }
    tracked.set(query.id, entry)
    group(byPlace, entry)
    asksEverywhere ||= isOfEverywhere(entry)
    return entry
  }
  return {
    of: (query, places) => follow(query, places).bySlot,
    byDomain: (query, grouping, places) => countsByDomain(follow(query, places), grouping, places.labelsAt),
    change(pod, slot, change) {
      if (tracked.size === 0) return
      for (const place of placesOfPod(pod, asksEverywhere)) {
        for (const entry of byPlace.get(place) ?? []) if (matchesQuery(entry.query, pod)) addToCounter(entry, slot, change)
      }
    },
    regroup() {
      for (const entry of tracked.values()) entry.byDomain = new Map()
    },
    fork: () => countsOver(Array.from(tracked, ([id, entry]) => [id, shareCounter(entry)] as const)),
  }
}

export function matchesQuery(query: PodQuery, pod: CountedPod): boolean {
  if (pod.terminating && query.terminating === 'skipped') return false
  return query.clauses.every(
    ({ namespaces, requirements }) =>
      (namespaces === 'all' || namespaces.has(pod.namespace)) && requirements.every((requirement) => matchesRequirement(requirement, pod.labels)),
  )
}

function countAll(query: PodQuery, { store, slotOf }: Places): Map<number, number> {
  const counts = new Map<number, number>()
  for (const object of candidates(query, store)) {
    const pod = object as PodObject
    const { namespace = 'default', labels = {} } = pod.metadata
    if (!matchesQuery(query, { namespace, labels, terminating: isTerminating(pod) })) continue
    const slot = slotOf(pod.spec?.nodeName ?? '')
    if (slot !== undefined && !isTerminal(pod)) counts.set(slot, (counts.get(slot) ?? 0) + 1)
  }
  return counts
}

function* candidates(query: PodQuery, store: StoreReader): Iterable<unknown> {
  const { namespaces, requirements } = query.clauses[0] ?? ANYWHERE
  const exact = exactOf(requirements)
  if (namespaces === 'all') yield* store.list('/Pod')
  else for (const namespace of namespaces) yield* exact === undefined ? store.list('/Pod', namespace) : store.podsCarrying(namespace, { [exact.key]: exact.values[0] ?? '' })
}

const ANYWHERE: PodClause = { namespaces: 'all', requirements: [] }

/** Not the name of a namespace. */
const EVERYWHERE = '*'

/**
 * Where pods can be that match: every clause has to, so the first one is enough. A place is a namespace, or the pods in it
 * with one label: most questions ask for one, and each pod that moves is held only against those that ask for its own.
 */
function placesOf({ clauses }: PodQuery): string[] {
  const { namespaces, requirements } = clauses[0] ?? ANYWHERE
  const exact = exactOf(requirements)
  return Array.from(namespaces === 'all' ? [EVERYWHERE] : namespaces, (namespace) => (exact === undefined ? namespace : labelEntry(namespace, exact.key, exact.values[0] ?? '')))
}

/** The label that all must carry, where there is one. */
function exactOf(requirements: readonly Requirement[]): Requirement | undefined {
  return requirements.find(({ operator, values }) => operator === 'In' && values.length === 1)
}

function placesOfPod({ namespace, labels }: CountedPod, asksEverywhere: boolean): readonly string[] {
  const own = [namespace, ...labelEntries(namespace, labels)]
  return asksEverywhere ? [...own, EVERYWHERE, ...Object.entries(labels).map(([key, value]) => labelEntry(EVERYWHERE, key, value))] : own
}

function isOfEverywhere({ query }: Tracked): boolean {
  return (query.clauses[0] ?? ANYWHERE).namespaces === 'all'
}

function groupedByPlace(entries: Iterable<Tracked>): Map<string, Set<Tracked>> {
  const groups = new Map<string, Set<Tracked>>()
  for (const entry of entries) group(groups, entry)
  return groups
}

function group(groups: Map<string, Set<Tracked>>, entry: Tracked): void {
  for (const place of entry.places) {
    const members = groups.get(place)
    if (members === undefined) groups.set(place, new Set([entry]))
    else members.add(entry)
  }
}

function dropOldest(tracked: Map<string, Tracked>, byPlace: ReadonlyMap<string, Set<Tracked>>): void {
  const [oldest] = tracked.values()
  if (oldest === undefined) return
  tracked.delete(oldest.query.id)
  for (const place of oldest.places) byPlace.get(place)?.delete(oldest)
}
