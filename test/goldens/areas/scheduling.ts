/** One pod looks for a node: who refuses it where, in which words, and every plugin's score. */

import * as fc from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { PodObject } from '../../../src/model/kube/workload.ts'
import { profileFor } from '../../../src/twin/profile.ts'
import { indexOf } from '../../../src/twin/scheduler/cluster-index.ts'
import { firstRefusal, prepareFilters, type Refusal } from '../../../src/twin/scheduler/filters.ts'
import type { NodeInfo } from '../../../src/twin/scheduler/node-info.ts'
import type { ClusterView } from '../../../src/twin/scheduler/plugin.ts'
import { podInfoOf, type PodInfo } from '../../../src/twin/scheduler/pod-info.ts'
import { FILTER_PLUGINS, SCORE_PLUGINS } from '../../../src/twin/scheduler/registry.ts'
import { createStore } from '../../../src/twin/store.ts'
import { area } from '../area.ts'
import { NAMESPACES, nodes, onNodes, ownedIncoming, owners, present, services } from '../clusters.ts'

export interface Placing {
  readonly pod: KubeObject
  readonly nodes: readonly KubeObject[]
  readonly pods: readonly KubeObject[]
  readonly services: readonly KubeObject[]
  readonly namespaces: readonly KubeObject[]
  readonly objects: readonly KubeObject[]
}

const placings = fc.record({ pod: ownedIncoming, nodes, pods: present, services, objects: owners }).map(
  (drawn): Placing => ({ ...drawn, namespaces: NAMESPACES, pods: onNodes(drawn.pods, drawn.nodes) }),
)

export const scheduling = area<Placing>({
  name: 'scheduling',
  questions: placings,
  count: 1_500,
  answer: place,
})

/** Where the pod may go, who refuses it elsewhere, and the scores. */
export function place({ pod, ...cluster }: Placing, minor: number): object {
  return placementOf(podInfoOf(pod as PodObject), clusterOf(cluster, minor))
}

export function clusterOf({ nodes: some, pods, services: of, namespaces, objects }: Omit<Placing, 'pod'>, minor: number): ClusterView {
  const store = createStore()
  for (const object of [...namespaces, ...some, ...of, ...objects, ...pods]) store.put(object)
  return { index: indexOf(store), store, profile: profileFor({ minor }) }
}

function placementOf(pod: PodInfo, cluster: ClusterView): object {
  const prepared = prepareFilters(FILTER_PLUGINS, pod, cluster)
  if (prepared.type === 'rejected') return { preFilter: refusalOf(prepared.refusal), refused: {}, fits: [], scores: {} }
  const all = Array.from(cluster.index.order(), (slot) => cluster.index.at(slot)).filter((node): node is NodeInfo => node !== undefined)
  const looked = all.filter((node) => prepared.nodeNames?.has(node.name) !== false)
  const refusals = looked.flatMap((node) => {
    const refusal = firstRefusal(prepared.filters, node)
    return refusal === undefined ? [] : [[node.name, refusalOf(refusal)] as const]
  })
  const refused = Object.fromEntries(refusals)
  const fitting = looked.filter((node) => refused[node.name] === undefined)
  return { refused, fits: fitting.map((node) => node.name).sort(), scores: scoresOf(pod, fitting, cluster) }
}

export function refusalOf({ plugin, rejection }: Refusal): { plugin: string; resolvable: boolean; reasons: readonly string[] } {
  return { plugin, resolvable: rejection.type === 'unschedulable', reasons: rejection.reasons }
}

function scoresOf(pod: PodInfo, fitting: readonly NodeInfo[], cluster: ClusterView): Record<string, Record<string, number>> {
  if (fitting.length === 0) return {}
  const runs = SCORE_PLUGINS.flatMap((plugin) => {
    const run = plugin.preScore(pod, fitting, cluster)
    if (run === undefined) return []
    const raw = fitting.map((node, position) => run.score(node, position))
    const scores = run.normalise?.(raw) ?? raw
    return [[plugin.name, Object.fromEntries(fitting.map((node, position) => [node.name, (scores[position] ?? 0) * plugin.weight]))] as const]
  })
  return Object.fromEntries(runs)
}
