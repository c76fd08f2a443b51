/**
 * The affinity terms that pods on nodes carry, by meaning: what existing pods demand of a newcomer.
 *
 * A hundred replicas carry one and the same term, so it is stored once with the number of its carriers per node.
 * A newcomer is compared with each distinct term, never with each pod.
 */

import type { AffinityTerm } from './affinity-term.ts'
import type { PodInfo } from './pod-info.ts'

export type TermRole = 'required-affinity' | 'required-anti-affinity' | 'preferred-affinity' | 'preferred-anti-affinity'

export interface ExistingTerm {
  readonly role: TermRole
  readonly term: AffinityTerm
  /** Of a preferred term; 0 for required ones. */
  readonly weight: number
  /** Carriers by slot. */
  readonly carriers: ReadonlyMap<number, number>
}

export interface ExistingTerms {
  all(role: TermRole): Iterable<ExistingTerm>
  change(pod: PodInfo, slot: number, delta: 1 | -1): void
  fork(): ExistingTerms
}

interface Entry extends ExistingTerm {
  carriers: Map<number, number>
  shared: boolean
}

type Tables = Readonly<Record<TermRole, Map<string, Entry>>>

export function createExistingTerms(): ExistingTerms {
  return termsOver({ 'required-affinity': new Map(), 'required-anti-affinity': new Map(), 'preferred-affinity': new Map(), 'preferred-anti-affinity': new Map() })
}

function termsOver(tables: Tables): ExistingTerms {
  const note = (role: TermRole, options: { term: AffinityTerm; weight: number; slot: number; delta: 1 | -1 }): void => {
    const { term, weight, slot, delta } = options
    const id = `${weight} ${term.id}`
    const entry = tables[role].get(id) ?? { role, term, weight, carriers: new Map<number, number>(), shared: false }
    if (entry.shared) {
      entry.carriers = new Map(entry.carriers)
      entry.shared = false
    }
    const count = (entry.carriers.get(slot) ?? 0) + delta
    if (count === 0) entry.carriers.delete(slot)
    else entry.carriers.set(slot, count)
    if (entry.carriers.size === 0) tables[role].delete(id)
    else tables[role].set(id, entry)
  }
  return {
    all: (role) => tables[role].values(),
    change(pod, slot, delta) {
      for (const term of pod.requiredAffinity) note('required-affinity', { term, weight: 0, slot, delta })
      for (const term of pod.requiredAntiAffinity) note('required-anti-affinity', { term, weight: 0, slot, delta })
      for (const { term, weight } of pod.preferredAffinity) note('preferred-affinity', { term, weight, slot, delta })
      for (const { term, weight } of pod.preferredAntiAffinity) note('preferred-anti-affinity', { term, weight, slot, delta })
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
  const copy = new Map<string, Entry>()
  for (const [id, entry] of table) {
    entry.shared = true
    copy.set(id, { ...entry })
  }
  return copy
}
