/** Affinity terms of a pod as questions to the index: which pods in the cluster do they mean? */

import { matchesRequirement, type Labels } from '../../model/kube/selector.ts'
import type { StoreReader } from '../store.ts'
import type { AffinityTerm } from './affinity-term.ts'
import type { PodClause, PodQuery } from './pod-counts.ts'

/** Pods that all these terms mean; undefined when one of them means none. Terminating pods count. */
export function queryOfTerms(terms: readonly AffinityTerm[], store: StoreReader): PodQuery | undefined {
  const clauses = terms.map((term) => clauseOf(term, store))
  if (clauses.length === 0 || clauses.includes(undefined)) return undefined
  const known = clauses as readonly PodClause[]
  const id = known.map(({ namespaces, requirements }) => `${namespaces === 'all' ? '*' : [...namespaces].join(',')} ${JSON.stringify(requirements)}`).join('; ')
  return { id: `affinity ${id}`, clauses: known, terminating: 'counted' }
}

function clauseOf(term: AffinityTerm, store: StoreReader): PodClause | undefined {
  if (term.requirements === undefined) return undefined
  return { namespaces: namespacesOf(term, store), requirements: term.requirements }
}

function namespacesOf(term: AffinityTerm, store: StoreReader): PodClause['namespaces'] {
  const { namespaces, namespaceSelector } = term
  if (namespaceSelector === undefined) return new Set(namespaces)
  if (namespaceSelector.length === 0) return 'all'
  const selected = Array.from(store.list('/Namespace'))
    .filter((namespace) => namespaceSelector.every((requirement) => matchesRequirement(requirement, namespace.metadata.labels ?? {})))
    .map((namespace) => namespace.metadata.name ?? '')
  return new Set([...namespaces, ...selected].sort())
}

export function namespaceLabels(store: StoreReader): (namespace: string) => Labels {
  return (namespace) => store.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace })?.metadata.labels ?? {}
}
