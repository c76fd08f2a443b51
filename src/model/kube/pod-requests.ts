/**
 * What a pod asks of a node: the sum that the scheduler, quota and the kubelet agree on.
 *
 * Rules from k8s.io/component-helpers/resource: init containers run one after the other, so only the largest
 * counts; a sidecar (an init container with restartPolicy Always) keeps its share from its start on; pod-level
 * requests replace the sum, resource by resource; overhead comes on top. CPU is in thousandths of a core, every
 * other resource in its whole unit.
 */

import type { Container, ContainerStatus, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { oncePerObject } from '../../kernel/once-per-object.ts'
import { parseMilli, parseQuantity } from './quantity.ts'
import type { PodObject } from './workload.ts'

/** Amounts by resource name; `cpu` in thousandths, the rest in whole units. Absent means none. */
export type Amounts = Readonly<Record<string, number>>

type QuantityMap = Readonly<Record<string, string | number>>

/** pkg/scheduler/util/pod_resources.go: what a container without a request is scored as. */
const SCORED_CPU_MILLI_DEFAULT = 100
const SCORED_MEMORY_BYTES_DEFAULT = 200 * 1024 * 1024

/** The pod's requests as the scheduler's fit compares them. */
export function podRequests(pod: PodObject): Amounts {
  return podTotal(pod, (container, status) => containerRequests(container, status, pod))
}

/** The same with a small assumed request where a container states none for cpu or memory: what scores are made from. */
export function podRequestsForScoring(pod: PodObject): Amounts {
  const podLevel = podLevelRequests(pod)
  const assumed: Amounts = {
    ...(podLevel['cpu'] === undefined ? { cpu: SCORED_CPU_MILLI_DEFAULT } : {}),
    ...(podLevel['memory'] === undefined ? { memory: SCORED_MEMORY_BYTES_DEFAULT } : {}),
  }
  return podTotal(pod, (container, status) => ({ ...assumed, ...containerRequests(container, status, pod) }))
}

/**
 * The same for a pod that looks for a node, as the least-allocated score sees it: what is stated for the pod as a whole is
 * overlooked (resource_allocation.go: the scorer of NodeResourcesFit is never told that there is such a thing).
 */
export function podRequestsOverlookingPodLevel(spec: PodSpec): Amounts {
  const { resources: _, ...rest } = spec as PodSpec & { resources?: unknown }
  return podRequestsForScoring({ apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: rest })
}

/** Quantities as amounts; texts that are not quantities count as nothing. */
export function amountsOf(quantities: QuantityMap | undefined): Amounts {
  return quantities === undefined ? NOTHING : amountsOnce(quantities)
}

const NOTHING: Amounts = Object.freeze({})
/** Pods of one workload ask in the same words. */
const amountsOnce = oncePerObject((quantities: QuantityMap): Amounts => {
  const amounts: Record<string, number> = {}
  for (const [name, quantity] of Object.entries(quantities)) {
    const amount = name === 'cpu' ? parseMilli(quantity) : parseQuantity(quantity)
    if (amount !== undefined) amounts[name] = amount
  }
  return Object.freeze(amounts)
})

type RequestsOf = (container: Container, status: ContainerStatus | undefined) => Amounts

function podTotal(pod: PodObject, requestsOf: RequestsOf): Amounts {
  const statusOf = (container: Container): ContainerStatus | undefined => pod.status?.containerStatuses?.find((status) => status.name === container.name)
  const total: Record<string, number> = {}
  for (const container of pod.spec?.containers ?? []) addTo(total, requestsOf(container, statusOf(container)))
  const sidecars: Record<string, number> = {}
  const initPeak: Record<string, number> = {}
  for (const container of pod.spec?.initContainers ?? []) {
    const own = requestsOf(container, pod.status?.initContainerStatuses?.find((status) => status.name === container.name))
    if (isSidecar(container)) {
      addTo(total, own)
      addTo(sidecars, own)
      raiseTo(initPeak, sidecars)
    } else {
      const peak = { ...own }
      addTo(peak, sidecars)
      raiseTo(initPeak, peak)
    }
  }
  raiseTo(total, initPeak)
  Object.assign(total, podLevelRequests(pod))
  addTo(total, amountsOf(pod.spec?.overhead))
  return total
}

export function isSidecar(container: Container): boolean {
  return (container as { restartPolicy?: string }).restartPolicy === 'Always'
}

/** Resources that may be set for the pod as a whole (k8s.io/component-helpers/resource, supportedPodLevelResources). */
function podLevelRequests(pod: PodObject): Amounts {
  const resources = (pod.spec as { resources?: { requests?: QuantityMap } } | undefined)?.resources
  const all = amountsOf(resources?.requests)
  const own = Object.fromEntries(Object.entries(all).filter(([name]) => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')))
  const inForce = pod.status as { readonly allocatedResources?: QuantityMap; readonly resources?: { readonly requests?: QuantityMap } } | undefined
  if (inForce?.resources === undefined) return own
  const effective = effectiveRequests(pod, own, inForce)
  return Object.fromEntries(Object.keys(own).map((name) => [name, effective[name] ?? 0]))
}

function containerRequests(container: Container, status: ContainerStatus | undefined, pod: PodObject): Amounts {
  const wanted = amountsOf(container.resources?.requests)
  const inForce = status as { allocatedResources?: QuantityMap; resources?: { requests?: QuantityMap } } | undefined
  if (inForce?.allocatedResources === undefined && inForce?.resources === undefined) return wanted
  // A kubelet that has nothing to resize repeats the spec: mostly the same object.
  if (inForce.allocatedResources === container.resources?.requests && inForce.resources === container.resources) return wanted
  return effectiveRequests(pod, wanted, inForce)
}

/** While something is resized, the larger of what is wanted, allocated and in force; only the latter two when the resize cannot be. */
function effectiveRequests(pod: PodObject, wanted: Amounts, inForce: { readonly allocatedResources?: QuantityMap; readonly resources?: { readonly requests?: QuantityMap } }): Amounts {
  const current: Record<string, number> = { ...amountsOf(inForce.allocatedResources) }
  raiseTo(current, amountsOf(inForce.resources?.requests))
  if (isResizeInfeasible(pod)) return current
  raiseTo(current, wanted)
  return current
}

export function isResizeInfeasible(pod: PodObject): boolean {
  return pod.status?.conditions?.some((condition) => condition.type === 'PodResizePending' && condition.reason === 'Infeasible') ?? false
}

function addTo(total: Record<string, number>, more: Amounts): void {
  for (const [name, amount] of Object.entries(more)) total[name] = (total[name] ?? 0) + amount
}

function raiseTo(total: Record<string, number>, floor: Amounts): void {
  for (const [name, amount] of Object.entries(floor)) total[name] = Math.max(total[name] ?? 0, amount)
}
