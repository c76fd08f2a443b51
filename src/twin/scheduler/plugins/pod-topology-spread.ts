/**
 * PodTopologySpread, the filter: no domain may get more than `maxSkew` ahead of the emptiest one.
 *
 * The domain that decides is often one where nothing can run: a cordoned node counts as an empty domain unless
 * the constraint honours taints. That is upstream's rule and the commonest reason why a drain leaves pods behind.
 */

import type { NodeInfo } from '../node-info.ts'
import type { PodInfo } from '../pod-info.ts'
import { SKIP, type ClusterView, type FilterPlugin, type NodeFilter } from '../plugin.ts'
import { hasAllKeys, includesNode, selects, spreadConstraintsOf, spreadQuery, takesAllNodes, type SpreadConstraint } from '../spread-constraint.ts'
import { PASS, unresolvable, unschedulable, type Status } from '../status.ts'

const NO_MATCH = unschedulable("node(s) didn't match pod topology spread constraints")
const NO_LABEL = unresolvable("node(s) didn't match pod topology spread constraints (missing required label)")

/** One constraint with its domains counted. */
interface Spread {
  readonly constraint: SpreadConstraint
  readonly counts: ReadonlyMap<string, number>
  readonly isSelfMatch: boolean
  /** The emptiest domain, and the emptiest of the others: enough to follow changes in a single domain. */
  readonly emptiest: string | undefined
  readonly lowest: number
  readonly secondLowest: number
}

/** Pods that came to or left one domain since the count. */
interface Shift {
  readonly domain: string
  readonly delta: number
}

export const podTopologySpread: FilterPlugin = {
  name: 'PodTopologySpread',
  preFilter(pod, cluster) {
    const constraints = spreadConstraintsOf(pod, 'DoNotSchedule')
    if (constraints.length === 0) return SKIP
    const spreads = countSpreads(constraints, pod, cluster)
    return { type: 'check', filter: filterOver({ pod, constraints, spreads, shifts: spreads.map(() => undefined) }) }
  },
}

interface FilterState {
  readonly pod: PodInfo
  readonly constraints: readonly SpreadConstraint[]
  readonly spreads: readonly Spread[]
  readonly shifts: readonly (Shift | undefined)[]
}

function filterOver(state: FilterState): NodeFilter {
  return {
    check: (node) => checkNode(state, node),
    adjusted: (other, node, delta) => filterOver({ ...state, shifts: shiftsAfter(state, { other, node, delta }) }),
  }
}

function checkNode({ spreads, shifts }: FilterState, node: NodeInfo): Status {
  for (const [position, spread] of spreads.entries()) {
    const domain = node.labels[spread.constraint.topologyKey]
    if (domain === undefined) return NO_LABEL
    const shift = shifts[position]
    const count = (spread.counts.get(domain) ?? 0) + (shift?.domain === domain ? shift.delta : 0)
    if (count + (spread.isSelfMatch ? 1 : 0) - globalMinimum(spread, shift) > spread.constraint.maxSkew) return NO_MATCH
  }
  return PASS
}

/** With fewer domains than asked for, the minimum is 0: new domains are expected to come. */
function globalMinimum(spread: Spread, shift: Shift | undefined): number {
  if (spread.counts.size < spread.constraint.minDomains) return 0
  if (shift === undefined || !spread.counts.has(shift.domain)) return spread.lowest
  const shifted = (spread.counts.get(shift.domain) ?? 0) + shift.delta
  return Math.min(shifted, shift.domain === spread.emptiest ? spread.secondLowest : spread.lowest)
}

/** As upstream, a pod that comes or goes shifts its domain even when it was terminating and not counted. */
function shiftsAfter(state: FilterState, change: { readonly other: PodInfo; readonly node: NodeInfo; readonly delta: number }): readonly (Shift | undefined)[] {
  const { pod, constraints, shifts } = state
  const { other, node, delta } = change
  if (other.namespace !== pod.namespace || !hasAllKeys(node, constraints)) return shifts
  return constraints.map((constraint, position) => {
    const before = shifts[position]
    if (!selects(constraint, other.labels) || !includesNode(constraint, pod, node)) return before
    const domain = node.labels[constraint.topologyKey] ?? ''
    return { domain, delta: (before?.delta ?? 0) + delta }
  })
}

function countSpreads(constraints: readonly SpreadConstraint[], pod: PodInfo, cluster: ClusterView): readonly Spread[] {
  return constraints.map((constraint) => {
    const counts = takesAllNodes(constraint, pod) ? allDomains(constraint, { constraints, pod, cluster }) : includedDomains(constraint, { constraints, pod, cluster })
    return spreadOf(constraint, counts, selects(constraint, pod.labels))
  })
}

interface CountScope {
  readonly constraints: readonly SpreadConstraint[]
  readonly pod: PodInfo
  readonly cluster: ClusterView
}

/** No inclusion policy narrows the nodes: the index has the sums already. */
function allDomains(constraint: SpreadConstraint, { constraints, pod, cluster }: CountScope): ReadonlyMap<string, number> {
  const { index, store } = cluster
  const grouping = { topologyKey: constraint.topologyKey, keys: constraints.map(({ topologyKey }) => topologyKey) }
  const query = spreadQuery(pod.namespace, constraint.requirements)
  const counted = query === undefined ? new Map<string, number>() : index.domainCountsOf(query, grouping, store)
  const counts = new Map<string, number>()
  for (const domain of index.domainsOf(grouping).keys()) counts.set(domain, counted.get(domain) ?? 0)
  return counts
}

function includedDomains(constraint: SpreadConstraint, { constraints, pod, cluster }: CountScope): ReadonlyMap<string, number> {
  const { index, store } = cluster
  const query = spreadQuery(pod.namespace, constraint.requirements)
  const bySlot = query === undefined ? undefined : index.countsOf(query, store)
  const counts = new Map<string, number>()
  for (const slot of index.order()) {
    const node = index.at(slot)
    if (node === undefined || !hasAllKeys(node, constraints) || !includesNode(constraint, pod, node)) continue
    const domain = node.labels[constraint.topologyKey] ?? ''
    counts.set(domain, (counts.get(domain) ?? 0) + (bySlot?.get(slot) ?? 0))
  }
  return counts
}

function spreadOf(constraint: SpreadConstraint, counts: ReadonlyMap<string, number>, isSelfMatch: boolean): Spread {
  let emptiest: string | undefined
  let lowest = Infinity
  let secondLowest = Infinity
  for (const [domain, count] of counts) {
    if (count < lowest) {
      secondLowest = lowest
      lowest = count
      emptiest = domain
    } else if (count < secondLowest) secondLowest = count
  }
  return { constraint, counts, isSelfMatch, emptiest, lowest, secondLowest }
}
