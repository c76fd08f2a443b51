/**
 * Terms of inter-pod affinity, parsed once: which pods a term means, and over which topology.
 *
 * A term means pods in its listed namespaces and in those its namespace selector matches; with neither, in the
 * namespace of the pod that carries it. Label keys to match or mismatch are not looked at: the API
 * server wrote that pod's own values into the selector when it was created (`api/label-keys.ts`).
 */

import type { PodAffinityTerm } from 'kubernetes-types/core/v1.d.ts'
import { matchesRequirement, requirementsOf, type Labels, type Requirement } from '../../model/kube/selector.ts'

export interface AffinityTerm {
  /** Equal for terms that mean the same pods over the same topology. */
  readonly id: string
  readonly namespaces: readonly string[]
  /** Undefined: namespaces are the listed ones only. Empty: all namespaces. */
  readonly namespaceSelector: readonly Requirement[] | undefined
  /** Undefined: the term had no label selector and matches no pod. */
  readonly requirements: readonly Requirement[] | undefined
  readonly topologyKey: string
}

export interface WeightedTerm {
  readonly weight: number
  readonly term: AffinityTerm
}

/** What a term needs to know of a pod. */
export interface Labelled {
  readonly namespace: string
  readonly labels: Labels
}

export function parseTerm(term: PodAffinityTerm, carrier: Labelled): AffinityTerm {
  const listed = term.namespaces ?? []
  const namespaces = listed.length === 0 && term.namespaceSelector === undefined ? [carrier.namespace] : [...listed].sort()
  const namespaceSelector = term.namespaceSelector === undefined ? undefined : requirementsOf(term.namespaceSelector)
  const requirements = term.labelSelector === undefined ? undefined : requirementsOf(term.labelSelector)
  const id = JSON.stringify([namespaces, namespaceSelector ?? null, requirements ?? null, term.topologyKey])
  return { id, namespaces, namespaceSelector, requirements, topologyKey: term.topologyKey }
}

/** Does the term mean this pod? `labelsOfNamespace` is asked only when the term selects namespaces by label. */
export function termMatches(term: AffinityTerm, pod: Labelled, labelsOfNamespace: (namespace: string) => Labels): boolean {
  const { requirements } = term
  if (requirements === undefined || !namespaceMatches(term, pod.namespace, labelsOfNamespace)) return false
  return requirements.every((requirement) => matchesRequirement(requirement, pod.labels))
}

function namespaceMatches(term: AffinityTerm, namespace: string, labelsOfNamespace: (namespace: string) => Labels): boolean {
  if (term.namespaces.includes(namespace)) return true
  return term.namespaceSelector?.every((requirement) => matchesRequirement(requirement, labelsOfNamespace(namespace))) ?? false
}
