/**
 * One scheduling cycle: filter, score, choose. Pure: it reads the index and says where the pod should go.
 *
 * Follows pkg/scheduler/schedule_one.go. Filtering stops once enough nodes are feasible and the next pod starts
 * where this one stopped, so that big clusters are covered over time; a refusal names the first plugin per node.
 */

import type { Rng } from '../../kernel/rng.ts'
import { prepareFilters, refusalWithNominees, type NamedFilter, type Prepared, type Refusal } from './filters.ts'
import type { NodeInfo } from './node-info.ts'
import type { PodInfo } from './pod-info.ts'
import type { ClusterView, FilterPlugin, ScorePlugin } from './plugin.ts'
import { pickBest, scoreNodes } from './scores.ts'
import { unresolvable } from './status.ts'

export interface CycleOptions {
  readonly pod: PodInfo
  readonly cluster: ClusterView
  readonly filterPlugins: readonly FilterPlugin[]
  readonly scorePlugins: readonly ScorePlugin[]
  readonly rng: Rng
  /** Where in the node order to start looking. */
  readonly startIndex: number
  /** The node that an earlier preemption made room on. */
  readonly nominatedNode?: string
  /** Pods promised a node, other than this one, that rank at least as high. */
  readonly nomineesOn: (nodeName: string) => readonly PodInfo[]
}

export interface Diagnosis {
  readonly nodeCount: number
  /** By node name; nodes that no plugin looked at are absent. */
  readonly refusals: ReadonlyMap<string, Refusal>
  /** Why the others were not looked at. */
  readonly absent?: Refusal
  /** Set when a plugin ruled out all nodes at once. */
  readonly preFilter?: Refusal
  readonly rejectedBy: readonly string[]
  /** For preemption, which looks again at nodes that refused. */
  readonly filters: readonly NamedFilter[]
}

export type Decision =
  | { readonly type: 'placed'; readonly nodeName: string; readonly feasible: number; readonly evaluated: number; readonly nextIndex: number }
  | { readonly type: 'unschedulable'; readonly diagnosis: Diagnosis; readonly nextIndex: number }

/** Where the pod should go, or why nowhere. */
export function schedulePod(options: CycleOptions): Decision {
  const { pod, cluster, startIndex } = options
  const nodeCount = cluster.index.nodeCount
  const prepared = prepareFilters(options.filterPlugins, pod, cluster)
  if (prepared.type === 'rejected') return rejected(prepared, nodeCount, startIndex)
  const nominated = options.nominatedNode === undefined ? undefined : cluster.index.node(options.nominatedNode)
  if (nominated?.node !== undefined && isFeasible(prepared.filters, nominated, options)) {
    return { type: 'placed', nodeName: nominated.name, feasible: 1, evaluated: 1, nextIndex: startIndex }
  }
  const search = findFeasible(prepared, options)
  const evaluated = search.feasible.length + search.refused.length
  const nextIndex = nodeCount === 0 ? 0 : (startIndex + evaluated) % nodeCount
  if (search.feasible.length === 0) return { type: 'unschedulable', diagnosis: diagnose(prepared, search.refused, nodeCount), nextIndex }
  return { type: 'placed', nodeName: choose(search.feasible, options).name, feasible: search.feasible.length, evaluated, nextIndex }
}

function choose(feasible: readonly NodeInfo[], options: CycleOptions): NodeInfo {
  const [only] = feasible as readonly [NodeInfo]
  if (feasible.length === 1) return only
  const totals = scoreNodes(options.scorePlugins, options.pod, feasible, options.cluster)
  return feasible[pickBest(totals, options.cluster.profile.tieBreak, options.rng)] ?? only
}

interface Search {
  readonly feasible: readonly NodeInfo[]
  readonly refused: readonly (readonly [nodeName: string, refusal: Refusal])[]
}

type Ready = Extract<Prepared, { type: 'ready' }>

/** Looks from the start index on, round the whole order, until enough nodes are feasible. */
function findFeasible(prepared: Ready, options: CycleOptions): Search {
  const { index } = options.cluster
  const slots = prepared.nodeNames === undefined ? index.order() : slotsOf(prepared.nodeNames, index)
  const start = prepared.nodeNames === undefined ? options.startIndex : 0
  const enough = enoughNodes(slots.length)
  const feasible: NodeInfo[] = []
  const refused: [string, Refusal][] = []
  for (let step = 0; step < slots.length; step += 1) {
    const node = index.at(slots[(start + step) % slots.length] ?? -1)
    if (node === undefined) continue
    const refusal = refusalWithNominees(prepared.filters, node, options.nomineesOn(node.name))
    if (refusal !== undefined) refused.push([node.name, refusal])
    // Upstream notices that it has enough by one too many.
    else if (feasible.length === enough) break
    else feasible.push(node)
  }
  return { feasible, refused }
}

function slotsOf(names: ReadonlySet<string>, index: ClusterView['index']): readonly number[] {
  return Array.from(names, (name) => index.node(name)).flatMap((info) => (info?.node === undefined ? [] : [info.slot]))
}

/** schedule_one.go, numFeasibleNodesToFind: all of a small cluster; of a big one a share that shrinks to 5 %. */
export function enoughNodes(nodeCount: number): number {
  if (nodeCount < 100) return Math.max(1, nodeCount)
  const percent = Math.max(5, 50 - Math.trunc(nodeCount / 125))
  return Math.max(100, Math.trunc((nodeCount * percent) / 100))
}

function isFeasible(filters: readonly NamedFilter[], node: NodeInfo, options: CycleOptions): boolean {
  return refusalWithNominees(filters, node, options.nomineesOn(node.name)) === undefined
}

function rejected(prepared: Extract<Prepared, { type: 'rejected' }>, nodeCount: number, nextIndex: number): Decision {
  const diagnosis = { nodeCount, refusals: new Map<string, Refusal>(), preFilter: prepared.refusal, absent: prepared.refusal, rejectedBy: prepared.rejectedBy, filters: [] }
  return { type: 'unschedulable', diagnosis, nextIndex }
}

function diagnose(prepared: Ready, refused: Search['refused'], nodeCount: number): Diagnosis {
  const refusals = new Map(refused)
  const plugins = new Set([...prepared.narrowedBy, ...Array.from(refusals.values(), ({ plugin }) => plugin)])
  const absent: Refusal = {
    plugin: prepared.narrowedBy[0] ?? '',
    rejection: unresolvable(`node(s) didn't satisfy plugin(s) [${[...prepared.narrowedBy].sort().join(' ')}]`),
  }
  return { nodeCount, refusals, rejectedBy: [...plugins], filters: prepared.filters, ...(prepared.narrowedBy.length === 0 ? {} : { absent }) }
}

