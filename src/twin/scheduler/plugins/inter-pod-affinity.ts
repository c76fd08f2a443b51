/**
 * InterPodAffinity, the filter: near the pods it must be near, away from those it must avoid and that avoid it.
 *
 * Three sets of counts by topology domain decide: existing pods whose anti-affinity means the newcomer, pods that
 * all of its affinity terms mean, and pods that each of its anti-affinity terms means. The first pod of a group
 * that wants to be near its own kind may start anywhere that has the topology keys.
 */

import { termMatches, type AffinityTerm } from '../affinity-term.ts'
import type { NodeInfo } from '../node-info.ts'
import type { PodInfo } from '../pod-info.ts'
import { SKIP, type ClusterView, type FilterPlugin, type NodeFilter } from '../plugin.ts'
import { PASS, unresolvable, unschedulable, type Status } from '../status.ts'
import { namespaceLabels, queryOfTerms } from '../term-query.ts'
import { addDomains, topologyCounts, type DomainCounts, type TopologyCounts } from '../topology-counts.ts'

const AFFINITY = unresolvable("node(s) didn't match pod affinity rules")
const ANTI_AFFINITY = unschedulable("node(s) didn't match pod anti-affinity rules")
const EXISTING = unschedulable("node(s) didn't satisfy existing pods anti-affinity rules")

interface State {
  readonly pod: PodInfo
  readonly cluster: ClusterView
  /** Topology keys over which existing pods keep this one away. */
  readonly existingKeys: readonly string[]
  /** Topology keys of the pod's own anti-affinity. */
  readonly ownKeys: readonly string[]
  readonly existing: TopologyCounts
  readonly affinity: TopologyCounts
  readonly antiAffinity: TopologyCounts
}

export const interPodAffinity: FilterPlugin = {
  name: 'InterPodAffinity',
  preFilter(pod, cluster) {
    const existing = existingAntiAffinity(pod, cluster)
    if (existing.size === 0 && pod.requiredAffinity.length === 0 && pod.requiredAntiAffinity.length === 0) return SKIP
    const state: State = {
      pod,
      cluster,
      existingKeys: [...existing.keys()],
      ownKeys: pod.requiredAntiAffinity.map(({ topologyKey }) => topologyKey),
      existing: topologyCounts(existing),
      affinity: topologyCounts(matchingAll(pod.requiredAffinity, cluster)),
      antiAffinity: topologyCounts(matchingEach(pod.requiredAntiAffinity, cluster)),
    }
    return { type: 'check', filter: filterOver(state) }
  },
}

function filterOver(state: State): NodeFilter {
  return { check: (node) => checkNode(state, node), adjusted: (other, node, delta) => filterOver(stateAfter(state, { other, node, delta })) }
}

function checkNode(state: State, node: NodeInfo): Status {
  if (!satisfiesAffinity(state, node)) return AFFINITY
  if (isCounted(state.antiAffinity, state.ownKeys, node)) return ANTI_AFFINITY
  return isCounted(state.existing, state.existingKeys, node) ? EXISTING : PASS
}

function isCounted(counts: TopologyCounts, keys: readonly string[], node: NodeInfo): boolean {
  for (const key of keys) {
    const value = node.labels[key]
    if (value !== undefined && counts.of(key, value) > 0) return true
  }
  return false
}

function satisfiesAffinity({ pod, affinity, cluster }: State, node: NodeInfo): boolean {
  let hasCompany = true
  for (const { topologyKey } of pod.requiredAffinity) {
    const value = node.labels[topologyKey]
    if (value === undefined) return false
    if (affinity.of(topologyKey, value) <= 0) hasCompany = false
  }
  return hasCompany || (affinity.isEmpty && isMeantByAll(pod.requiredAffinity, pod, cluster))
}

function isMeantByAll(terms: readonly AffinityTerm[], pod: PodInfo, { store }: ClusterView): boolean {
  return terms.length > 0 && terms.every((term) => termMatches(term, pod, namespaceLabels(store)))
}

/** By topology, how many existing pods refuse to share a domain with this one. */
function existingAntiAffinity(pod: PodInfo, { index, store }: ClusterView): DomainCounts {
  const domains: DomainCounts = new Map()
  const labelsOf = namespaceLabels(store)
  for (const { term, byDomain } of index.existingTerms('required-anti-affinity', (candidate) => termMatches(candidate, pod, labelsOf))) {
    addDomains(domains, term.topologyKey, { counts: byDomain, weight: 1 })
  }
  return domains
}

function matchingAll(terms: readonly AffinityTerm[], { index, store }: ClusterView): DomainCounts {
  const domains: DomainCounts = new Map()
  const query = queryOfTerms(terms, store)
  if (query === undefined) return domains
  for (const { topologyKey } of terms) addDomains(domains, topologyKey, { counts: index.domainCountsOf(query, { topologyKey, keys: [topologyKey] }, store), weight: 1 })
  return domains
}

function matchingEach(terms: readonly AffinityTerm[], { index, store }: ClusterView): DomainCounts {
  const domains: DomainCounts = new Map()
  for (const term of terms) {
    const { topologyKey } = term
    const query = queryOfTerms([term], store)
    if (query !== undefined) addDomains(domains, topologyKey, { counts: index.domainCountsOf(query, { topologyKey, keys: [topologyKey] }, store), weight: 1 })
  }
  return domains
}

function stateAfter(state: State, change: { readonly other: PodInfo; readonly node: NodeInfo; readonly delta: number }): State {
  const { pod, cluster } = state
  const { other, node, delta } = change
  const labelsOf = namespaceLabels(cluster.store)
  const shift = (counts: TopologyCounts, terms: readonly AffinityTerm[]): TopologyCounts =>
    terms.reduce((sum, { topologyKey }) => {
      const value = node.labels[topologyKey]
      return value === undefined ? sum : sum.plus(topologyKey, value, delta)
    }, counts)
  const keepAway = other.requiredAntiAffinity.filter((term) => termMatches(term, pod, labelsOf))
  return {
    ...state,
    existing: shift(state.existing, keepAway),
    existingKeys: [...new Set([...state.existingKeys, ...keepAway.map(({ topologyKey }) => topologyKey)])],
    affinity: isMeantByAll(pod.requiredAffinity, other, cluster) ? shift(state.affinity, pod.requiredAffinity) : state.affinity,
    antiAffinity: shift(state.antiAffinity, pod.requiredAntiAffinity.filter((term) => termMatches(term, other, labelsOf))),
  }
}
