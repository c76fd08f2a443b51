/**
 * InterPodAffinity, the score: what the pod prefers to be near, and what existing pods prefer to have near.
 *
 * Required affinity of an existing pod counts as a preference of weight 1 for those it means.
 */

import { termMatches } from '../affinity-term.ts'
import type { TermRole } from '../existing-terms.ts'
import type { PodInfo } from '../pod-info.ts'
import { SCORE_MAX, type ClusterView, type ScorePlugin } from '../plugin.ts'
import { namespaceLabels, queryOfTerms } from '../term-query.ts'
import { addDomains, type DomainCounts } from '../topology-counts.ts'

/** InterPodAffinityArgs.hardPodAffinityWeight. */
const HARD_AFFINITY_WEIGHT = 1

export const interPodAffinityScore: ScorePlugin = {
  name: 'InterPodAffinity',
  weight: 2,
  preScore(pod, _nodes, cluster) {
    const domains: DomainCounts = new Map()
    addOwnPreferences(domains, pod, cluster)
    addExistingPreferences(domains, pod, cluster)
    if (domains.size === 0) return undefined
    return {
      score(node) {
        let sum = 0
        for (const [key, values] of domains) sum += values.get(node.labels[key] ?? '\u0000') ?? 0
        return sum
      },
      normalise,
    }
  },
}

function addOwnPreferences(domains: DomainCounts, pod: PodInfo, { index, store }: ClusterView): void {
  const sides = [
    { terms: pod.preferredAffinity, sign: 1 },
    { terms: pod.preferredAntiAffinity, sign: -1 },
  ]
  for (const { terms, sign } of sides) {
    for (const { term, weight } of terms) {
      const { topologyKey } = term
      const query = queryOfTerms([term], store)
      if (query !== undefined) addDomains(domains, topologyKey, { counts: index.domainCountsOf(query, { topologyKey, keys: [topologyKey] }, store), weight: weight * sign })
    }
  }
}

const EXISTING_ROLES: readonly { readonly role: TermRole; readonly sign: number }[] = [
  { role: 'required-affinity', sign: 1 },
  { role: 'preferred-affinity', sign: 1 },
  { role: 'preferred-anti-affinity', sign: -1 },
]

function addExistingPreferences(domains: DomainCounts, pod: PodInfo, { index, store }: ClusterView): void {
  const labelsOf = namespaceLabels(store)
  for (const { role, sign } of EXISTING_ROLES) {
    for (const { term, weight, byDomain } of index.existingTerms(role, (candidate) => termMatches(candidate, pod, labelsOf))) {
      addDomains(domains, term.topologyKey, { counts: byDomain, weight: sign * (role === 'required-affinity' ? HARD_AFFINITY_WEIGHT : weight) })
    }
  }
}

function normalise(scores: readonly number[]): readonly number[] {
  const lowest = scores.reduce((min, score) => Math.min(min, score), Infinity)
  const highest = scores.reduce((max, score) => Math.max(max, score), -Infinity)
  const range = highest - lowest
  return scores.map((score) => (range > 0 ? Math.trunc(SCORE_MAX * ((score - lowest) / range)) : 0))
}
