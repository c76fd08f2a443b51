/**
 * Which of the scheduler's filters keeps a pod from each node. A reading of the default filters that explains a
 * Pending pod to a person; the twin's scheduler is the one that decides.
 */

import type { NodeSelectorRequirement, PodSpec, Taint, Toleration } from 'kubernetes-types/core/v1.d.ts'
import { parseMilli, parseQuantity } from '../../model/kube/quantity.ts'
import { matchesRequirement, type Requirement } from '../../model/kube/selector.ts'
import { isNode, isTerminal, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import { perView } from '../../model/per-view.ts'
import type { View } from '../../model/view.ts'

export type Obstacle = 'cordoned' | 'not-ready' | 'taint' | 'node-selector' | 'node-affinity' | 'cpu' | 'memory' | 'pods' | 'other-resource'

export interface Placement {
  readonly node: NodeObject
  readonly obstacles: readonly Obstacle[]
  /** The taints that are not tolerated. */
  readonly taints: readonly Taint[]
  /** The pod would not fit even if the node were empty. */
  readonly neverFits: boolean
}

/** Each node with what keeps this pod from it. */
export function placementsOf(view: View, pod: PodObject): Placement[] {
  return view.list('', 'Node').filter(isNode).map((node) => placementOn(view, pod, node))
}

const NODE_STATE_TAINT = /^node\.(kubernetes\.io|cloudprovider\.kubernetes\.io)\//

function placementOn(view: View, pod: PodObject, node: NodeObject): Placement {
  const spec = pod.spec ?? { containers: [] }
  const taints = (node.spec?.taints ?? []).filter((taint) => taint.effect !== 'PreferNoSchedule' && !(spec.tolerations ?? []).some((toleration) => tolerates(toleration, taint)))
  const foreign = taints.filter((taint) => !NODE_STATE_TAINT.test(taint.key))
  const wanted = requestsOf(spec)
  const capacity = capacityOf(node)
  const free = freeOn(view, node, capacity)
  const short = Object.keys(wanted).filter((resource) => (wanted[resource] ?? 0) > (free[resource] ?? 0))
  const obstacles: Obstacle[] = [
    ...(node.spec?.unschedulable === true ? (['cordoned'] as const) : []),
    ...(conditionOf(node, 'Ready')?.status !== 'True' ? (['not-ready'] as const) : []),
    ...(foreign.length > 0 ? (['taint'] as const) : []),
    ...(matchesLabels(spec.nodeSelector, node) ? [] : (['node-selector'] as const)),
    ...(matchesAffinity(spec, node) ? [] : (['node-affinity'] as const)),
    ...short.map((resource) => (resource === 'cpu' || resource === 'memory' || resource === 'pods' ? resource : 'other-resource')),
  ]
  return { node, obstacles, taints: foreign, neverFits: Object.keys(wanted).some((resource) => (wanted[resource] ?? 0) > (capacity[resource] ?? 0)) }
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== '' && toleration.effect !== taint.effect) return false
  if (toleration.operator === 'Exists') return toleration.key === undefined || toleration.key === '' || toleration.key === taint.key
  return toleration.key === taint.key && (toleration.value ?? '') === (taint.value ?? '')
}

function matchesLabels(selector: Readonly<Record<string, string>> | undefined, node: NodeObject): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => node.metadata.labels?.[key] === value)
}

function matchesAffinity(spec: PodSpec, node: NodeObject): boolean {
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (terms === undefined) return true
  const holds = (labels: Readonly<Record<string, string>>) => (expression: NodeSelectorRequirement): boolean =>
    matchesRequirement({ key: expression.key, operator: expression.operator as Requirement['operator'], values: expression.values ?? [] }, labels)
  return terms.some((term) => (term.matchExpressions ?? []).every(holds(node.metadata.labels ?? {})) && (term.matchFields ?? []).every(holds({ 'metadata.name': node.metadata.name ?? '' })))
}

type Amounts = Record<string, number>

/** CPU in thousandths, the rest in whole units. */
export function requestsOf(spec: PodSpec): Amounts {
  const sum: Amounts = { pods: 1 }
  for (const container of spec.containers ?? []) add(sum, container.resources?.requests ?? container.resources?.limits)
  for (const container of spec.initContainers ?? []) {
    const own: Amounts = {}
    add(own, container.resources?.requests ?? container.resources?.limits)
    for (const [resource, amount] of Object.entries(own)) sum[resource] = container.restartPolicy === 'Always' ? (sum[resource] ?? 0) + amount : Math.max(sum[resource] ?? 0, amount)
  }
  add(sum, spec.overhead)
  return sum
}

function add(sum: Amounts, amounts: Readonly<Record<string, string>> | undefined): void {
  for (const [resource, text] of Object.entries(amounts ?? {})) sum[resource] = (sum[resource] ?? 0) + amountOf(resource, text)
}

function amountOf(resource: string, text: string): number {
  return (resource === 'cpu' ? parseMilli(text) : parseQuantity(text)) ?? 0
}

/** A node that states no capacity for a resource has as much as it takes: collected by hand, it may say nothing. */
function capacityOf(node: NodeObject): Amounts {
  const stated = node.status?.allocatable ?? node.status?.capacity
  if (stated === undefined) return new Proxy({}, { get: () => Infinity })
  return Object.fromEntries(Object.entries(stated).map(([resource, text]) => [resource, amountOf(resource, text)]).concat(stated['pods'] === undefined ? [['pods', Infinity]] : []))
}

const usedByNode = perView((view) => {
  const used = new Map<string, Amounts>()
  for (const pod of view.list('', 'Pod') as readonly PodObject[]) {
    const name = pod.spec?.nodeName
    if (name === undefined || pod.spec === undefined || isTerminal(pod)) continue
    const sum = used.get(name) ?? {}
    for (const [resource, amount] of Object.entries(requestsOf(pod.spec))) sum[resource] = (sum[resource] ?? 0) + amount
    used.set(name, sum)
  }
  return used
})

function freeOn(view: View, node: NodeObject, capacity: Amounts): Amounts {
  const used = usedByNode(view).get(node.metadata.name ?? '') ?? {}
  if (Object.keys(used).length === 0) return capacity
  return new Proxy(capacity, { get: (target, resource: string) => (target[resource] ?? 0) - (used[resource] ?? 0) })
}
