/**
 * Counts by topology domain (key and value), as a value: a change makes a new one that shares the rest.
 */

export interface TopologyCounts {
  of(key: string, value: string): number
  /** True when every domain counts zero. */
  readonly isEmpty: boolean
  plus(key: string, value: string, amount: number): TopologyCounts
}

/** By topology key, then by value. Tables may be the index's own: they are read, never changed. */
export type DomainCounts = Map<string, ReadonlyMap<string, number>>

export function topologyCounts(base: DomainCounts): TopologyCounts {
  return overlay(base, new Map())
}

function overlay(base: DomainCounts, changes: ReadonlyMap<string, number>): TopologyCounts {
  const of = (key: string, value: string): number => (base.get(key)?.get(value) ?? 0) + (changes.size === 0 ? 0 : (changes.get(pairKey(key, value)) ?? 0))
  const isNothing = (): boolean => {
    for (const [key, values] of base) for (const value of values.keys()) if (of(key, value) !== 0) return false
    return Array.from(changes.keys()).every((pair) => of(...splitPair(pair)) === 0)
  }
  let isEmpty: boolean | undefined
  return {
    of,
    get isEmpty() {
      return (isEmpty ??= isNothing())
    },
    plus: (key, value, amount) => overlay(base, new Map(changes).set(pairKey(key, value), (changes.get(pairKey(key, value)) ?? 0) + amount)),
  }
}

function pairKey(key: string, value: string): string {
  return `${key}\u0000${value}`
}

function splitPair(pair: string): [string, string] {
  const [key = '', value = ''] = pair.split('\u0000')
  return [key, value]
}

/** Adds counts to the domains of a topology key; the first table with weight 1 is taken as it is. */
export function addDomains(domains: DomainCounts, topologyKey: string, more: { readonly counts: ReadonlyMap<string, number>; readonly weight: number }): void {
  const { counts, weight } = more
  const known = domains.get(topologyKey)
  if (counts.size === 0) return
  if (known === undefined && weight === 1) {
    domains.set(topologyKey, counts)
    return
  }
  const sum = new Map(known)
  for (const [value, count] of counts) sum.set(value, (sum.get(value) ?? 0) + count * weight)
  domains.set(topologyKey, sum)
}
