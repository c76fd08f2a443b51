/**
 * PodTopologySpread, the score: fewer matching pods in the node's domains is better.
 *
 * A pod without constraints of its own is still spread softly over hosts and zones, by the selectors of the
 * services and the workload it belongs to (system default constraints).
 */

import { groupOf } from '../../../model/kube-object.ts'
import { requirementsOf, type Requirement } from '../../../model/kube/selector.ts'
import type { LabelSelector, OwnerReference } from 'kubernetes-types/meta/v1.d.ts'
import type { StoreReader } from '../../store.ts'
import type { NodeInfo } from '../node-info.ts'
import type { PodQuery } from '../pod-counts.ts'
import type { PodInfo } from '../pod-info.ts'
import { SCORE_MAX, type ClusterView, type ScorePlugin } from '../plugin.ts'
import { hasAllKeys, includesNode, spreadConstraintsOf, spreadQuery, takesAllNodes, type SpreadConstraint } from '../spread-constraint.ts'

const HOSTNAME = 'kubernetes.io/hostname'
const ZONE = 'topology.kubernetes.io/zone'

export const podTopologySpreadScore: ScorePlugin = {
  name: 'PodTopologySpread',
  weight: 2,
  preScore(pod, nodes, cluster) {
    const hasOwn = (pod.spec.topologySpreadConstraints ?? []).length > 0
    const constraints = hasOwn ? spreadConstraintsOf(pod, 'ScheduleAnyway') : defaultConstraints(pod, cluster)
    if (constraints.length === 0) return undefined
    const isIgnored = nodes.map((node) => hasOwn && !hasAllKeys(node, constraints))
    const counted = hasOwn ? nodes.filter((_, position) => !isIgnored[position]) : nodes
    const scorers = constraints.map((constraint) => scorerOf(constraint, { pod, nodes: counted, hasOwn, constraints, cluster }))
    return {
      score(node, position) {
        if (isIgnored[position]) return 0
        let sum = 0
        for (const scorer of scorers) sum += scorer(node)
        return Math.round(sum)
      },
      normalise: (scores) => normalise(scores, isIgnored),
    }
  },
}

interface ScoringScope {
  readonly pod: PodInfo
  /** The feasible nodes that have the keys. */
  readonly nodes: readonly NodeInfo[]
  readonly hasOwn: boolean
  readonly constraints: readonly SpreadConstraint[]
  readonly cluster: ClusterView
}

/** Matching pods in the node's domain, weighted by how many domains there are (podtopologyspread/scoring.go). */
function scorerOf(constraint: SpreadConstraint, scope: ScoringScope): (node: NodeInfo) => number {
  const { pod, nodes, cluster } = scope
  const { topologyKey, maxSkew } = constraint
  const query = spreadQuery(pod.namespace, constraint.requirements)
  const domains = topologyKey === HOSTNAME ? undefined : countDomains(constraint, query, scope)
  const bySlot = domains !== undefined || query === undefined ? undefined : cluster.index.countsOf(query, cluster.store)
  const weight = Math.log((domains?.size ?? nodes.length) + 2)
  return (node) => {
    const domain = node.labels[topologyKey]
    if (domain === undefined) return 0
    const count = domains === undefined ? (bySlot?.get(node.slot) ?? 0) : (domains.get(domain) ?? 0)
    return count * weight + (maxSkew - 1)
  }
}

/** Pods by domain, over all nodes, for the domains that a feasible node is in. Nodes without the label count as those whose label is empty, as upstream. */
function countDomains(constraint: SpreadConstraint, query: PodQuery | undefined, scope: ScoringScope): ReadonlyMap<string, number> {
  const { topologyKey } = constraint
  const domains = new Set<string>()
  for (const node of scope.nodes) domains.add(node.labels[topologyKey] ?? '')
  if (query === undefined) return new Map(Array.from(domains, (domain) => [domain, 0]))
  const isAddedUp = takesAllNodes(constraint, scope.pod) && (scope.hasOwn || !domains.has(''))
  const counted = isAddedUp ? inAllNodes(topologyKey, query, scope) : inIncludedNodes(constraint, query, scope)
  return new Map(Array.from(domains, (domain) => [domain, counted.get(domain) ?? 0]))
}

/** No inclusion policy narrows the nodes: the index has the sums already. */
function inAllNodes(topologyKey: string, query: PodQuery, { hasOwn, constraints, cluster }: ScoringScope): ReadonlyMap<string, number> {
  return cluster.index.domainCountsOf(query, { topologyKey, keys: hasOwn ? constraints.map((one) => one.topologyKey) : [topologyKey] }, cluster.store)
}

function inIncludedNodes(constraint: SpreadConstraint, query: PodQuery, { pod, hasOwn, constraints, cluster }: ScoringScope): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const [slot, count] of cluster.index.countsOf(query, cluster.store)) {
    const node = cluster.index.at(slot)
    if (node?.node === undefined || (hasOwn && !hasAllKeys(node, constraints)) || !includesNode(constraint, pod, node)) continue
    const domain = node.labels[constraint.topologyKey] ?? ''
    counts.set(domain, (counts.get(domain) ?? 0) + count)
  }
  return counts
}

function normalise(scores: readonly number[], isIgnored: readonly boolean[]): readonly number[] {
  let [lowest, highest] = [Infinity, 0]
  for (let position = 0; position < scores.length; position += 1) {
    if (isIgnored[position]) continue
    lowest = Math.min(lowest, scores[position] as number)
    highest = Math.max(highest, scores[position] as number)
  }
  return scores.map((score, position) => {
    if (isIgnored[position]) return 0
    return highest === 0 ? SCORE_MAX : Math.trunc((SCORE_MAX * (highest + lowest - score)) / highest)
  })
}

/** Host with skew 3 and zone with skew 5 (podtopologyspread/plugin.go, systemDefaultConstraints). */
function defaultConstraints(pod: PodInfo, cluster: ClusterView): readonly SpreadConstraint[] {
  const requirements = defaultRequirements(pod, cluster)
  if (requirements.length === 0) return []
  const base = { requirements, minDomains: 1, honorsAffinity: true, honorsTaints: false }
  return [
    { ...base, topologyKey: HOSTNAME, maxSkew: 3 },
    { ...base, topologyKey: ZONE, maxSkew: 5 },
  ]
}

/** What the pod's services and its ReplicaSet, StatefulSet or ReplicationController select, taken together. */
function defaultRequirements(pod: PodInfo, { index, store }: ClusterView): readonly Requirement[] {
  const merged: Record<string, string> = {}
  for (const { spec } of index.servicesOf(pod, store)) Object.assign(merged, spec?.selector)
  return [...requirementsOf({ matchLabels: merged }), ...ownerRequirements(pod, store)]
}

const SPREADING_OWNERS = new Set(['apps/ReplicaSet', 'apps/StatefulSet', '/ReplicationController'])

function ownerRequirements(pod: PodInfo, store: StoreReader): readonly Requirement[] {
  const owner: OwnerReference | undefined = pod.owner
  if (owner === undefined || !SPREADING_OWNERS.has(`${groupOf(owner.apiVersion)}/${owner.kind}`)) return []
  const object = store.get({ apiVersion: owner.apiVersion, kind: owner.kind, namespace: pod.namespace, name: owner.name })
  const selector = (object?.['spec'] as { selector?: LabelSelector | Record<string, string> } | undefined)?.selector
  if (selector === undefined) return []
  return requirementsOf(owner.kind === 'ReplicationController' ? { matchLabels: selector as Record<string, string> } : (selector as LabelSelector))
}
