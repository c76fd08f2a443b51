/**
 * Counts by topology domain (key and value), as a value: a change makes a new one that shares the rest.
 */

import type { ClusterIndex } from './cluster-index.ts'

export interface TopologyCounts {
  of(key: string, value: string): number
  /** True when every domain counts zero. */
  readonly isEmpty: boolean
  plus(key: string, value: string, amount: number): TopologyCounts
}

export type DomainCounts = Map<string, Map<string, number>>

export const NO_COUNTS: TopologyCounts = topologyCounts(new Map())

export function topologyCounts(base: DomainCounts): TopologyCounts {
  const domains = Array.from(base.values()).reduce((sum, values) => sum + Array.from(values.values()).filter((count) => count !== 0).length, 0)
  return overlay(base, new Map(), domains)
}

function overlay(base: DomainCounts, changes: ReadonlyMap<string, number>, domains: number): TopologyCounts {
  const of = (key: string, value: string): number => (base.get(key)?.get(value) ?? 0) + (changes.size === 0 ? 0 : (changes.get(pairKey(key, value)) ?? 0))
  return {
    of,
    isEmpty: domains === 0,
    plus(key, value, amount) {
      const pair = pairKey(key, value)
      const before = of(key, value)
      const appeared = before === 0 && amount !== 0 ? 1 : 0
      const vanished = before !== 0 && before + amount === 0 ? 1 : 0
      return overlay(base, new Map(changes).set(pair, (changes.get(pair) ?? 0) + amount), domains + appeared - vanished)
    },
  }
}

function pairKey(key: string, value: string): string {
  return `${key}\u0000${value}`
}

/** Adds counts per node to the domains of `topologyKey`; nodes that do not exist or lack the key add nothing. */
export function addByDomain(domains: DomainCounts, options: { readonly topologyKey: string; readonly bySlot: ReadonlyMap<number, number>; readonly weight: number; readonly index: ClusterIndex }): void {
  const { topologyKey, bySlot, weight, index } = options
  const values = domains.get(topologyKey) ?? new Map<string, number>()
  for (const [slot, count] of bySlot) {
    const info = index.at(slot)
    const value = info?.node === undefined ? undefined : info.labels[topologyKey]
    if (value !== undefined) values.set(value, (values.get(value) ?? 0) + count * weight)
  }
  if (values.size > 0) domains.set(topologyKey, values)
}
