/**
 * Why a pod can or cannot be on each node: the scheduler's own filters, asked about all nodes, changing nothing.
 *
 * For reports: which plugin refuses which node first, and in which words. A pod that has a node already is judged
 * as if it had none and were not there.
 */

import type { PodObject } from '../../model/kube/workload.ts'
import type { VersionProfile } from '../profile.ts'
import type { StoreReader } from '../store.ts'
import { indexOf, type ClusterIndex } from './cluster-index.ts'
import { prepareFilters, firstRefusal, sceneWithout, type NamedFilter, type Refusal } from './filters.ts'
import { unschedulableMessage } from './message.ts'
import type { NodeInfo } from './node-info.ts'
import { podInfoOf } from './pod-info.ts'
import { FILTER_PLUGINS } from './registry.ts'

export interface NodeExplanation {
  readonly node: string
  /** Upstream's name of the first plugin that refuses; absent where the pod fits. */
  readonly plugin?: string
  readonly reasons: readonly string[]
  /** True where fewer pods on the node would help. */
  readonly isResolvable: boolean
}

export interface PlacementExplanation {
  readonly nodes: readonly NodeExplanation[]
  readonly fits: readonly string[]
  /** `0/3 nodes are available: …`; undefined when it fits somewhere. */
  readonly message?: string
}

export function explainPlacement(options: { readonly pod: PodObject; readonly store: StoreReader; readonly profile: VersionProfile; readonly index?: ClusterIndex }): PlacementExplanation {
  const { store, profile } = options
  const index = options.index ?? indexOf(store)
  const homeName = options.pod.spec?.nodeName ?? ''
  const { nodeName: _, ...spec } = options.pod.spec ?? { containers: [] }
  const pod = podInfoOf({ ...options.pod, spec } as PodObject)
  const prepared = prepareFilters(FILTER_PLUGINS, pod, { index, store, profile })
  const nodes = Array.from(index.order(), (slot) => index.at(slot)).filter((node): node is NodeInfo => node !== undefined)
  if (prepared.type === 'rejected') return explanationOf(nodes, new Map(nodes.map((node) => [node.name, prepared.refusal])), prepared.refusal)
  const home = index.node(homeName)
  const away = home?.pods.some((other) => other.key === pod.key) === true ? sceneWithout({ filters: prepared.filters, node: home }, pod) : undefined
  const filters: readonly NamedFilter[] = away?.filters ?? prepared.filters
  const refusals = new Map<string, Refusal>()
  for (const node of nodes) {
    const refusal = firstRefusal(filters, node.name === homeName && away !== undefined ? away.node : node)
    if (refusal !== undefined) refusals.set(node.name, refusal)
  }
  return explanationOf(nodes, refusals)
}

function explanationOf(nodes: readonly NodeInfo[], refusals: ReadonlyMap<string, Refusal>, preFilter?: Refusal): PlacementExplanation {
  const fits = nodes.filter((node) => !refusals.has(node.name)).map((node) => node.name)
  const diagnosis = { nodeCount: nodes.length, refusals, rejectedBy: [], filters: [], ...(preFilter === undefined ? {} : { preFilter }) }
  return {
    nodes: nodes.map((node) => explainNode(node.name, refusals.get(node.name))),
    fits,
    ...(fits.length > 0 ? {} : { message: unschedulableMessage(diagnosis) }),
  }
}

function explainNode(node: string, refusal: Refusal | undefined): NodeExplanation {
  if (refusal === undefined) return { node, reasons: [], isResolvable: false }
  return { node, plugin: refusal.plugin, reasons: refusal.rejection.reasons, isResolvable: refusal.rejection.type === 'unschedulable' }
}
