/**
 * Counts per node added up by topology domain, and kept in step once they were asked for.
 *
 * A grouping names the label whose values are the domains and the labels a node must have to take part. Counts of
 * nodes that do not exist, or lack a label, are in no domain. When nodes come, go or change labels, what was added
 * up is dropped and made anew when next asked.
 */

import type { Labels } from '../../model/kube/selector.ts'

export interface Grouping {
  readonly topologyKey: string
  /** Labels that a node must have; the topology key is one of them. */
  readonly keys: readonly string[]
}

/** Labels of an existing node; undefined for a slot without one. */
export type LabelsAt = (slot: number) => Labels | undefined

export interface Counter {
  bySlot: Map<number, number>
  /** Only what was asked for since nodes last changed. */
  byDomain: Map<string, { readonly grouping: Grouping; readonly counts: Map<string, number> }>
  /** True after a fork: the tables are somebody else's too. */
  shared: boolean
}

export function newCounter(bySlot = new Map<number, number>()): Counter {
  return { bySlot, byDomain: new Map(), shared: false }
}

/** Both sides of a fork go on with the same tables until one writes. */
export function shareCounter<T extends Counter>(counter: T): T {
  counter.shared = true
  return { ...counter }
}

export function addToCounter(counter: Counter, slot: number, change: { readonly delta: number; readonly labels: Labels | undefined }): void {
  if (counter.shared) ownTables(counter)
  add(counter.bySlot, slot, change.delta)
  if (change.labels === undefined) return
  for (const { grouping, counts } of counter.byDomain.values()) {
    const domain = domainOf(grouping, change.labels)
    if (domain !== undefined) add(counts, domain, change.delta)
  }
}

export function countsByDomain(counter: Counter, grouping: Grouping, labelsAt: LabelsAt): ReadonlyMap<string, number> {
  const id = grouping.keys.length === 1 ? grouping.topologyKey : `${grouping.topologyKey} ${grouping.keys.join(' ')}`
  const known = counter.byDomain.get(id)
  if (known !== undefined) return known.counts
  const counts = new Map<string, number>()
  for (const [slot, count] of counter.bySlot) {
    const labels = labelsAt(slot)
    const domain = labels === undefined ? undefined : domainOf(grouping, labels)
    if (domain !== undefined) add(counts, domain, count)
  }
  if (counter.shared) ownTables(counter)
  counter.byDomain.set(id, { grouping, counts })
  return counts
}

export function domainOf(grouping: Grouping, labels: Labels): string | undefined {
  return grouping.keys.every((key) => labels[key] !== undefined) ? labels[grouping.topologyKey] : undefined
}

function ownTables(counter: Counter): void {
  counter.bySlot = new Map(counter.bySlot)
  counter.byDomain = new Map(Array.from(counter.byDomain, ([id, { grouping, counts }]) => [id, { grouping, counts: new Map(counts) }]))
  counter.shared = false
}

function add<K>(counts: Map<K, number>, key: K, delta: number): void {
  const count = (counts.get(key) ?? 0) + delta
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
