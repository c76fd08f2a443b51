/**
 * The affinity terms that pods on nodes carry, by meaning: what existing pods demand of a newcomer.
 *
 * A hundred replicas carry one and the same term, so it is stored once with the number of its carriers per node.
 * A newcomer is compared with each distinct term, never with each pod.
 */

import type { Labels } from '../../model/kube/selector.ts'
import type { AffinityTerm } from './affinity-term.ts'
import { addToCounter, countsByDomain, newCounter, shareCounter, type Counter, type LabelsAt } from './domain-counts.ts'
import type { PodInfo } from './pod-info.ts'

export type TermRole = 'required-affinity' | 'required-anti-affinity' | 'preferred-affinity' | 'preferred-anti-affinity'

export interface ExistingTerm {
  readonly role: TermRole
  readonly term: AffinityTerm
  /** Of a preferred term; 0 for required ones. */
  readonly weight: number
  /** Carriers by domain of the term's topology. */
  readonly byDomain: ReadonlyMap<string, number>
}

export interface ExistingTerms {
  /** The terms of a role that `isMeant` picks, with their carriers added up. */
  matching(role: TermRole, isMeant: (term: AffinityTerm) => boolean, labelsAt: LabelsAt): readonly ExistingTerm[]
  change(pod: PodInfo, slot: number, change: { readonly delta: 1 | -1; readonly labels: Labels | undefined }): void
  /** Nodes came, went or changed labels. */
  regroup(): void
  fork(): ExistingTerms
}

interface Entry extends Counter {
  readonly role: TermRole
  readonly term: AffinityTerm
  readonly weight: number
}

type Tables = Readonly<Record<TermRole, Map<string, Entry>>>

export function createExistingTerms(): ExistingTerms {
  return termsOver({ 'required-affinity': new Map(), 'required-anti-affinity': new Map(), 'preferred-affinity': new Map(), 'preferred-anti-affinity': new Map() })
}

function termsOver(tables: Tables): ExistingTerms {
  type Change = Parameters<ExistingTerms['change']>[2]
  const note = (role: TermRole, { term, weight }: { readonly term: AffinityTerm; readonly weight: number }, at: { readonly slot: number; readonly change: Change }): void => {
    const id = `${weight} ${term.id}`
    const entry = tables[role].get(id) ?? { role, term, weight, ...newCounter() }
    addToCounter(entry, at.slot, at.change)
    if (entry.bySlot.size === 0) tables[role].delete(id)
    else tables[role].set(id, entry)
  }
  return {
    matching: (role, isMeant, labelsAt) =>
      Array.from(tables[role].values())
        .filter(({ term }) => isMeant(term))
        .map((entry) => ({ role, term: entry.term, weight: entry.weight, byDomain: countsByDomain(entry, { topologyKey: entry.term.topologyKey, keys: [entry.term.topologyKey] }, labelsAt) })),
    change(pod, slot, change) {
      const at = { slot, change }
      for (const term of pod.requiredAffinity) note('required-affinity', { term, weight: 0 }, at)
      for (const term of pod.requiredAntiAffinity) note('required-anti-affinity', { term, weight: 0 }, at)
      for (const weighted of pod.preferredAffinity) note('preferred-affinity', weighted, at)
      for (const weighted of pod.preferredAntiAffinity) note('preferred-anti-affinity', weighted, at)
    },
    regroup() {
      for (const table of Object.values(tables)) for (const entry of table.values()) entry.byDomain = new Map()
    },
    fork: () =>
      termsOver({
        'required-affinity': share(tables['required-affinity']),
        'required-anti-affinity': share(tables['required-anti-affinity']),
        'preferred-affinity': share(tables['preferred-affinity']),
        'preferred-anti-affinity': share(tables['preferred-anti-affinity']),
      }),
  }
}

function share(table: Map<string, Entry>): Map<string, Entry> {
  return new Map(Array.from(table, ([id, entry]) => [id, shareCounter(entry)]))
}
